"""On which line of a text an offset stands, however many offsets are asked for."""

_BLOCK = 1 << 14


class LineIndex:
    """Counts line breaks once, block by block, as far as somebody asks.

    Counting from the start each time made a file with many faults quadratic: minutes for one of
    the largest size.
    """

    def __init__(self, text: str) -> None:
        self._text = text
        self._before = [0]

    def at(self, offset: int) -> int:
        """The line (from 1) on which the character at `offset` stands."""
        block, before = offset // _BLOCK, self._before
        while len(before) <= block:
            start = (len(before) - 1) * _BLOCK
            before.append(before[-1] + self._text.count("\n", start, start + _BLOCK))
        return before[block] + self._text.count("\n", block * _BLOCK, offset) + 1
