"""Use cases, a file per noun: each opens a unit of work and commits it whole."""
