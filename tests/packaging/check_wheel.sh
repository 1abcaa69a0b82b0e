#!/usr/bin/env bash
# Builds the source distribution, a wheel from it, and uses that wheel in an environment of its own.
set -euo pipefail
python="$1"
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
"$python" -m pip install --quiet build
"$python" -m build --outdir "$work/dist" . > "$work/log" 2>&1 || { tail -40 "$work/log"; exit 1; }
"$python" -m venv "$work/venv"
"$work/venv/bin/python" -m pip install --quiet "$work"/dist/*.whl
size="$(du -k "$work"/dist/*.whl | cut -f1)"
echo "wheel: ${size} kB"
[ "$size" -lt 5120 ] || { echo "the wheel is larger than 5 MB"; exit 1; }
cd "$work"
for needed in openbook/py.typed openbook/model.pyi openbook/examples/mental_health_alliance/book.json; do
  "$work/venv/bin/python" - "$needed" <<'PY'
import importlib.util, pathlib, sys
root = pathlib.Path(importlib.util.find_spec("openbook").origin).parents[1]
assert (root / sys.argv[1]).exists(), f"{sys.argv[1]} is missing from the wheel"
PY
done
"$work/venv/bin/openbook" settle third_sector_cash --plan --json > settlement.json
"$work/venv/bin/python" -c "import json; s = json.load(open('settlement.json')); assert s['book'] == 'third_sector_cash' and s['entries']"
echo "wheel from source distribution: installed and used"
