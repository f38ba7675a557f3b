"""Dialects: the family's members say the same things in other shapes.

`weirgate.dialects` decides a request's dialect once, `reading` brings its query into the one form
that handlers know, `shaping` brings the answer into the dialect's form. Rules never ask for it.
"""
