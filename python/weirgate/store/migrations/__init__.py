"""Schema revisions; `weirgate.store.migrate` applies them."""
