"""Makes a question of a card of Anki: both its sides rendered, its HTML turned into Markdown."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from drillr.domain import limits
from drillr.domain.text import FORBIDDEN
from drillr.formats.anki import notes, templates
from drillr.formats.anki.collection import TEXT_LIMIT, CardRow, NoteType, Template
from drillr.formats.html_markdown import markdown

Medium = Callable[[str], str]
NO_BACK = "(this card has no back)"


class Unreadable(ValueError):
    """Why a card can't become a question."""


def external_id(guid: str, ord: int) -> str:
    """The id of the question that a card becomes: the note's own id, and which card it is."""
    return f"anki-{FORBIDDEN.sub('', guid)}-{ord}"


def item_of(
    row: CardRow, kind: NoteType | None, deck: tuple[str, ...], medium: Medium
) -> dict[str, Any]:
    """The item of a question file that a card becomes; Unreadable says why there is none."""
    if kind is None:
        raise Unreadable("the package doesn't hold the card's note type")
    if len(row.fields) > TEXT_LIMIT:
        raise Unreadable(f"the note has {len(row.fields)} characters, at most {TEXT_LIMIT} fit")
    values = row.fields.split("\x1f")
    fields = dict(zip(kind.fields, values, strict=False))
    own = notes.read(fields, medium)
    if own is not None:
        return own
    template = kind.templates.get(0 if kind.cloze else row.ord)
    item = _question(fields, kind, template, row.ord, medium)
    tags = [tag[: limits.TAG] for tag in FORBIDDEN.sub("", row.tags).split()]
    origin: dict[str, Any] = {"deck": _one_line("::".join(deck)), "type": _one_line(kind.name)}
    if len(tags) > limits.TAGS:
        origin["tags"] = tags[limits.TAGS :]
    return {"id": external_id(row.guid, row.ord), "type": "theory", **item,
            "tags": list(dict.fromkeys(tags))[: limits.TAGS], "anki": origin}  # fmt: skip


def _question(
    fields: Mapping[str, str],
    kind: NoteType,
    template: Template | None,
    ord: int,
    medium: Medium,
) -> dict[str, Any]:
    front = back = ""
    hints: list[str] = []
    number = ord + 1
    if template is not None:
        visible = dict.fromkeys(("Tags", "Deck", "Subdeck", "Card", "Type"), "") | dict(fields)
        try:
            front = templates.side(template.front, visible, number)
            back = templates.side(template.back, visible, number, back=True)
        except templates.TooLong:
            raise Unreadable("the card's template gives more text than a card can hold") from None
        asked = (fields.get(name, "") for name in templates.hints(template.front)[:10])
        hints = [text for value in asked if (text := markdown(value, medium))]
    more: dict[str, Any] = {"hints": hints} if hints else {}
    if kind.cloze:
        return _deletion(fields, front, back, number, medium) | more
    question = markdown(front, medium) or _first(fields, medium)
    answer = markdown(templates.answer_part(back), medium)
    if not answer or answer == question:
        rest = (markdown(value, medium) for value in fields.values())
        answer = next((text for text in rest if text and text != question), NO_BACK)
    return {"question": question, "answer": answer, **more}


def _deletion(
    fields: Mapping[str, str], front: str, back: str, number: int, medium: Medium
) -> dict[str, Any]:
    """A card that hides parts of a text asks for them, and explains with the whole."""
    holder = next((v for v in fields.values() if templates.hidden(v, number)), "")
    if templates.is_occlusion(holder):
        return _occlusion(fields, number, medium)
    answer = "; ".join(
        text for part in templates.hidden(holder, number) if (text := markdown(part, medium))
    )
    whole = markdown(templates.answer_part(back), medium)
    question = markdown(front, medium) or _first(fields, medium)
    if not answer:
        return {"question": question, "answer": whole or NO_BACK}
    return {"question": question, "answer": answer, "explanation": whole}


def _occlusion(fields: Mapping[str, str], number: int, medium: Medium) -> dict[str, str]:
    """A picture with hidden parts can't be shown here: what there is of text, and its name."""
    texts = [
        text
        for value in fields.values()
        if not templates.is_occlusion(value) and (text := markdown(value, medium))
    ]
    pictures = [text for text in texts if text.startswith("![")]
    words = [text for text in texts if not text.startswith("![")]
    asked = [*words[:1], *pictures, f"What is hidden in the picture's area {number}?"]
    return {"question": "\n\n".join(asked), "answer": "\n\n".join(words[1:]) or NO_BACK}


def _first(fields: Mapping[str, str], medium: Medium) -> str:
    return next((text for value in fields.values() if (text := markdown(value, medium))), "")


def _one_line(text: str) -> str:
    return re.sub(r"\s+", " ", FORBIDDEN.sub("", text))[: limits.NAME]
