"""Names the versions of the store's schema that this drillr knows."""

HEAD = "0004"
"""The version that this drillr reads and writes."""

KNOWN = ("0001", "0002", "0003", "0004")
"""Every version that this drillr can read or upgrade, oldest first; the last is `HEAD`."""

APPLICATION_ID = 0x64726C72
"""What marks an SQLite file as a drillr store: `drlr` in the file's header."""
