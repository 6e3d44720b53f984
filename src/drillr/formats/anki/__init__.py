"""Packages of Anki, read and written without Anki's code."""
