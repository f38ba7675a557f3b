"""Lets `python -m weirgate` do what the `weirgate` command does."""

from weirgate.cli import main

if __name__ == "__main__":
    main()
