"""Places: what a path may be, how files and people write it, and what is refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drillr.domain import limits
from drillr.domain.paths import FacetPath, pretty
from drillr.errors import ContentError

# No code of these holds the separator, or ends like a file name's suffix.
CODES = st.from_regex(r"[a-z0-9.+#-]{1,12}( [a-z0-9.+#-]{1,8})?", fullmatch=True)
PATHS = st.builds(FacetPath, CODES, CODES, CODES, CODES)


@given(PATHS)
def test_a_path_survives_every_way_of_writing_it(path: FacetPath) -> None:
    """With `__`, with `/`, and as a file's name, with or without the questions' type behind it."""
    assert FacetPath.parse(str(path)) == FacetPath.parse("/".join(path.parts)) == path
    for suffix in ("", "_mcq", "_theory", "_scenario"):
        assert FacetPath.of_file(f"{path}{suffix}.json") == path
    assert path.prefixes()[-1] == str(path)
    assert [len(prefix.split("__")) for prefix in path.prefixes()] == [1, 2, 3, 4]
    assert pretty(str(path)).split(" › ") == list(path.parts)
    for width in range(60):
        short = pretty(str(path), width)
        assert short.endswith(path.parts[-1])
        assert pretty(str(path)).endswith(short.removeprefix("…"))
        assert len(short) <= max(width, len("… › " + path.parts[-1]))


@given(st.text(max_size=40))
def test_any_text_is_a_path_or_refused_with_what_was_expected(text: str) -> None:
    """Nothing else happens; and what is taken is written back as it came."""
    try:
        path = FacetPath.parse(text)
    except ContentError as error:
        assert error.remedy
    else:
        assert str(path) == text.replace("/", "__")


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("a__b__c.json", "3 parts"), ("a.json", "1 part"), ("a__b____d.json", "one of them empty"),
        ("a__b__c__d.txt", "no .json file"), (f"a__b__c__{'d' * 101}.json", "101 characters"),
        ("a__b__c__d*.json", "characters that a code can't have"), ("a__ b__c__d.json", "' b'"),
    ],
)  # fmt: skip
def test_a_wrong_file_name_says_what_was_found(name: str, says: str) -> None:
    """And what was expected instead."""
    with pytest.raises(ContentError, match=says) as refused:
        FacetPath.of_file(name)
    assert refused.value.remedy


def test_a_code_may_be_as_long_as_the_limit_and_may_be_a_suffix_alone() -> None:
    """A facet named like a suffix keeps its name: something must be left."""
    longest = "x" * limits.CODE
    assert FacetPath.parse(f"a__b__c__{longest}").facet == longest
    assert FacetPath.of_file("a__b__c___mcq.json").facet == "_mcq"
