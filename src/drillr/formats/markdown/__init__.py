"""Decks in Markdown: read in the dialects there are, written in one."""
