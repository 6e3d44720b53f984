"""A picture's file as lines of half blocks: two pixels a cell, in colour, on any such terminal.

Nothing is asked of the terminal: a question that it doesn't know would be printed on the screen.
"""

import importlib.util
import struct
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from rich.color import Color
from rich.console import Console, ConsoleOptions
from rich.measure import Measurement
from rich.segment import Segment
from rich.style import Style

MOST_BYTES = 32 << 20
MOST_PIXELS = 30_000_000
_KINDS = ("PNG", "JPEG", "GIF", "WEBP", "BMP")
_BROKEN = (
    OSError, SyntaxError, ValueError, TypeError, KeyError, IndexError, OverflowError, EOFError,
    MemoryError, struct.error, zlib.error,
)  # fmt: skip
"""What decoders raise when a file is not what it seems."""
Row = tuple[tuple[int, int, int], ...]


def possible(environment: Mapping[str, str], color_system: str | None) -> bool:
    """Whether pictures can be drawn: by the extra `images`, and with colours enough."""
    enough = color_system in ("256", "truecolor") and "NO_COLOR" not in environment
    return enough and importlib.util.find_spec("PIL") is not None


@dataclass(frozen=True, slots=True)
class Pixels:
    """Rows of pixels from the top, each red, green and blue; draws two rows on a line."""

    rows: tuple[Row, ...]

    @property
    def width(self) -> int:
        """How many cells it is wide."""
        return len(self.rows[0])

    @property
    def height(self) -> int:
        """How many lines it takes."""
        return (len(self.rows) + 1) // 2

    def __rich_measure__(self, console: Console, options: ConsoleOptions) -> Measurement:
        return Measurement(self.width, self.width)

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> Iterator[Segment]:
        for at in range(0, len(self.rows), 2):
            below = self.rows[at + 1] if at + 1 < len(self.rows) else None
            for column, above in enumerate(self.rows[at]):
                under = None if below is None else Color.from_rgb(*below[column])
                yield Segment("▀", Style(color=Color.from_rgb(*above), bgcolor=under))
            yield Segment.line()


def pixels(path: str, columns: int, lines: int, background: str = "#000000") -> Pixels | None:
    """The picture, scaled down to fit; None when the file is none, is damaged or is too large.

    `background` is what shows through where the picture is transparent.
    """
    from PIL import Image

    if columns < 1 or lines < 1:
        return None
    limits = (Image.DecompressionBombError, Image.DecompressionBombWarning)
    try:
        with open(path, "rb") as file:
            if file.seek(0, 2) > MOST_BYTES:
                return None
            file.seek(0)
            with Image.open(file, formats=_KINDS) as opened:
                if opened.width * opened.height > MOST_PIXELS:
                    return None
                opened.draft("RGB", (columns, lines * 2))
                picture = opened.convert("RGBA")
        picture.thumbnail((columns, lines * 2))
        ground = Image.new("RGBA", picture.size, background)
        ground.alpha_composite(picture)
        data = ground.convert("RGB").tobytes()
    except (*_BROKEN, *limits):
        return None
    width, height = ground.size
    flat = [(data[at], data[at + 1], data[at + 2]) for at in range(0, len(data), 3)]
    return Pixels(tuple(tuple(flat[y * width : (y + 1) * width]) for y in range(height)))
