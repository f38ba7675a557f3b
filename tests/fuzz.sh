#!/usr/bin/env bash
# Builds every fuzz target with coverage counters on the stable toolchain and runs each for so many seconds (60).
# What a target learnt stays in .tests/fuzz, so that a later run goes on from there; the contracts' fixtures are its first seeds.
set -euo pipefail
cd "$(dirname "$0")/.."
seconds=${1:-60}
root=$PWD
host=$(rustc -vV | sed -n 's/^host: //p')
kept=$root/.tests/fuzz
# Short runs repeat themselves; long ones look for something new.
seed=$([ "$seconds" -le 10 ] && echo 1 || echo 0)
# The counters that libFuzzer reads; named with a target, they reach no build script.
export RUSTFLAGS="--cfg fuzzing -Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4
  -Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table
  -Cllvm-args=-sanitizer-coverage-trace-compares -Cdebug-assertions -Ccodegen-units=1"
RUSTFLAGS=$(echo "$RUSTFLAGS" | tr '\n' ' ')
cargo build --quiet --release --manifest-path rust/wire/fuzz/Cargo.toml --target "$host" --target-dir "$kept/target"
mkdir -p "$kept/seeds"
find tests/contracts -type f -size -64k -name '*.*' | while read -r file; do
  cp "$file" "$kept/seeds/$(echo "$file" | tr '/' '_')"
done
run_one() {
  local target=$1
  mkdir -p "$kept/corpus/$target"
  if "$kept/target/$host/release/$target" "$kept/corpus/$target" "$kept/seeds" -max_total_time="$seconds" \
    -seed="$seed" -max_len=65536 -rss_limit_mb=2048 -timeout=25 -artifact_prefix="$kept/crash-$target-" >"$kept/$target.log" 2>&1; then
    echo "PASS fuzz $target, $seconds s: $(grep -oE '^#[0-9]+' "$kept/$target.log" | tail -1) inputs"
  else
    echo "FAIL fuzz $target: $(grep -E 'panicked|ERROR|SUMMARY' "$kept/$target.log" | head -3 | tr '\n' ' ') (log: .tests/fuzz/$target.log)"
    return 1
  fi
}
export -f run_one
export kept host seconds seed
# One target a processor at a time.
sed -n 's/^name = "\(.*\)"/\1/p' rust/wire/fuzz/Cargo.toml | grep -v weirgate-wire-fuzz |
  xargs -P "$(nproc)" -I{} bash -c 'run_one "$1"' - {}
