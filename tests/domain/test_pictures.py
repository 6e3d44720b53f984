"""Pictures that a text names: found all, and none leads out of the media folder."""

import posixpath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drillr.domain.pictures import Picture, pictures

TARGETS = st.text(st.sampled_from("ab./\\:%~ "), min_size=1, max_size=12).map(lambda t: t + ".png")


@given(TARGETS)
def test_no_name_leads_out_of_the_folder(target: str) -> None:
    """Whatever a file may say, what is opened lies below the folder."""
    file = Picture("", target).file
    if file is not None:
        path = posixpath.normpath(posixpath.join("/media", file))
        assert path.startswith("/media/")
        assert "\\" not in file
        assert ":" not in file


@pytest.mark.parametrize(
    ("target", "file", "is_address"),
    [
        ("a/b.PNG", "a/b.PNG", False), ("https://x.org/a.png", None, True), ("a.txt", None, False),
        ("../a.png", None, False), ("/etc/a.png", None, False), ("c:a.png", None, False),
    ],
)  # fmt: skip
def test_addresses_and_files_are_told_apart(target: str, file: str, is_address: bool) -> None:
    """What lies on the web is no file, and neither is what is no picture."""
    picture = Picture("", target)
    assert (picture.file, picture.is_address) == (file, is_address)


def test_every_picture_is_found_in_its_order() -> None:
    """Over several texts, with titles, in angle brackets; texts that are missing hold none."""
    texts = ['![a](x.png "t") and ![](<y.png>)', None, "", "[no](z.png)\n![b](http://h/i.png)"]
    assert pictures(texts) == [
        Picture("a", "x.png"), Picture("", "y.png"), Picture("b", "http://h/i.png"),
    ]  # fmt: skip
