"""VoAPI 2's user API, as its clients know it: another face of accounts, keys, check-ins, usage."""
