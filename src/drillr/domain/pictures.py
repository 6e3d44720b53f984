"""Pictures that a question's Markdown names, and which of those names may be opened."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

_IMAGE = re.compile(r"!\[([^\]\n]*)\]\(\s*<?([^)\s>]+)>?[^)\n]*\)")
_KINDS = (".png", ".jpg", ".jpeg", ".gif", ".webp", ".svg", ".bmp", ".avif")


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture as Markdown names it: what it shows, and a file's name or an address."""

    alt: str
    target: str

    @property
    def is_address(self) -> bool:
        """Whether it lies on the web."""
        return self.target.lower().startswith(("http://", "https://"))

    @property
    def file(self) -> str | None:
        """The file's name below a media folder; None for anything that might lead out of it."""
        parts = self.target.split("/")
        inside = not any(part in ("", "..") for part in parts) and ":" not in self.target
        is_picture = self.target.lower().endswith(_KINDS) and "\\" not in self.target
        return self.target if inside and is_picture else None


def pictures(texts: Iterable[str | None]) -> list[Picture]:
    """Every picture that the texts name, in their order."""
    return [Picture(alt, target) for text in texts if text for alt, target in _IMAGE.findall(text)]
