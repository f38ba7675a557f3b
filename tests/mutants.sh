#!/usr/bin/env bash
# Mutation run of the money modules: every change of a price, hold or charge must be noticed by a test.
# Prints PASS or FAIL a part, with its score; stands behind `./tests/run --full`. A second run goes on where the last one
# stopped: what was caught before is not tried again. MUTANTS_PARTS names parts, MUTANTS_LEAST the least score in percent.
set -uo pipefail
cd "$(dirname "$0")/.."
least=${MUTANTS_LEAST:-90}
parts=${MUTANTS_PARTS:-prices expressions accounts}
kept=${MUTANTS_KEPT:-.tests/mutants}
export CARGO_PROFILE_DEV_DEBUG=0 CARGO_TARGET_DIR="${MUTANTS_TARGET:-$PWD/.tests/mutants/target}"
version=27.1.0
cargo mutants --version >/dev/null 2>&1 || cargo install cargo-mutants --version "$version" --locked || exit 1

# part | package | files (separated by blanks) | what is given to `cargo test`
read -r -d '' table <<'ROWS' || true
prices|weirgate-policy|rust/policy/src/price/{charge,sheet,fixed,tools,channel,decimal,completion,tables,stamp,preview}.rs rust/policy/src/units.rs|--lib --test behaviour -- price parity decimal units fixed completion channel_prices task_prices tables stamp
expressions|weirgate-policy|rust/policy/src/price/expression.rs rust/policy/src/price/expression/*.rs|--lib --test behaviour -- expression price
accounts|weirgate-relay|rust/relay/src/accounts/*.rs|--lib --test accounts
ROWS

status=0
while IFS='|' read -r part package files given; do
  [[ " $parts " == *" $part "* ]] || continue
  chosen=()
  for file in $files; do chosen+=(-f "$file"); done
  out="$kept/$part"
  mkdir -p "$out"
  # shellcheck disable=SC2086
  nice -n 19 cargo mutants -j1 --iterate --no-shuffle --timeout 300 --output "$out" -p "$package" "${chosen[@]}" \
    -- $given >"$out/log" 2>&1
  lists="$out/mutants.out"
  count() { cat "$lists/$1.txt" "$lists/previously_$1.txt" 2>/dev/null | sort -u | grep -c . || true; }
  caught=$(($(count caught) + $(count timeout)))
  missed=$(count missed)
  total=$((caught + missed))
  if [ "$total" -eq 0 ]; then
    echo "FAIL mutants $part: nothing was tried (see $out/log)"
    status=1
    continue
  fi
  score=$((caught * 1000 / total))
  line="mutants $part: $caught of $total noticed, $((score / 10)).$((score % 10)) %"
  if [ "$score" -ge $((least * 10)) ]; then
    echo "PASS $line"
  else
    echo "FAIL $line (least $least %); missed ones in $lists/missed.txt"
    status=1
  fi
done <<<"$table"
exit "$status"
