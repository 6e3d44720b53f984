"""The terminal interface in a browser, on this machine alone."""
