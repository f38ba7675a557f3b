"""The one way money enters: numbered entries."""
