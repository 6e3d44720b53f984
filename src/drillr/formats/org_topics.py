"""Cuts an Org file into its headings, with their tags, properties and text."""

import re
from typing import NamedTuple

_HEADING = re.compile(r"(\*{1,50}) (.*?)(?:[ \t]+:([\w@#%:]+):)?[ \t]*$")
_PROPERTY = re.compile(r"[ \t]*:([\w-]+\+?):(?:[ \t]+(.*?))?[ \t]*$")
_SCHEDULED = re.compile(r"[ \t]*(?:SCHEDULED|DEADLINE|CLOSED):")
_KEYWORD = re.compile(r"#\+(\w+):[ \t]*(.*?)[ \t]*$")
_DATE = re.compile(r"\d{4}-\d\d-\d\d[^\]>\n]{0,40}")
OWN = "DRILLR"
"""The property in which a topic that drillr wrote holds what it doesn't show."""


class Topic(NamedTuple):
    """A heading with what stands below it; `children` are its sub-headings."""

    line: int
    depth: int
    title: str
    tags: tuple[str, ...]
    properties: dict[str, str]
    body: list[str]
    children: "list[Topic]"


def topics(lines: list[str]) -> tuple[list[Topic], dict[str, str]]:
    """Every heading of a file in its order, and the file's keywords."""
    found: list[Topic] = []
    keywords: dict[str, str] = {}
    path: list[Topic] = []
    drawer = False
    for number, line in enumerate(lines, 1):
        heading = _HEADING.match(line)
        if heading:
            depth = len(heading[1])
            tags = tuple(tag for tag in (heading[3] or "").split(":") if tag)
            topic = Topic(number, depth, heading[2].strip(), tags, {}, [], [])
            while path and path[-1].depth >= depth:
                path.pop()
            if path:
                path[-1].children.append(topic)
            path.append(topic)
            found.append(topic)
            drawer = False
        elif not path:
            keyword = _KEYWORD.match(line)
            if keyword:
                keywords[keyword[1].upper()] = keyword[2]
        else:
            drawer = _into(path[-1], line, drawer)
    return found, keywords


def _into(topic: Topic, line: str, drawer: bool) -> bool:
    """Put a line where it belongs; whether the next one is inside of a drawer."""
    stripped = line.strip()
    if drawer:
        if stripped.upper() == ":END:":
            return False
        found = _PROPERTY.match(line)
        if found:
            topic.properties[found[1].upper()] = found[2] or ""
        return True
    started = any(text.strip() for text in topic.body)
    if stripped.upper() in (":PROPERTIES:", ":LOGBOOK:") and not started:
        return True
    if _SCHEDULED.match(line) and not started:
        found_date = _DATE.search(line)
        if found_date:
            topic.properties.setdefault("SCHEDULED", found_date.group())
        return False
    topic.body.append(line)
    return False
