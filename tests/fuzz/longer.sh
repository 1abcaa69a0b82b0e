#!/usr/bin/env bash
# Fuzzes the document reader of a build for some seconds, each time with another seed, which is told.
set -euo pipefail
build="$1" seconds="$2"
fuzzer="$build/tests/fuzz/fuzz_document"
corpus=(python/openbook/examples tests/fuzz/corpus)
seed="${FUZZ_SEED:-$(date +%s)}"
echo "fuzzing for $seconds s, FUZZ_SEED=$seed"
if "$fuzzer" -help=1 2> /dev/null | grep -q libFuzzer; then
  "$fuzzer" -max_total_time="$seconds" -seed="$seed" "$build/tests/fuzz/found" "${corpus[@]}"
else
  "$fuzzer" --seconds "$seconds" --seed "$seed" --last "$build/last_input.json" "${corpus[@]}" ||
    { echo "the input is in $build/last_input.json; run it again: $fuzzer --seconds 0 $build/last_input.json"; exit 1; }
fi
