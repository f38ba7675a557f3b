#!/usr/bin/env bash
# Runs every fuzz target for the given seconds (60). Needs the nightly toolchain; installs cargo-fuzz when it is missing.
set -euo pipefail
cd "$(dirname "$0")/../rust/wire"
seconds=${1:-60}
rustup run nightly rustc --version >/dev/null 2>&1 || { echo "tests/fuzz.sh: needs: rustup toolchain install nightly" >&2; exit 2; }
command -v cargo-fuzz >/dev/null || cargo install cargo-fuzz --locked --quiet
for target in $(cargo +nightly fuzz list); do
  echo "fuzz $target for $seconds s"
  cargo +nightly fuzz run "$target" -- -max_total_time="$seconds" -max_len=65536 -rss_limit_mb=2048 -verbosity=0
done
