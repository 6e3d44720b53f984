"""A question's title: plain text on one line."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drillr.domain.headline import headline
from drillr.domain.text import forbidden


@pytest.mark.parametrize(
    ("markdown", "shown"),
    [
        ("What does `O(n)` mean?", "What does O(n) mean?"),
        ("Use ``a ` b`` here", "Use a ` b here"),
        ("What is printed?\n\n```python\nprint(a*b*c)\n```\n", "What is printed? print(a*b*c)"),
        ("~~~\nx = __all__\n~~~\nWhy?", "x = __all__ Why?"),
        ("```python\ncut off", "cut off"),
        ("# Head\n> quoted\n>> twice", "Head quoted twice"),
        ("A **bold**, *slanted* and ***both***, ~~gone~~", "A bold, slanted and both, gone"),
        ("An __init__, a _word_, not snake_case_names", "An init, a word, not snake_case_names"),
        ("**bold with *slanted* inside**", "bold with slanted inside"),
        ("2 * 3 * 4 and *args, **kwargs", "2 * 3 * 4 and *args, **kwargs"),
        (r"Escaped \*stars\* and \`ticks\`", "Escaped *stars* and `ticks`"),
        ("See [the page](https://example.org) and ![a map](m.png)", "See the page and a map"),
        ("A list[0](x) of $n^2$ for $5", "A list0 of n² for $5"),
        ("a ` alone", "a ` alone"),
        ("- one\n- two", "- one - two"),
        ("", ""),
    ],
)  # fmt: skip
def test_marks_are_gone_and_words_stay(markdown: str, shown: str) -> None:
    """What a reader of the drawn text would read, as far as a line can show it."""
    assert headline(markdown, 80) == shown


def test_a_long_text_is_cut() -> None:
    """With an ellipsis, and within the width."""
    assert headline("**word** " * 5_000, 14) == "word word wor…"


@given(st.text() | st.lists(st.sampled_from([*"`*_~#>[]()!\\$ \na1", "```", "\x1b"])).map("".join),
       st.integers(1, 60))  # fmt: skip
def test_a_title_is_one_line_that_fits(text: str, width: int) -> None:
    """Whatever is thrown at it."""
    shown = headline(text, width)
    assert len(shown) <= width
    assert "\n" not in shown
    assert forbidden(shown) is None
