#!/usr/bin/env bash
# Checks licences, sources and doubled versions of every crate against deny.toml; installs cargo-deny when it is missing.
set -euo pipefail
cd "$(dirname "$0")/.."
command -v cargo-deny >/dev/null || cargo install cargo-deny --locked --quiet
# The advisory database is fetched from outside; where that cannot be reached the other three checks still count.
cargo deny check licenses sources bans
