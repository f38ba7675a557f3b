"""Weirgate, an LLM API gateway.

The package is the management plane; `weirgate._core` is the data plane.
"""

__version__ = "0.1.0"
