"""Shapes that others send us or read from us."""
