"""Maths in Markdown: what becomes Unicode, what stays as it is, and that nothing breaks."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drillr.domain.maths import to_unicode, with_maths


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        (r"O(n \log n)", "O(n log n)"),
        (r"\frac{a+b}{2}", "(a+b)/2"),
        (r"\frac12", "1/2"),
        (r"\sum_{i=0}^{n} i^2", "∑ᵢ₌₀ⁿ i²"),
        (r"x^{n-1}_i", "xⁿ⁻¹ᵢ"),
        (r"e^{-\lambda t}", "e^(−λ t)"),
        (r"\mathbb{R}^n", "ℝⁿ"),
        (r"P(A \mid B) \leq \sqrt{x+1}", "P(A ∣ B) ≤ √(x+1)"),
        (r"\left\lceil \log_2 n \right\rceil", "⌈ log₂ n ⌉"),
        (r"\text{rate} \cdot 10^{-3}", "rate · 10⁻³"),
        (r"\binom{n}{k} \in \mathbb{N}", "C(n, k) ∈ ℕ"),
        (r"\frac {a}{b}", "a/b"),
        (r"\hat{y} \in \{0, 1\}", "ŷ ∈ {0, 1}"),
        (r"\forall x\colon x \neq 0", "∀ x: x ≠ 0"),
    ],
)
def test_common_maths_is_readable(source: str, shown: str) -> None:
    """What questions of this kind hold comes out as people would write it by hand."""
    assert to_unicode(source) == shown


@pytest.mark.parametrize(
    "source",
    [r"\begin{matrix} a \end{matrix}", r"\unknown{x}", "{a", "a}", "a_", "^", r"\frac{a}",
     r"\frac{a}}", "x^_", "}" * 50, "{" * 5000],
)  # fmt: skip
def test_what_unicode_cannot_say_is_refused(source: str) -> None:
    """The caller then shows the source."""
    assert to_unicode(source) is None


@pytest.mark.parametrize(
    "text",
    [
        "It costs $5 and then $6.",
        "$HOME and $PATH, or $HOME/bin:$PATH",
        "the key `$x$` and ``$y$``",
        "```sh\necho $a$ $b$\n```",
        "~~~\n$x$\n~~~\n",
        r"an escaped \$x\$ and $ alone $",
        "US$5$ or 5$x$y",
    ],
)
def test_other_dollars_stay(text: str) -> None:
    """Money, variables, code and escaped dollars are no maths."""
    assert with_maths(text) == text


def test_maths_is_replaced_where_it_stands() -> None:
    """Markdown's own signs are escaped, so that the result is shown as it is."""
    assert with_maths("Is $a_{max} * b$ in $O(n^2)$?") == r"Is aₘₐₓ \* b in O(n²)?"
    assert with_maths("So\n$$\\frac{a}{b}$$\nholds").split() == ["So", "a/b", "holds"]
    assert with_maths(r"the matrix $\begin{pmatrix}1\end{pmatrix}$") == (
        r"the matrix `$\begin{pmatrix}1\end{pmatrix}$`"
    )


@given(st.text(alphabet="$\\{}^_ab1 `\n~frac", max_size=60))
def test_any_text_goes_through(text: str) -> None:
    """Whatever a text holds, it comes out as a text, and without a dollar it is unchanged."""
    assert isinstance(with_maths(text), str)
    if "$" not in text:
        assert with_maths(text) == text
