"""Rules that would be true with paper cards and a calendar: pure, no clock, no I/O."""
