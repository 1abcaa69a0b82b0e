#!/bin/sh
# The installed package on emulated machines without AVX-512 (Haswell) and without AVX2 or fused operations (Nehalem):
# it must run, and give the same bits as here. Needs qemu-x86_64 (Debian: qemu-user).
#
# tests/packaging/emulated.sh PYTHON
set -eu
python=$1
here=$(dirname "$0")
books="mental_health_alliance acute_contract residential_flow step_down joint_venture_outcomes third_sector_cash"
command -v qemu-x86_64 > /dev/null || { echo "emulated: qemu-x86_64 is not installed (Debian: qemu-user)" >&2; exit 1; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"$python" "$here/bits.py" $books > "$work/native"
# The emulator runs the interpreter's own file, which does not know of its virtual environment.
interpreter=$("$python" -c "import os, sys; print(os.path.realpath(sys.executable))")
places=$("$python" -c "import sys; print(':'.join(p for p in sys.path if p))")
for machine in Nehalem Haswell; do
  PYTHONPATH="$places" OPENBLAS_NUM_THREADS=1 qemu-x86_64 -cpu $machine "$interpreter" "$here/bits.py" $books \
    > "$work/$machine" 2> "$work/errors" || { cat "$work/errors" >&2; exit 1; }
  grep levels "$work/errors" | sed "s/^/$machine: /"
  diff "$work/native" "$work/$machine" || { echo "$machine: other bits" >&2; exit 1; }
done
echo "the same bits on $(uname -m), Nehalem and Haswell: $(wc -l < "$work/native") books"
