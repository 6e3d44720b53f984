"""Seeded fuzz: intervals spread a little, and every replay spreads them alike."""

_MASK = (1 << 64) - 1
_WORD = (1 << 32) - 1
# 2^32 divided by the golden ratio: its multiples fill the range evenly, however many there are.
_GOLDEN = 0x9E3779B9
_SMALLEST = 7


def seed_of(key: bytes) -> int:
    """A card's own number, from the id of its question."""
    return int.from_bytes(key[-8:], "big")


def stream_of(seed: int) -> int:
    """Where a card's sequence of shifts begins (32 bits): splitmix64's finaliser of its number.

    Equal on every platform and version, unlike `random`.
    """
    z = (seed + 0x9E3779B97F4A7C15) & _MASK
    z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & _MASK
    z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & _MASK
    return (z ^ (z >> 31)) >> 32


def shift_at(stream: int, repetition: int) -> int:
    """The card's shift (32 bits, a fraction of 2^32) at its review number `repetition`."""
    return (stream + repetition * _GOLDEN) & _WORD


def shifted(days: int, shift: int) -> int:
    """`days` moved by at most a twentieth (at least one day); under a week it stays as it is.

    The same shift never turns a longer interval into the shorter one.
    """
    if days < _SMALLEST:
        return days
    spread = days // 20 or 1
    return days - spread + (shift * (2 * spread + 1) >> 32)


def fuzzed(days: int, seed: int, repetition: int) -> int:
    """`days` as the card's review number `repetition` shifts them."""
    return days if days < _SMALLEST else shifted(days, shift_at(stream_of(seed), repetition))
