"""Run by a Python that has the `anki` package: makes a collection and exports it in every form.

    python anki_makes.py FOLDER

writes packages and `counts.json`. drillr itself never imports Anki.
"""

import json
import sys
from pathlib import Path
from typing import Any

from anki.collection import Collection, ExportAnkiPackageOptions  # type: ignore[import-not-found]

DAY = 86_400
NOTES: list[tuple[str, str, list[str], list[str]]] = [
    ("Spanish::Verbs", "Basic", ["<b>ser</b> &amp; <i>estar</i><br>two <img src=\"pic.png\">",
                                 "to be<ul><li>one</li><li>two</li></ul>"], ["verb", "lang::es"]),
    ("Spanish::Verbs", "Basic", ["ir [sound:ir.mp3]", "to go"], ["verb"]),
    ("Spanish::Nouns", "Basic (and reversed card)", ["uno", "one"], []),
    ("Spanish", "Basic (optional reversed card)", ["a", "b", "y"], []),
    ("Spanish", "Basic (optional reversed card)", ["c", "d", ""], []),
    ("Science::Biology::Cells::Parts::Deep", "Cloze",
     ["The {{c1::cell}} has a {{c2::nucleus::centre}} and a {{c1::wall}}", "extra"], ["bio"]),
    ("Science::Maths", "Basic (type in the answer)", ["2+2?", "4"], []),
    ("Science::Maths", "Basic", ["<pre><code>x &lt; y</code></pre>", "\\(x^2_1\\)"], []),
    ("Science::Maths", "Basic", ["<script>alert(1)</script>safe", "<a href=\"javascript:x\">y</a>"],
     []),
    ("Default", "Image Occlusion",
     ["{{c1::image-occlusion:rect:left=.1:top=.2:width=.3:height=.4:oi=1}}<br>"
      "{{c2::image-occlusion:rect:left=.5:top=.2:width=.3:height=.4:oi=1}}",
      "<img src=\"pic.png\">", "Header", "Back extra", "a comment"], []),
]  # fmt: skip


def make(folder: Path) -> Any:
    """A collection with three days of reviews, suspended and flagged cards."""
    col = Collection(str(folder / "collection.anki2"))
    col.media.write_data("pic.png", b"\x89PNG\r\n\x1a\n" + bytes(range(256)))
    col.media.write_data("ir.mp3", b"ID3" + bytes(64))
    for deck, kind, fields, tags in NOTES:
        note = col.new_note(col.models.by_name(kind))
        for index, value in enumerate(fields):
            note.fields[index] = value
        note.tags = tags
        col.add_note(note, col.decks.id(deck))
    for day in range(3):
        review(col, day)
        later(col)
    cards = col.find_cards("tag:verb")
    col.sched.suspend_cards(cards[:1])
    col.set_user_flag_for_cards(2, cards[1:2])
    return col


def review(col: Any, day: int) -> None:
    """Answer what is there, with each button in turn."""
    for deck in ("Spanish", "Science", "Default"):
        col.decks.set_current(col.decks.id(deck))
        for number in range(12):
            card = col.sched.getCard()
            if card is None:
                break
            card.start_timer()
            col.sched.answerCard(card, 1 + (number + day) % 4)


def later(col: Any) -> None:
    """Let a day pass: everything that happened, happened a day earlier."""
    for (key,) in col.db.all("select id from revlog order by id"):
        col.db.execute("update revlog set id = ? where id = ?", key - DAY * 1000, key)
    col.db.execute("update col set crt = crt - ?", DAY)
    col.db.execute("update cards set mod = mod - ?", DAY)
    col.close()
    col.reopen()


def counts(col: Any) -> dict[str, int]:
    """What a package of this collection must give."""
    return {
        "notes": col.note_count(),
        "cards": col.card_count(),
        "reviews": col.db.scalar("select count() from revlog where ease > 0"),
        "suspended": col.db.scalar("select count() from cards where queue = -1"),
        "flagged": col.db.scalar("select count() from cards where flags > 0"),
    }


def main(folder: Path) -> None:
    """Make, export, and write down the counts."""
    work = folder / "work"
    work.mkdir(parents=True)
    col = make(work)
    (folder / "counts.json").write_text(json.dumps(counts(col)))
    for name, legacy in (("new", False), ("old", True)):
        options = ExportAnkiPackageOptions(
            with_scheduling=True, with_media=True, with_deck_configs=True, legacy=legacy
        )
        col.export_anki_package(
            out_path=str(folder / f"deck-{name}.apkg"), options=options, limit=None
        )
        col.export_collection_package(
            str(folder / f"collection-{name}.colpkg"), include_media=True, legacy=legacy
        )
        if col.db is None:
            col.reopen()
    col.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
