"""Damages files: bytes changed, lost, doubled, spliced, and cells of a collection replaced."""

import io
import random
import sqlite3
import tempfile
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path

import zstandard

Mutate = Callable[[random.Random, bytes, Sequence[bytes]], bytes]
_WORDS = (
    "[ ] { } \" ' \\ , : ; :: ::: ? ?? == -- --- ``` ~~~ <!-- --> Q: A: C: # * ** - [x] [ ] > | "
    ":END: :PROPERTIES: :drill: #+begin_src <script> </script> <b> <a href= &lt; &#0; {{c1:: }} "
    "{{Front}} {{#A}} {{/A}} \\( \\) [sound: [latex] null true NaN 1e999 -1 9999999999999999999 "
    "\\u0000 \\ud800 \\u202e [[ ]] || <!--SR:!2026-01-01,3,250--> <!--drillr:{} place name"
)
_BYTES = (
    b"\x00 \xff \x1b[2J \xe2\x80\xae \xef\xbb\xbf \xff\xfe \xed\xa0\x80 \xc2\x85 PK\x03\x04"
    b" \x28\xb5\x2f\xfd SQLite format 3\x00"
)
_TOKENS = [*_WORDS.encode().split(b" "), *_BYTES.split(b" "), b"\n", b"\r", b"\t", b" "]


def damaged(rng: random.Random, data: bytes, others: Sequence[bytes]) -> bytes:
    """The bytes after a few changes of every kind."""
    found = bytearray(data)
    for _ in range(rng.choice((1, 1, 2, 3, 8))):
        at = rng.randrange(len(found) + 1)
        kind = rng.randrange(7)
        if kind == 0 and found:
            found[min(at, len(found) - 1)] = rng.randrange(256)
        elif kind == 1:
            del found[at : at + rng.choice((1, 2, 8, 64, 1000))]
        elif kind == 2:
            found[at:at] = rng.choice(_TOKENS)
        elif kind == 3:
            piece = found[at : at + rng.choice((1, 4, 30, 200))]
            found[at:at] = piece * rng.choice((1, 2, 50))
        elif kind == 4:
            other = rng.choice(others)
            start = rng.randrange(len(other) + 1)
            found[at:at] = other[start : start + rng.choice((4, 40, 400))]
        elif kind == 5:
            found[at:at] = rng.choice(_TOKENS) * rng.choice((1, 3, 500))
        else:
            found = found[:at] if rng.random() < 0.5 else found[at:]
    return bytes(found[: 1 << 20])


def replaced_cells(rng: random.Random, data: bytes, others: Sequence[bytes]) -> bytes:
    """A package of Anki in whose collection a few cells hold something else."""
    del others
    with tempfile.TemporaryDirectory(prefix="drillr-fuzz-") as folder:
        path = Path(folder) / "collection.db"
        archive = zipfile.ZipFile(io.BytesIO(data))
        name = next(
            n for n in ("collection.anki21b", "collection.anki21", "collection.anki2")
            if n in archive.namelist()
        )  # fmt: skip
        content = archive.read(name)
        if name.endswith("b"):
            content = zstandard.ZstdDecompressor().decompressobj().decompress(content)
        path.write_bytes(content[:18] + b"\x01\x01" + content[20:])
        connection = sqlite3.connect(path)
        connection.create_collation("unicase", lambda a, b: (a > b) - (a < b))
        tables = [row[0] for row in connection.execute(
            "select name from sqlite_master where type = 'table' and name not like 'sqlite%'"
        )]  # fmt: skip
        for _ in range(rng.choice((1, 2, 5))):
            _replace_one(rng, connection, rng.choice(tables))
        connection.commit()
        connection.close()
        if rng.random() < 0.3:
            content = path.read_bytes()
            path.write_bytes(content[:100] + damaged(rng, content[100:], [content]))
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as target:
            for entry in archive.namelist():
                target.writestr(entry, path.read_bytes() if entry == name else archive.read(entry))
        return out.getvalue()


def _replace_one(rng: random.Random, connection: sqlite3.Connection, table: str) -> None:
    columns = [row[1] for row in connection.execute(f"pragma table_info({table})")]
    column = rng.choice(columns)
    row = connection.execute(f"select {column} from {table} order by random() limit 1").fetchone()
    if row is None:
        return
    values = [
        None, 0, -1, 1, 2**63 - 1, -(2**63), 1.5, float("inf"), "", b"", "x" * 300_000, b"\xff\xfe",
        rng.choice(_TOKENS), rng.choice(_TOKENS).decode("utf-8", "replace") * 50, rng.randbytes(9),
        "\x1f" * 20, "{{c1::" * 200, "<div>" * 3000,
    ]  # fmt: skip
    value = rng.choice(values)
    if isinstance(row[0], str | bytes) and rng.random() < 0.5:
        raw = row[0].encode("utf-8", "replace") if isinstance(row[0], str) else row[0]
        changed = damaged(rng, raw, [raw])
        value = changed.decode("utf-8", "replace") if isinstance(row[0], str) else changed
    try:
        connection.execute(
            f"update {table} set {column} = ? where rowid = (select rowid from {table}"
            " order by random() limit 1)",
            (value,),
        )
    except sqlite3.Error:
        # Tables keep some of their own rules: such a change is none.
        return
