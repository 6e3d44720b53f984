"""Places in the hierarchy topic > subtopic > leaf > facet, and how a person names them."""

import re
from dataclasses import dataclass

from drillr.domain import limits
from drillr.errors import ContentError

SEPARATOR = "__"
LEVELS = ("topic", "subtopic", "leaf", "facet")
_TYPE_SUFFIX = re.compile(r"_(mcq|theory|scenario)$")
_EXPECTED = "topic__subtopic__leaf__facet"
# Codes end up in file names, selectors and shell completion.
_CODE = re.compile(r"[\w.+#-]+(?: [\w.+#-]+)*", re.UNICODE)


@dataclass(frozen=True, slots=True, order=True)
class FacetPath:
    """The four codes that place a facet; `str()` joins them by `__`."""

    topic: str
    subtopic: str
    leaf: str
    facet: str

    @classmethod
    def parse(cls, text: str) -> "FacetPath":
        """The path written as `a__b__c__d` or `a/b/c/d`; ContentError says what was found."""
        parts = text.replace("/", SEPARATOR).split(SEPARATOR)
        if len(parts) != 4 or not all(parts):
            found = f"{len(parts)} part{'s' if len(parts) != 1 else ''}"
            if not all(parts):
                found += ", one of them empty"
            raise ContentError(f"{text!r} has {found}", f"Expected four: {_EXPECTED}")
        for part in parts:
            if len(part) > limits.CODE:
                raise ContentError(
                    f"the part {part[:20]!r}… has {len(part)} characters",
                    f"At most {limits.CODE} are allowed",
                )
            if not _CODE.fullmatch(part):
                raise ContentError(
                    f"the part {part!r} has characters that a code can't have",
                    "Use letters, digits, '_', '-', '.', '+' or '#'",
                )
        return cls(*parts)

    @classmethod
    def of_file(cls, name: str) -> "FacetPath":
        """The path that a file name like `a__b__c__d.json` or `a__b__c__d_mcq.json` gives."""
        if not name.lower().endswith(".json"):
            raise ContentError(
                f"{name!r} is no .json file",
                f"Expected {_EXPECTED}.json, or another form: `drillr import --help` names them",
            )
        try:
            path = cls.parse(name[:-5])
        except ContentError as error:
            raise ContentError(
                f"file name {name!r}: {error.message}", f"{error.remedy or _EXPECTED}"
            ) from None
        facet = _TYPE_SUFFIX.sub("", path.facet)
        return cls(path.topic, path.subtopic, path.leaf, facet) if facet else path

    @property
    def parts(self) -> tuple[str, str, str, str]:
        """The four codes, topic first."""
        return (self.topic, self.subtopic, self.leaf, self.facet)

    def prefixes(self) -> list[str]:
        """The paths of topic, subtopic, leaf and facet, joined by `__`, shortest first."""
        return [SEPARATOR.join(self.parts[: depth + 1]) for depth in range(4)]

    def __str__(self) -> str:
        return SEPARATOR.join(self.parts)


def is_code(text: str) -> bool:
    """Whether a text has only the characters that a code may have."""
    return _CODE.fullmatch(text) is not None


def pretty(path: str, width: int | None = None) -> str:
    """A path as people read it: `a › b › c › d`; within a width, `… › d`, its end being its name.

    The last part is never cut, however narrow the width.
    """
    parts = path.split(SEPARATOR)
    whole = shown = " › ".join(parts)
    while width is not None and len(shown) > width and len(parts) > 1:
        del parts[0]
        shown = " › ".join(["…", *parts])
    return min(whole, shown, key=len)
