"""What an empty collection of Anki holds: tables of schema 11, one note type, options, decks."""

import json
from collections.abc import Mapping
from typing import Any

from drillr.formats.anki.notes import BACK, CSS, FIELDS, FRONT

# Ids in Anki are milliseconds of Unix time. This one is drillr's own: two exports share a type.
NOTE_TYPE = 1_764_072_000_000
FIRST_DECK = 1_764_072_100_000
TABLES = """
create table col (
    id integer primary key, crt integer not null, mod integer not null, scm integer not null,
    ver integer not null, dty integer not null, usn integer not null, ls integer not null,
    conf text not null, models text not null, decks text not null, dconf text not null,
    tags text not null
);
create table notes (
    id integer primary key, guid text not null, mid integer not null, mod integer not null,
    usn integer not null, tags text not null, flds text not null, sfld integer not null,
    csum integer not null, flags integer not null, data text not null
);
create table cards (
    id integer primary key, nid integer not null, did integer not null, ord integer not null,
    mod integer not null, usn integer not null, type integer not null, queue integer not null,
    due integer not null, ivl integer not null, factor integer not null, reps integer not null,
    lapses integer not null, left integer not null, odue integer not null, odid integer not null,
    flags integer not null, data text not null
);
create table revlog (
    id integer primary key, cid integer not null, usn integer not null, ease integer not null,
    ivl integer not null, lastIvl integer not null, factor integer not null, time integer not null,
    type integer not null
);
create table graves (usn integer not null, oid integer not null, type integer not null);
create index ix_notes_usn on notes (usn);
create index ix_notes_csum on notes (csum);
create index ix_cards_usn on cards (usn);
create index ix_cards_nid on cards (nid);
create index ix_cards_sched on cards (did, queue, due);
create index ix_revlog_usn on revlog (usn);
create index ix_revlog_cid on revlog (cid);
"""


def conf() -> str:
    """The collection's settings: its schedules are the second scheduler's."""
    return json.dumps({"nextPos": 1, "schedVer": 2, "sched2021": True, "curDeck": 1,
                       "activeDecks": [1], "curModel": NOTE_TYPE, "rollover": 4})  # fmt: skip


def note_types(modified: int) -> str:
    """drillr's one note type; `modified` in seconds."""
    fields = [
        {"name": name, "ord": ord, "sticky": False, "rtl": False, "font": "Arial", "size": 20,
         "media": []}
        for ord, name in enumerate(FIELDS)
    ]  # fmt: skip
    template = {
        "name": "Card 1", "ord": 0, "qfmt": FRONT, "afmt": BACK, "bqfmt": "", "bafmt": "",
        "did": None, "bfont": "", "bsize": 0,
    }  # fmt: skip
    kind = {
        "id": NOTE_TYPE, "name": "drillr", "type": 0, "mod": modified, "usn": -1, "sortf": 0,
        "did": 1, "tmpls": [template], "flds": fields, "css": CSS, "latexPre": "",
        "latexPost": "", "req": [[0, "any", [0, 1, 2]]], "tags": [], "vers": [],
    }  # fmt: skip
    return json.dumps({str(NOTE_TYPE): kind})


def decks(names: Mapping[int, str], modified: int) -> str:
    """The decks by id, with the default one that no collection is without."""

    def deck(key: int, name: str) -> dict[str, Any]:
        return {
            "id": key, "name": name, "mod": modified, "usn": -1, "lrnToday": [0, 0],
            "revToday": [0, 0], "newToday": [0, 0], "timeToday": [0, 0], "collapsed": False,
            "browserCollapsed": False, "desc": "", "dyn": 0, "conf": 1, "extendNew": 0,
            "extendRev": 0,
        }  # fmt: skip

    return json.dumps({str(key): deck(key, name) for key, name in {1: "Default", **names}.items()})


def options() -> str:
    """The default deck options, as far as Anki asks for them."""
    preset = {
        "id": 1, "name": "Default", "mod": 0, "usn": 0, "maxTaken": 60, "autoplay": True,
        "timer": 0, "replayq": True, "dyn": False,
        "new": {"bury": False, "delays": [1, 10], "initialFactor": 2500, "ints": [1, 4, 0],
                "order": 1, "perDay": 20},
        "rev": {"bury": False, "ease4": 1.3, "ivlFct": 1.0, "maxIvl": 36500, "perDay": 200,
                "hardFactor": 1.2},
        "lapse": {"delays": [10], "leechAction": 1, "leechFails": 8, "minInt": 1, "mult": 0.0},
    }  # fmt: skip
    return json.dumps({"1": preset})
