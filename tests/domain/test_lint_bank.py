"""Lint of many questions: twins, and what length and letter of the right options give away."""

import random

from hypothesis import example, given
from hypothesis import strategies as st

from drillr.domain.draft import Draft
from drillr.domain.lint_bank import ALIKE, skews, twins
from tests.domain.lint_drafts import choice, draft

SENTENCE = (
    "a commit becomes durable when the log that describes it has reached the disk, not before"
)


def found(*drafts: Draft) -> list[tuple[int, int, str]]:
    """The pairs with the rule that found them."""
    return [(later, earlier, one.code) for later, earlier, one in twins(drafts)]


def test_the_same_question_twice() -> None:
    """Case, marks and blanks make no difference; the earlier one is named."""
    first, second = draft(SENTENCE, id="first"), draft(SENTENCE.upper() + "?!")
    ((later, earlier, finding),) = twins([draft("Else"), first, second])
    assert (later, earlier, finding.code) == (2, 1, "D201")
    assert "first" in finding.message


def test_nearly_the_same() -> None:
    """One word more among twenty is nearly the same; half of the words is not."""
    assert found(draft(SENTENCE), draft(SENTENCE + " now")) == [(1, 0, "D202")]
    half = " ".join(SENTENCE.split()[:8])
    assert found(draft(SENTENCE), draft(half)) == []
    assert found(draft(SENTENCE, answer=SENTENCE[::-1]), draft(SENTENCE)) == []


def test_another_kind_of_question_is_another_question() -> None:
    """A choice may ask what an answer in words asks too."""
    options = ("This does", "That does")
    one = choice(*options, text=SENTENCE)
    assert found(draft(SENTENCE, answer="This does That does"), one) == []
    assert found(one, one) == [(1, 0, "D201")]


def test_marks_alone_are_told_apart() -> None:
    """Texts without a word are compared as they are."""
    assert found(draft("+", answer="="), draft("-", answer="=")) == []
    assert found(draft("+", answer="="), draft("+ ", answer="=")) == [(1, 0, "D201")]


WORDS = st.lists(st.sampled_from("abcd"), min_size=1, max_size=24).map(" ".join)


@given(st.lists(WORDS, max_size=12))
@example(["a a a b", "a a a b a"])
def test_every_twin_is_found(bodies: list[str]) -> None:
    """Just those that a look at each earlier question finds, the likest and first of them."""
    drafts = [draft(text, answer="=") for text in bodies]
    expected = {}
    for later, text in enumerate(bodies):
        shares = [(share(text, bodies[n]), -n) for n in range(later)]
        best, earlier = max(shares, default=(0.0, 0))
        if best >= ALIKE:
            expected[later] = (-earlier, "D201" if best == 1 else "D202")
    assert {later: (earlier, code) for later, earlier, code in found(*drafts)} == expected


def share(one: str, other: str) -> float:
    """The share of word triples that two texts have in common, with those of the answer."""
    sets = []
    for text in (one, other):
        row = text.split()
        sets.append({"=", *(tuple(row[at : at + 3]) for at in range(max(1, len(row) - 2)))})
    return len(sets[0] & sets[1]) / len(sets[0] | sets[1])


def test_what_very_many_have_in_common_costs_no_more() -> None:
    """However many are nearly the same, each is found, against a bounded number of others."""
    texts = [f"{SENTENCE} {SENTENCE} {SENTENCE} case{n}" for n in range(500)]
    codes = [code for *_, code in found(*map(draft, texts))]
    assert codes == ["D202"] * 499


def bank(count: int, letters: str, long: float, seed: int) -> list[Draft]:
    """Choices of four; the right one's letter is drawn from `letters`, and is longest so often."""
    draw = random.Random(seed)
    drafts = []
    for _ in range(count):
        right, stands_out = draw.choice(letters), draw.random() < long
        lengths = draw.sample(range(10, 30), 4)
        others = [length for length in lengths if length != max(lengths)]
        mine = max(lengths) if stands_out else others.pop()
        rest = iter([length for length in lengths if length != mine])
        options = ["x" * (mine if key == right else next(rest)) for key in "ABCD"]
        drafts.append(choice(*options, right=right))
    return drafts


@given(st.integers(0, 10**6))
def test_a_skew_is_found(seed: int) -> None:
    """Always the longest, or always the same letter, is no chance; both are said."""
    messages = [one.message for one in skews(bank(40, "B", 1.0, seed))]
    assert any("longest in 40 of 40, more often" in message for message in messages)
    assert any("B in 40 of 40" in message for message in messages)


def test_too_seldom_tells_as_well() -> None:
    """Never the longest one excludes an option each time."""
    messages = [one.message for one in skews(bank(60, "ABCD", 0.0, 1))]
    assert any("longest in 0 of 60, less often" in message for message in messages)


def test_chance_is_no_finding() -> None:
    """Of two hundred fair banks, hardly more are found than chance would bring."""
    hits = sum(bool(list(skews(bank(40, "ABCD", 0.25, seed)))) for seed in range(200))
    assert hits <= 16


def test_only_choices_with_one_right_option_tell() -> None:
    """Others have no one letter or length; an only option is no choice."""
    assert list(skews([draft()] * 50 + [choice("a" * 50, "b", "c", right="AB")] * 50)) == []
    assert list(skews([choice("a")] * 50)) == []
