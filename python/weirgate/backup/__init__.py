"""Backups of a node: both stores, the journal and the key file as one consistent whole."""
