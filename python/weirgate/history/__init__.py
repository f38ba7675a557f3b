"""The history of edits: what changed, which models it touches, and the way back."""
