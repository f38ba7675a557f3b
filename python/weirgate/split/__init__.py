"""Two processes instead of one: the data plane, and beside it everything that is Python's."""
