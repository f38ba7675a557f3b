"""Check-in: a reward once a day, in the calls of both families."""
