"""Seeded fuzz: intervals spread a little, and every replay spreads them alike."""

_MASK = (1 << 64) - 1
_SMALLEST = 7


def seed_of(key: bytes) -> int:
    """A card's own number, from the id of its question."""
    return int.from_bytes(key[-8:], "big")


def fuzzed(days: int, seed: int, repetition: int) -> int:
    """`days` moved by at most a twentieth (at least one day); under a week it stays as it is."""
    if days < _SMALLEST:
        return days
    spread = max(1, days // 20)
    return days - spread + _mixed(seed, repetition) % (2 * spread + 1)


def _mixed(seed: int, repetition: int) -> int:
    """splitmix64's finaliser: equal numbers on every platform, unlike `random`."""
    z = (seed + (repetition + 1) * 0x9E3779B97F4A7C15) & _MASK
    z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & _MASK
    z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & _MASK
    return z ^ (z >> 31)
