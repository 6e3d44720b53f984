"""Measurements of drillr's speed and memory, beside its peers: `python -m bench.run`."""
