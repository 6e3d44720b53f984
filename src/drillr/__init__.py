"""drillr: drill questions with spaced repetition, in the terminal and offline."""

__version__ = "0.1.0"
