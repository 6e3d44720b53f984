"""The order of options: shuffled by a seed, but never so that a text becomes wrong."""

from hypothesis import given
from hypothesis import strategies as st

from drillr.domain.question import Option
from drillr.domain.shuffle import letters, mixed, shown_order

SEEDS = st.integers(0, 2**64 - 1)


def options(*texts: str) -> tuple[Option, ...]:
    """Options with keys from A on."""
    return tuple(
        Option(key, text, key == "A") for key, text in zip(letters(len(texts)), texts, strict=True)
    )


@given(st.lists(st.text(max_size=30), min_size=2, max_size=8), SEEDS)
def test_no_option_is_lost_and_a_seed_repeats(texts: list[str], seed: int) -> None:
    """All of them, each once, and the same order for the same seed, however they come."""
    given_ = options(*texts)
    shown = shown_order(given_, seed)
    assert sorted(shown, key=lambda one: one.key) == list(given_)
    assert shown == shown_order(tuple(reversed(given_)), seed)
    assert sorted(mixed(texts, seed)) == sorted(texts)
    assert mixed(texts, seed) == mixed(texts, seed)


@given(SEEDS)
def test_what_sums_up_stays_last(seed: int) -> None:
    """All or none of the above have something above them."""
    shown = shown_order(options("All of the above", "one", "two", "None of these options"), seed)
    assert [one.key for one in shown[2:]] == ["A", "D"]
    assert {one.key for one in shown[:2]} == {"B", "C"}


@given(SEEDS)
def test_texts_that_name_letters_keep_every_option_in_its_place(seed: int) -> None:
    """`Both A and C` would be wrong in another order."""
    given_ = options("one", "two", "three", "Both A and C")
    assert shown_order(given_, seed) == given_


def test_seeds_give_different_orders() -> None:
    """Ten of them don't agree on one."""
    given_ = options("one", "two", "three", "four")
    assert len({shown_order(given_, seed) for seed in range(10)}) > 3
