"""Lint of Markdown: only what no reader could follow, or would swallow the rest, is found."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drillr.domain.lint_markdown import markdown_findings

BESIDE = {"there.png"}


def messages(text: str) -> list[str]:
    """What is found where one picture lies beside the file."""
    return [one.message for one in markdown_findings(text, "answer", BESIDE.__contains__)]


@pytest.mark.parametrize(
    "text",
    [
        "[a](https://example.org/x_(y))",
        "[a](http://localhost:8000/)",
        "[a](mailto:x@example.org)",
        "[a](#part)",
        "[a](?page=2)",
        "![a](there.png)",
        '[a](<there.png> "title")',
        "`[a](nowhere)`",
        "[a][b]\n\n[b]: https://example.org",
        "x[0][1] and grid[i][j]",
        "f[x](y and so on",
        "````\n```\n````",
        "```python\nx\n``` not yet\n```",
        "``` `inline` ```",
    ],
)
def test_what_is_well(text: str) -> None:
    """Code, prose with brackets and links that lead somewhere are no findings."""
    assert messages(text) == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("[a](nowhere.png)", "no such file"),
        ("![a]()", "no target"),
        ("[a](#)", "no target"),
        ("[a](https://)", "no host"),
        ("[a](https://intranet/x)", "no host"),
        ("[a](https://example.org", "never closed"),
        ("[a](javascript:alert(1))", "no address that readers may follow"),
        ("[a](file:///etc/passwd)", "no address that readers may follow"),
        ("[a](http://[bad)", "can't be understood"),
        ("[a][nowhere]", "no definition"),
        ("~~~\ncode\n```", "'~~~' is never closed"),
        ("text\n  ```sql\nselect 1\n~~~\n``", "'```sql' is never closed"),
    ],
)
def test_what_is_found(text: str, found: str) -> None:
    """One message, which says why."""
    (message,) = messages(text)
    assert found in message


@given(st.lists(st.sampled_from(["```", "~~~", "[a](x)", "text", "````"])))
def test_links_in_code_are_no_links(lines: list[str]) -> None:
    """As many links are found as stand outside of blocks, counted the slow way."""
    opened, outside = "", 0
    for line in lines:
        if not opened:
            outside += line == "[a](x)"
            opened = line if line[0] in "`~" else ""
        elif line.startswith(opened):
            opened = ""
    found = messages("\n".join(lines))
    assert sum("no such file" in message for message in found) == outside
    assert sum("never closed" in message for message in found) == bool(opened)
