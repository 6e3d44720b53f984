"""Packages of Anki: every form of export gives the same questions, history and media.

The packages beside this file were made by Anki 26.9 (`tests/oracle/anki_makes.py`).
"""

import json
import sqlite3
import sys
import zipfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import zstandard
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from drillr.domain.draft import Draft
from drillr.domain.history import PastAnswer
from drillr.domain.rating import Rating
from drillr.errors import ContentError
from drillr.formats.anki import package, templates
from drillr.formats.source import PLAIN, Reading, Refusal

HERE = Path(__file__).parent
PACKAGES = sorted(HERE.glob("*pkg"))
COUNTS = json.loads((HERE / "counts.json").read_text())


def read(path: Path, reading: Reading = PLAIN) -> dict[str, Any]:
    """All that a package gives."""
    with package.opened(str(path), reading) as source:
        drafts = {}
        refusals = []
        for section in source.sections():
            for _, item in section:
                if isinstance(item, Refusal):
                    refusals.append(item)
                else:
                    drafts[item.external_id] = (str(section.path), item)
        past = sorted(source.history(), key=lambda each: each.key)
        media = {each.name: Path(each.path).read_bytes() for each in source.media()}
        return {"drafts": drafts, "refusals": refusals, "past": past, "media": media,
                "remarks": source.remarks()}  # fmt: skip


def texts(found: dict[str, Any]) -> set[str]:
    """The questions' texts."""
    return {draft.text for _, draft in found["drafts"].values()}


def rewritten(
    source: Path, target: Path, change: Callable[[sqlite3.Connection], None] | str, name: str
) -> Path:
    """A package whose collection was changed, by a function or a statement."""
    database = target.with_suffix(".db")
    with zipfile.ZipFile(source) as old:
        data = old.read(name)
        if name.endswith("b"):
            data = zstandard.ZstdDecompressor().decompressobj().decompress(data)
        database.write_bytes(data[:18] + b"\x01\x01" + data[20:])
        connection = sqlite3.connect(database)
        connection.create_collation("unicase", lambda a, b: (a > b) - (a < b))
        if isinstance(change, str):
            connection.execute(change)
        else:
            change(connection)
        connection.commit()
        connection.close()
        with zipfile.ZipFile(target, "w") as new:
            for entry in old.namelist():
                if entry != name:
                    new.writestr(entry, old.read(entry))
            new.write(database, name)
    return target


@pytest.mark.parametrize("path", PACKAGES, ids=lambda path: path.name)
def test_every_form_of_export_gives_the_same(path: Path) -> None:
    """Newer and older packages of a deck and of a collection: same cards, answers and media."""
    found, first = read(path), read(PACKAGES[0])
    assert found["refusals"] == []
    assert len(found["drafts"]) == COUNTS["cards"]
    assert sum(isinstance(each, PastAnswer) for each in found["past"]) == COUNTS["reviews"]
    assert found["drafts"] == first["drafts"]
    assert found["past"] == first["past"]
    assert found["media"] == first["media"]
    assert found["remarks"] == [f"{COUNTS['notes']} notes with {COUNTS['cards']} cards"]


def test_note_types_become_questions() -> None:
    """Basic, reversed, typed, deletions and pictures with hidden parts."""
    found = read(PACKAGES[0])
    by_text = {draft.text: (path, draft) for path, draft in found["drafts"].values()}
    path, basic = by_text[next(text for text in by_text if text.startswith("**ser**"))]
    assert path == "Spanish__Verbs__general__general"
    assert basic.text == "**ser** & *estar*  \ntwo ![pic.png](media/9d0c38e7aafe-pic.png)"
    assert (basic.answer, basic.tags) == ("to be\n\n- one\n- two", '["lang::es","verb"]')
    assert {by_text["uno"][1].answer, by_text["one"][1].answer} == {"one", "uno"}
    assert by_text["2+2?"][1].answer == "4"
    assert by_text["safe"][1].answer == "y"
    path, cloze = by_text["The […] has a nucleus and a […]"]
    assert (path, cloze.answer) == ("Science__Biology__Cells__Parts.Deep", "cell; wall")
    assert by_text["The cell has a [centre] and a wall"][1].answer == "nucleus"
    assert (
        "The cell has a **nucleus** and a wall"
        in json.loads(by_text["The cell has a [centre] and a wall"][1].metadata)["explanation"]
    )
    hidden = [text for text in by_text if "What is hidden in the picture's area" in text]
    assert len(hidden) == 2
    assert by_text["```\nx < y\n```"][1].answer == "`$x^2_1$`"
    assert {name: data[:4] for name, data in found["media"].items()} == {
        "9d0c38e7aafe-pic.png": b"\x89PNG", "788956ab9789-ir.mp3": b"ID3\x00"
    }  # fmt: skip


def test_decks_go_below_a_place() -> None:
    """`under` two codes leaves the last two to the decks; `under` four takes all."""
    found = read(PACKAGES[0], Reading(under=("languages", "es")))
    places = {path for path, _ in found["drafts"].values()}
    assert "languages__es__Spanish__Verbs" in places
    found = read(PACKAGES[0], Reading(under=("a", "b", "c", "d")))
    assert {path for path, _ in found["drafts"].values()} == {"a__b__c__d"}


def test_ratings_of_the_first_scheduler_are_mended(tmp_path: Path) -> None:
    """While learning it had three buttons: Good was the second and Easy the third."""

    def change(db: sqlite3.Connection) -> None:
        db.execute("update col set conf = json_set(conf, '$.schedVer', 1)")
        db.execute("delete from revlog")
        db.execute("update cards set type = 0")
        (card,) = db.execute("select id from cards limit 1").fetchone()
        for number, (ease, kind) in enumerate([(2, 0), (3, 2), (2, 1), (1, 0), (4, 1)]):
            at = 1_700_000_000_000 + number
            db.execute("insert into revlog values (?, ?, 0, ?, 1, 1, 2500, 9, ?)",
                       (at, card, ease, kind))  # fmt: skip

    old = HERE / "deck-old.apkg"
    found = read(rewritten(old, tmp_path / "v1.apkg", change, "collection.anki21"))
    answers = sorted((e for e in found["past"] if isinstance(e, PastAnswer)), key=lambda e: e.at)
    assert [each.rating for each in answers] == [
        Rating.MEDIUM, Rating.EASY, Rating.HARD, Rating.VERY_HARD, Rating.EASY
    ]  # fmt: skip


def test_what_is_no_answer_is_left_out_and_said(tmp_path: Path) -> None:
    """Cramming does not count, a date set by hand is a schedule, a card forgotten is nothing."""

    def change(db: sqlite3.Connection) -> None:
        db.execute("delete from revlog")
        (card,) = db.execute("select id from cards limit 1").fetchone()
        rows = [(3, 3, 0, 0), (0, 4, 30, 0), (0, 4, 0, 0), (9, 1, 1, 2500), (3, 1, 5, 2500)]
        for number, (ease, kind, days, factor) in enumerate(rows):
            at = 1_700_000_000_000 + number
            db.execute("insert into revlog values (?, ?, 0, ?, ?, 1, ?, 9, ?)",
                       (at, card, ease, days, factor, kind))  # fmt: skip
        db.execute("insert into revlog values (5, ?, 0, 3, 1, 1, 2500, 9, 1)", (card,))
        db.execute("update cards set type = 0 where id <> ?", (card,))

    old = HERE / "collection-old.colpkg"
    found = read(rewritten(old, tmp_path / "x.colpkg", change, "collection.anki21"))
    answers = sorted((e for e in found["past"] if isinstance(e, PastAnswer)), key=lambda e: e.at)
    assert [(e.cram, e.outcome and e.outcome["interval_days"]) for e in answers] == [
        (True, None), (False, 30), (False, None)
    ]  # fmt: skip
    assert any("3 entries of the review log" in remark for remark in found["remarks"])


def test_hints_are_hints_and_media_may_be_named_as_in_a_url(tmp_path: Path) -> None:
    """What Anki shows on request is asked for here too; `%2E` is a dot."""

    def change(db: sqlite3.Connection) -> None:
        db.execute(
            'update col set models = replace(models, \'"qfmt":"{{Front}}"\', ?)',
            ('"qfmt":"{{Front}} {{hint:Back}}"',),
        )
        db.execute(
            "update notes set flds = ? where flds like 'ir %'", ("<img src=pic%2Epng>\x1fgo",)
        )

    old = HERE / "deck-old.apkg"
    found = read(rewritten(old, tmp_path / "x.apkg", change, "collection.anki21"))
    by_answer = {draft.answer: draft for _, draft in found["drafts"].values()}
    assert by_answer["go"].text == "![pic%2Epng](media/9d0c38e7aafe-pic.png)"
    assert json.loads(by_answer["go"].metadata)["hints"] == ["go"]


def test_a_card_without_its_note_type_or_too_large_is_named(tmp_path: Path) -> None:
    """It is refused with its id and the reason; the others come in."""

    def change(db: sqlite3.Connection) -> None:
        db.execute("update notes set mid = 1 where flds like '%2+2%'")
        db.execute("update notes set flds = ? where flds like 'uno%'", ("x" * 300_000 + "\x1fy",))

    old = HERE / "deck-old.apkg"
    found = read(rewritten(old, tmp_path / "x.apkg", change, "collection.anki21"))
    assert sorted(refusal.reason.split(",")[0] for refusal in found["refusals"]) == [
        "the note has 300002 characters", "the note has 300002 characters",
        "the package doesn't hold the card's note type",
    ]  # fmt: skip
    assert all(refusal.external_id.startswith("anki-") for refusal in found["refusals"])
    assert len(found["drafts"]) == COUNTS["cards"] - 3


def zipped(path: Path, **entries: bytes) -> Path:
    """A ZIP file with these entries."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        for name, data in entries.items():
            file.writestr(name.replace("_", ".", 1), data)
    return path


@pytest.mark.parametrize(
    ("entries", "reason"),
    [
        ({}, "no collection"),
        ({"collection_anki2": b"no database"}, "damaged"),
        ({"collection_anki2": b"SQLite format 3\x00" + bytes(84)}, "damaged|no table"),
        ({"collection_anki21b": b"\x28\xb5\x2f\xfd" + bytes(40)}, "damaged|no table"),
    ],
)
def test_what_is_no_package_says_so(entries: dict[str, bytes], reason: str, tmp_path: Path) -> None:
    """With a clear reason, and no traceback."""
    with pytest.raises(ContentError, match=reason):
        read(zipped(tmp_path / "x.apkg", **entries))


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04", b"no archive", bytes(1000)])
def test_what_is_no_archive_says_so(data: bytes, tmp_path: Path) -> None:
    """An empty file, a beginning of an archive, something else."""
    path = tmp_path / "x.apkg"
    path.write_bytes(data)
    with pytest.raises(ContentError, match="no archive"):
        read(path)


@pytest.mark.parametrize("path", PACKAGES[::2], ids=lambda path: path.name)
def test_a_package_that_was_cut_short_is_refused(path: Path, tmp_path: Path) -> None:
    """Wherever it ends."""
    data = path.read_bytes()
    for share in (0.1, 0.5, 0.9, 0.999):
        cut = tmp_path / "cut.apkg"
        cut.write_bytes(data[: int(len(data) * share)])
        with pytest.raises(ContentError):
            read(cut)


def test_a_bomb_is_refused_before_it_fills_the_disk(tmp_path: Path) -> None:
    """Some kilobytes that unpack to gigabytes: by deflate, by zstd, or by both."""
    zeros = zstandard.ZstdCompressor(level=19).compress(bytes(1 << 28))
    for name, data in (("collection_anki21b", zeros), ("media", zeros)):
        entries = {"collection_anki21": b""} if name == "media" else {}
        path = zipped(tmp_path / f"{name}.apkg", **{**entries, name: data})
        with pytest.raises(ContentError, match=r"unpacks to more than|damaged|no table"):
            read(path)


def test_a_template_that_says_too_much_is_refused(tmp_path: Path) -> None:
    """A large field named a thousand times would take gigabytes."""

    def change(db: sqlite3.Connection) -> None:
        db.execute("update notes set flds = ? where flds like 'uno%'", ("x" * 200_000 + "\x1fy",))
        db.execute("update col set models = replace(models, '{{Front}}', ?)", ("{{Front}}" * 400,))

    changed = rewritten(HERE / "deck-old.apkg", tmp_path / "x.apkg", change, "collection.anki21")
    found = read(changed)
    assert {refusal.reason for refusal in found["refusals"]} == {
        "the card's template gives more text than a card can hold"
    }


def test_media_may_not_be_much_larger_than_their_package(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What goes beyond is left out, and said; the questions come in."""
    monkeypatch.setattr(package, "_LEAST_MEDIA", 1)
    target = tmp_path / "x.apkg"
    with (
        zipfile.ZipFile(HERE / "deck-old.apkg") as old,
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for entry in old.namelist():
            new.writestr(entry, bytes(1 << 21) if entry == "0" else old.read(entry))
    found = read(target)
    assert len(found["drafts"]) == COUNTS["cards"]
    assert len(found["media"]) == 1
    assert any("a media file is missing" in remark for remark in found["remarks"])


def test_names_of_media_lead_nowhere(tmp_path: Path) -> None:
    """A name with folders in it is a name without: nothing is written outside."""
    source = HERE / "deck-old.apkg"

    def change(db: sqlite3.Connection) -> None:
        db.execute("update notes set flds = ? where flds like 'uno%'",
                   ("<img src='../../etc/passwd'>[sound:C:\\x\\y.mp3]\x1fy",))  # fmt: skip

    changed = rewritten(source, tmp_path / "a.apkg", change, "collection.anki21")
    target = tmp_path / "b.apkg"
    with zipfile.ZipFile(changed) as old, zipfile.ZipFile(target, "w") as new:
        for entry in old.namelist():
            if entry != "media":
                new.writestr(entry, old.read(entry))
        new.writestr("media", json.dumps({"0": "../../etc/passwd", "1": "C:\\x\\y.mp3"}))
    found = read(target)
    assert sorted(name.partition("-")[2] for name in found["media"]) == ["passwd", "y.mp3"]
    assert not any("/" in name or "\\" in name for name in found["media"])


def test_a_schema_that_is_no_text_is_no_collection(tmp_path: Path) -> None:
    """SQLite quotes what it can't parse, and Python can't read the quotation."""
    path = tmp_path / "collection.anki21"
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        db.execute("create table notes (id integer)")
        db.execute("pragma writable_schema = on")
        broken = b"create table notes " + b"\x86" * 3
        db.execute("update sqlite_master set sql = cast(? as text)", (broken,))
    package = zipped(tmp_path / "x.apkg", **{path.name: path.read_bytes()})
    with pytest.raises(ContentError, match="damaged"):
        read(package)


def test_a_schema_that_runs_for_ever_is_no_collection(tmp_path: Path) -> None:
    """A view in the place of a table is refused, whatever it would do."""

    def change(db: sqlite3.Connection) -> None:
        db.execute("alter table revlog rename to other")
        db.execute(
            "create view revlog as with recursive n(x) as (select 1 union all select x + 1 from n)"
            " select x as id from n"
        )

    old = HERE / "deck-old.apkg"
    with pytest.raises(ContentError, match="no table revlog"):
        read(rewritten(old, tmp_path / "x.apkg", change, "collection.anki21"))


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    where=st.lists(st.tuples(st.floats(0, 1), st.binary(min_size=1, max_size=8)), min_size=1,
                   max_size=6),
    path=st.sampled_from(PACKAGES),
)  # fmt: skip
def test_changed_bytes_never_crash_the_reader(
    where: list[tuple[float, bytes]], path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """A damaged package is read or refused with a reason."""
    data = bytearray(path.read_bytes())
    for place, patch in where:
        start = int(place * len(data))
        data[start : start + len(patch)] = patch
    target = tmp_path_factory.mktemp("damaged") / "x.apkg"
    target.write_bytes(data)
    try:
        found = read(target)
        assert all(isinstance(draft, Draft) for _, draft in found["drafts"].values())
    except ContentError as error:
        assert str(error)


MARKS = st.sampled_from(["{{c1::", "{{c2::", "::", "}}", "a", "b", "{{", " "])
CLOZES = st.lists(MARKS, max_size=30).map("".join)


@given(CLOZES, st.integers(1, 3))
def test_deletions_hide_what_they_show(text: str, number: int) -> None:
    """Plain text has no marks of this kind left; what is hidden is part of the plain text."""
    plain = templates.plain(text)
    for part in templates.hidden(text, number):
        assert part in plain
    assert templates.cloze(text, 99, back=True) == plain
    assert templates.cloze("x {{c1::a {{c2::b}}::h}} y", 2, back=False) == "x a […] y"


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        ("{{A}}", "1"), ("{{#A}}x{{/A}}", "x"), ("{{^A}}x{{/A}}", ""), ("{{#B}}x{{/B}}y", "y"),
        ("{{^B}}{{#A}}x{{/A}}{{/B}}", "x"), ("{{#B}}{{#A}}x{{/A}}{{/B}}y", "y"),
        ("{{hint:A}}{{text:A}}", "1"), ("{{tts en_US:A}}", ""), ("{{Nothing}}", ""),
        ("{{#B}}never closed", ""), ("{{/A}}odd", "odd"), ("{{kanji:C}} {{kana:C}}", "漢字 かんじ"),
        ("{{#c1}}one{{/c1}}{{#c2}}two{{/c2}}", "one"), ("{{type:A}}", ""), ("{{ A }}", "1"),
    ],
)  # fmt: skip
def test_templates(template: str, expected: str) -> None:
    """Fields, conditions, filters, and what was never closed."""
    fields = {"A": "1", "B": "<br> &nbsp;", "C": "漢字[かんじ]"}
    assert templates.side(template, fields, 1) == expected


def test_without_the_library_for_zstd_the_error_names_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """Older packages are read all the same."""
    monkeypatch.setitem(sys.modules, "zstandard", None)
    assert len(read(HERE / "deck-old.apkg")["drafts"]) == COUNTS["cards"]
    with pytest.raises(ContentError, match=r"drillr\[anki\]"):
        read(HERE / "deck-new.apkg")
