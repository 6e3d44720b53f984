"""What the documents say: their links lead somewhere, their examples can be imported."""

import json
import re
from pathlib import Path

import pytest

from drillr.domain.draft import Draft
from drillr.formats.question_file import QuestionFile

ROOT = Path(__file__).parents[2]
DOCUMENTS = sorted([*ROOT.glob("docs/*.md"), *ROOT.glob("*.md")])
_FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
_HEADING = re.compile(r"^#+ +(.+)$", re.MULTILINE)


def prose(document: Path) -> str:
    """A document without its code blocks."""
    return _FENCE.sub("", document.read_text(encoding="utf-8"))


def anchors(document: Path) -> set[str]:
    """The anchors that a forge gives to a document's headings."""
    return {
        re.sub(r"[^\w -]", "", heading.lower()).strip().replace(" ", "-")
        for heading in _HEADING.findall(prose(document))
    }


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_links_lead_somewhere(document: Path) -> None:
    """A link inside of the project names a file that exists, and a heading in it."""
    for target in _LINK.findall(prose(document)):
        if re.match(r"[a-z]+:", target):
            continue
        path, _, anchor = target.partition("#")
        found = (document.parent / path).resolve() if path else document
        assert found.exists(), f"{target} leads nowhere"
        if anchor:
            assert anchor in anchors(found), f"{target} names no heading"


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_document_is_reached_from_the_index(document: Path) -> None:
    """Whoever starts at README.md finds every page of docs/."""
    if document.parent == ROOT or document.name == "index.md":
        return
    assert document.name in (ROOT / "docs" / "index.md").read_text(encoding="utf-8")


def test_examples_of_question_files_import() -> None:
    """The questions and files that README.md and the format's page show are valid ones."""
    shown = 0
    for document in DOCUMENTS:
        for language, block in _FENCE.findall(document.read_text(encoding="utf-8")):
            if language != "json" or '"question' not in block or '"items"' in block:
                continue
            json.loads(block)
            for _, item in QuestionFile("a__b__c__d.json", block.encode()):
                assert isinstance(item, Draft), f"{document.name}: {item.reason}"
                shown += 1
    assert shown >= 6
