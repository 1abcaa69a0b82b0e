"""How results and books are shown: pure functions from values to text, HTML and SVG."""
