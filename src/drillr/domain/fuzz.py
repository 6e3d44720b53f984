"""Seeded fuzz: intervals spread a little, and every replay spreads them alike."""

WORD = (1 << 16) - 1
# 2^16 divided by the golden ratio: its multiples fill the range evenly, however many there are.
GOLDEN = 0x9E37
_SMALLEST = 7


def seed_of(key: bytes) -> int:
    """A card's own number, from the id of its question: the tail of a SHA-1, so evenly spread."""
    return int.from_bytes(key[-8:], "big")


def shift_at(seed: int, repetition: int) -> int:
    """The card's shift (16 bits, a fraction of 2^16) at its review number `repetition`.

    Equal on every platform and version, unlike `random`.
    """
    return (seed + repetition * GOLDEN) & WORD


def shifted(days: int, shift: int) -> int:
    """`days` moved by at most a twentieth (at least one day); under a week it stays as it is.

    The same shift never turns a longer interval into the shorter one.
    """
    if days < _SMALLEST:
        return days
    spread = days // 20 or 1
    return days - spread + (shift * (2 * spread + 1) >> 16)


def fuzzed(days: int, seed: int, repetition: int) -> int:
    """`days` as the card's review number `repetition` shifts them."""
    return days if days < _SMALLEST else shifted(days, shift_at(seed, repetition))
