"""Makers of the pages that come from the code; `docs/generate.py` writes or checks what they give."""
