"""Writes the conditions of a search as SQL, and its words as the database's own full-text query."""

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from drillr.domain.query import (
    Age,
    All,
    Is,
    Kind,
    Name,
    Node,
    Not,
    Number,
    Place,
    State,
    Tag,
    Text,
)
from drillr.domain.query import Any as AnyOf
from drillr.domain.words import needs_scan
from drillr.store.search_index import marked

if TYPE_CHECKING:
    from drillr.store.connection import Connection
    from drillr.store.search import Scope

MATCHES = "match(d.body) against (? in boolean mode)"
RANK = "bm25(search_index, 4.0, 1.0, 2.0)"

_NUMBERS = {
    "difficulty": "q.difficulty_level",
    "lapses": "coalesce(c.lapses, 0)",
    "reviews": "coalesce(c.total_reviews, 0)",
    "interval": "coalesce(c.interval_days, 0)",
    "ease": "coalesce(c.ease_factor, 2.5) * 100",
}
_PAST = {"answered": "c.last_reviewed_at", "added": "q.created_at"}
_STATES = {
    State.NEW: "(c.question_id is null or c.card_state = 'new')",
    State.LEARNING: "c.card_state = 'learning'",
    State.REVIEW: "c.card_state = 'review'",
    State.RELEARNING: "c.card_state = 'relearning'",
    State.SUSPENDED: "c.suspended = 1",
    State.FLAGGED: "c.flag is not null",
    State.INACTIVE: "q.is_active = 0",
}


def source(dialect: str) -> tuple[str, str]:
    """What a search for words selects from, documents being `d`, and the condition on it."""
    if dialect == "mariadb":
        return "search_documents d", MATCHES
    return (
        "search_index join search_documents d on d.doc = search_index.rowid",
        "search_index match ?",
    )


def needs_card(node: Node) -> bool:
    """Whether only questions with a card meet a condition."""
    if isinstance(node, Is):
        return node.state not in (State.NEW, State.INACTIVE)
    if isinstance(node, Number):
        return node.field in ("lapses", "reviews", "interval") and (node.low or 0) > 0
    return isinstance(node, Age) and node.field != "added"


def is_dated(node: Node) -> bool:
    """Whether a condition holds of cards with a due date alone: an inactive question has none."""
    return (isinstance(node, Is) and node.state in (State.DUE, State.OVERDUE)) or (
        isinstance(node, Age) and node.field == "due"
    )


def driver(parts: Sequence[Node], dialect: str) -> tuple[str | None, list[Node], bool]:
    """What drives a search for all of `parts`: a full-text query, and the conditions left.

    The last of the three says whether words in it rank what is found. A tag only drives: its words
    may stand in another tag as well, so its condition is left too.
    """
    tags = [text for part in parts if isinstance(part, Tag) for text in _tag_words(part, dialect)]
    texts = {part: text for part in parts if (text := _full_text(part, dialect)) is not None}
    absent = {
        part: text for part in parts
        if isinstance(part, Not) and (text := _full_text(part.part, dialect)) is not None
    }  # fmt: skip
    if dialect == "mariadb" and any('"' in text for text in (*texts.values(), *tags)):
        # Beside a phrase MariaDB overlooks words with an open end, and groups that hold some.
        texts = {part: text for part, text in texts.items() if not set(text) & set("*(")}
        absent = {part: text for part, text in absent.items() if not set(text) & set("*(")}
    if not texts and not tags:
        return None, list(parts), False
    rest = [part for part in parts if part not in texts and part not in absent]
    wanted = [*texts.values(), *tags]
    return _joined(wanted, list(absent.values()), dialect), rest, bool(texts)


def _tag_words(tag: Tag, dialect: str) -> list[str]:
    if needs_scan(tag.name):
        return []
    text = _words(Text(tag.name, tag.prefix), dialect)
    return [f"tags : {text}" if dialect == "sqlite" else text]


def _full_text(node: Node, dialect: str) -> str | None:
    """The full-text query that is true just where `node` is; None where there is none.

    MariaDB's own language goes wrong where a phrase or a group stands in a group, so there only
    words, phrases and choices of single words are put into it.
    """
    if isinstance(node, Text):
        return None if needs_scan(node.text) else _words(node, dialect)
    if isinstance(node, AnyOf):
        parts = [_full_text(part, dialect) for part in node.parts]
        found = [part for part in parts if part is not None]
        if len(found) < len(parts):
            return None
        if dialect == "sqlite":
            return f"({' OR '.join(found)})"
        return None if any(" " in part for part in found) else f"({' '.join(found)})"
    if isinstance(node, All) and dialect == "sqlite":
        return _together(node, dialect)
    return None


def _together(node: All, dialect: str) -> str | None:
    wanted: list[str] = []
    unwanted: list[str] = []
    for part in node.parts:
        negated = isinstance(part, Not)
        text = _full_text(part.part if isinstance(part, Not) else part, dialect)
        if text is None:
            return None
        (unwanted if negated else wanted).append(text)
    return _joined(wanted, unwanted, dialect) if wanted else None


def _joined(wanted: Sequence[str], unwanted: Sequence[str], dialect: str) -> str:
    """A full-text query for what has all of `wanted`, which is not empty, and none of the rest."""
    if dialect == "mariadb":
        return " ".join([*("+" + text for text in wanted), *("-" + text for text in unwanted)])
    text = f"({' AND '.join(wanted)})"
    for other in unwanted:
        text = f"({text} NOT {other})"
    return text


def _words(text: Text, dialect: str) -> str:
    star = "*" if text.prefix else ""
    if dialect == "sqlite":
        return f'"{text.text.replace(chr(34), " ")}"{star}'
    parts = marked(text.text).split()
    if len(parts) == 1:
        return parts[0] + star
    if star:
        # MariaDB knows no phrase with an open end: the words need not stand in a row then.
        return f"({' '.join('+' + part for part in parts)}{star})"
    return f'"{" ".join(parts)}"'


class Compiler:
    """Turns conditions into SQL on `q` (questions), `c` (the person's card) and `key`."""

    def __init__(
        self, db: "Connection", scope: "Scope", key: str, *, definite: bool = True
    ) -> None:
        """With `definite` a condition on a card that there is not is no, rather than unknown."""
        self._db = db
        self._scope = scope
        self._key = key
        self._definite = definite
        self.params: list[Any] = []

    def condition(self, node: Node) -> str:
        """The condition's SQL; its parameters are appended to `params`."""
        if isinstance(node, All):
            return "(" + (" and ".join(map(self.condition, node.parts)) or "1 = 1") + ")"
        if isinstance(node, AnyOf):
            return "(" + " or ".join(map(self.condition, node.parts)) + ")"
        if isinstance(node, Not):
            # What a question has no card for is unknown, and unknown counts as no.
            return f"not coalesce({self.condition(node.part)}, 0)"
        if isinstance(node, Text):
            return self._text(node)
        if isinstance(node, Place):
            facets = self._scope.places[node.selector]
            self.params += [self._db.key(facet) for facet in facets]
            return f"q.facet_id in ({', '.join('?' * len(facets)) or 'null'})"
        if isinstance(node, Tag):
            return self._tag(node)
        if isinstance(node, Name):
            pattern = node.pattern.lower().replace("!", "!!").replace("%", "!%").replace("_", "!_")
            return f"lower(q.external_id) like {self._value(pattern.replace('*', '%'))} escape '!'"
        if isinstance(node, Kind):
            return f"q.type = {self._value(str(node.type))}"
        if isinstance(node, Number):
            found = self._number(node)
        else:
            found = self._age(node) if isinstance(node, Age) else self._state(node)
        return f"coalesce({found}, 0)" if self._definite and "c." in found else found

    def _value(self, value: Any) -> str:
        self.params.append(value)
        return "?"

    def _text(self, node: Text) -> str:
        dialect = self._db.dialect
        if not needs_scan(node.text):
            match = self._value(_words(node, dialect))
            if dialect == "mariadb":
                where = f"search_documents d where {MATCHES.replace('?', match)}"
            else:
                table, matching = source(dialect)
                where = f"{table} where {matching}"
            return f"{self._key} in (select d.question_id from {where})"
        columns = ["q.question", "coalesce(q.context, '')", "coalesce(q.answer, '')", "q.metadata"]
        found = [f"instr({column}, {self._value(node.text)}) > 0" for column in columns]
        found.append(
            f"exists (select 1 from mcq_options o where o.question_id = {self._key}"
            f" and instr(o.option_text, {self._value(node.text)}) > 0)"
        )
        return f"({' or '.join(found)})"

    def _tag(self, node: Tag) -> str:
        # A tag stands in the JSON list as its own JSON text.
        wanted = json.dumps(node.name, ensure_ascii=False)
        if node.prefix:
            wanted = wanted[:-1]
        exact, lower = self._value(wanted), self._value(wanted.lower())
        return f"(instr(q.tags, {exact}) > 0 or instr(lower(q.tags), {lower}) > 0)"

    def _number(self, node: Number) -> str:
        column = _NUMBERS[node.field]
        # Hundredths of ease pass through floating point on SQLite.
        slack = 0.5 if node.field == "ease" else 0
        parts = []
        if node.low is not None:
            parts.append(f"{column} >= {self._value(node.low - slack)}")
        if node.high is not None:
            parts.append(f"{column} <= {self._value(node.high + slack)}")
        return f"({' and '.join(parts)})"

    def _age(self, node: Age) -> str:
        when, now = self._db.instant, self._scope.now
        if node.field == "due":
            return f"c.due_at {'>' if node.beyond else '<='} {self._value(when(now + node.span))}"
        sign = "<" if node.beyond else ">="
        return f"{_PAST[node.field]} {sign} {self._value(when(now - node.span))}"

    def _state(self, node: Is) -> str:
        scope, when = self._scope, self._db.instant
        if node.state is State.DUE:
            return f"c.due_at < {self._value(when(scope.day_end))}"
        if node.state is State.OVERDUE:
            return f"c.due_at <= {self._value(when(scope.now))}"
        if node.state is State.BURIED:
            return f"c.buried_until > {self._value(when(scope.now))}"
        if node.state is State.LEECH:
            return f"c.lapses >= {self._leech_threshold()}"
        return _STATES[node.state]

    def _leech_threshold(self) -> str:
        cases = []
        for threshold, facets in self._scope.leeches.items():
            self.params += [*map(self._db.key, facets), threshold]
            cases.append(f" when q.facet_id in ({', '.join('?' * len(facets))}) then ?")
        whole = self._value(self._scope.leech_threshold)
        return f"case{''.join(cases)} else {whole} end" if cases else whole
