"""All suites that pytest runs; `tests/README.md` says which test goes where."""
