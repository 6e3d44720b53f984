"""Work that takes longer than an answer may: imports, analytics, the day's plans."""
