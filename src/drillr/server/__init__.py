"""The shared server: HTTP over the very use cases that the terminal runs."""
