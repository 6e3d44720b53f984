"""The terminal interface: keys, focus, colour."""
