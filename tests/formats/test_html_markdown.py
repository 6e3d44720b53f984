"""HTML from strangers becomes Markdown that looks alike and does no harm."""

import re

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from drillr.domain.text import FORBIDDEN
from drillr.formats.html_markdown import markdown
from drillr.formats.markdown_html import html

COMMONMARK = MarkdownIt("commonmark").enable(["table", "strikethrough"])


@pytest.mark.parametrize(
    ("given_html", "expected"),
    [
        ("<b>ser</b> &amp; <i>estar</i><br>two", "**ser** & *estar*  \ntwo"),
        ("a<ul><li>one<li>two<ol><li>x</ol></ul>b", "a\n\n- one\n- two\n\n  1. x\n\nb"),
        ("<ul> no item <li>one<ul><li>x</ul></ul>", "- no item\n- one\n\n  - x"),
        ("<div>a</div><div>b</div><p>c<p>d", "a  \nb\n\nc\n\nd"),
        ('<pre><code class="language-py">x = "`"\n y</code></pre>', '```py\nx = "`"\n y\n```'),
        ("<table><tr><th>a<th>b<tr><td>1|2<td>3</table>",
         "| a | b |\n| --- | --- |\n| 1\\|2 | 3 |"),
        ("H<sub>2</sub>O x<sup>2</sup>", "H₂O x²"),
        ("\\(x_1^2\\) [$]y[/$] [latex]z[/latex]", "`$x_1^2$` `$y$` `$z$`"),
        ('<a href="https://e.org/a">z</a>', "[z](https://e.org/a)"),
        ('<img src="a b.png"> [sound:x.mp3]', "![a b.png](<a b.png>) [x.mp3](<x.mp3>)"),
        ("<h2>t</h2>x<hr>y<blockquote>q</blockquote>", "## t\n\nx\n\n* * *\n\ny\n\n> q"),
        # What was text stays text.
        ("a*b*c _x_ a_b [x](y) 2 * 3", "a\\*b\\*c \\_x\\_ a_b [x\\](y) 2 * 3"),
        ("# a<br>1. b<br>- c<br>&gt; d", "\\# a  \n1\\. b  \n\\- c  \n\\> d"),
        ("&lt;b&gt; &amp;lt; a<b", "\\<b> \\&lt; a\\<b"),
        # What is no text goes.
        ("<script>alert(1)</script>x<style>p{}</style>", "x"),
        ("<SCRIPT\n>alert('</scr')</SCRIPT >x", "x"),
        ('<a href="javascript:alert(1)">y</a><img src="data:image/png;base64,AA">', "y(image)"),
        ('<a href="https://e.org" onclick="x()">a</a><svg onload=x>b</svg>c', "[a](https://e.org)c"),
        ("<iframe src=//evil></iframe><!-- x -->a<!-- y", "a\\<!-- y"),
        ("a\x1b[31mb\u202ec", "a[31mbc"),
    ],
)  # fmt: skip
def test_what_becomes_of_it(given_html: str, expected: str) -> None:
    """Structure is kept as far as Markdown has it; scripts, styles and odd links are not."""

    def link(name: str) -> str:
        return f"<{name}>"

    assert markdown(given_html, link) == expected


TAGS = "b i code pre p div ul ol li table tr td a img br hr script h1 blockquote sub x".split()
pieces = st.one_of(
    st.sampled_from(TAGS).map(lambda tag: f"<{tag}>"),
    st.sampled_from(TAGS).map(lambda tag: f"</{tag}>"),
    st.sampled_from(
        ["<a href='javascript:x'>", '<img src="x', "<!--", "-->", "<", "&lt;script&gt;", "&#0;",
         "[sound:", "\\(", "\\)", "[latex]", "</script", "&#x202e;", "\x1b", "<a b='", "\xa0"]
    ),
    st.text(max_size=6),
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@example("\\<code>&lt;script&gt;")
@example("[latex]<img>")
@example("&lt;<b></b>script&gt;")
@example("&amp;<i></i>lt;")
@given(st.lists(pieces, max_size=25).map("".join))
def test_no_html_is_left(text: str) -> None:
    """Whatever comes in, a strict Markdown reader finds no HTML and no link but to the web."""
    found = markdown(text, lambda name: "media/x")
    assert not FORBIDDEN.search(found)
    tokens = COMMONMARK.parse(found)
    for token in tokens:
        for each in [token, *(token.children or [])]:
            assert each.type not in ("html_block", "html_inline"), found
            target = str(each.attrs.get("href") or each.attrs.get("src") or "media/x")
            assert re.match(r"https?:|mailto:|media/x$", target), found


@settings(max_examples=500, deadline=None)
@given(st.text(st.sampled_from("ab1 .*_`[](){}<>#+-!\\|~&;:=\"'/?\n"), max_size=30))
def test_escaped_text_is_read_as_it_was(text: str) -> None:
    """A text that is escaped and read as Markdown shows the very same words."""
    line = " ".join(text.split())
    found = markdown(line.replace("&", "&amp;").replace("<", "&lt;"))
    tokens = COMMONMARK.parse(found)
    shown = "".join(
        child.content for token in tokens for child in token.children or []
        if child.type in ("text", "text_special", "code_inline")
    )  # fmt: skip
    formula = re.search(r"\\\(|\\\[|\[\$|\[latex", line)
    assert formula or shown == line, found


@pytest.mark.parametrize(
    "bad",
    ["<", "<a ", '<a "', "<div>", "<b>", "<!--", "<script", "</p>", "&", "<ul><li>", "*", "[sound:",
     "\\(", "\\(a", "[latex]", "[$]", "<a x='", "<table>", "<td>", "`", "_", "a_", "- ", "1. "],
)  # fmt: skip
def test_much_of_the_same_takes_no_longer_than_its_length(bad: str) -> None:
    """What would be quadratic, or nest too deeply, would not come back from here."""
    assert len(markdown(bad * 20_000)) < 400_000


@given(st.text(max_size=60))
def test_html_of_markdown_holds_no_raw_html(text: str) -> None:
    """On the way out, HTML in a text is text."""
    found = html(text + "<script>alert(1)</script>")
    assert "<script" not in found


def test_media_are_named_as_anki_does() -> None:
    """Media beside the store become files of the package; formulas get their marks."""
    used: list[str] = []
    found = html(
        "![a](media/1-a%20b.png) [s](media/2-s.mp3) `$x_1$` [w](https://e.org)", used.append
    )
    assert used == ["1-a b.png", "2-s.mp3"]
    assert 'src="1-a b.png"' in found
    assert "[sound:2-s.mp3]" in found
    assert "\\(x_1\\)" in found
    assert '<a href="https://e.org">w</a>' in found


@pytest.mark.parametrize(
    "tags", ["b ul li", "ul ol", "span blockquote", "table tr td", "a p", "i h2", "ul li b"]
)
def test_deep_nesting_takes_each_element_once(tags: str) -> None:
    """Twice at each of sixty levels would never end; what stands innermost is still there."""
    names = tags.split() * (55 // len(tags.split()))
    text = "".join(f"<{name}>" for name in names) + "inside"
    assert markdown(text, lambda name: name).count("inside") == 1
