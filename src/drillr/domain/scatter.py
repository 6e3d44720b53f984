"""A card's own place in a span, so that what would come together is spread, and replays agree."""

_MASK = (1 << 64) - 1


def fraction(seed: int, number: int) -> float:
    """At least 0 and below 1, the same on every platform; `number` tells spans apart."""
    # splitmix64's finaliser (Steele, Lea and Flood 2014).
    z = (seed + (number + 1) * 0x9E3779B97F4A7C15) & _MASK
    z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & _MASK
    z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & _MASK
    return ((z ^ (z >> 31)) >> 11) / (1 << 53)
