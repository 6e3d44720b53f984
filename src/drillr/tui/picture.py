"""The first picture that a question's texts name, drawn where the terminal can."""

from collections.abc import Iterable

from textual import work
from textual.widgets import Static

from drillr.domain.pictures import pictures
from drillr.tui.images import locate
from drillr.tui.pixels import pixels
from drillr.tui.working import tell

_LINES, _LEAST = 20, 6


class Picture(Static):
    """Reads and scales on a thread of its own; what can't be drawn takes no room."""

    DEFAULT_CSS = "Picture { height: auto; width: auto; margin: 0 1 1 1; display: none; }"

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id)
        self._path: str | None = None

    def show(self, texts: Iterable[str | None], folders: tuple[str, ...]) -> None:
        """Draw the first picture of the texts that is there."""
        found = (locate(one, folders) for one in pictures(texts) if not one.is_address)
        path = next((one for one in found if one is not None), None)
        if path is None or path != self._path:
            self.display = False
        self._path = path
        if path is not None:
            self._draw(path)

    def redraw(self) -> None:
        """Draw it again: the room or the colours have changed."""
        if self._path is not None:
            self._draw(self._path)

    @work(thread=True, exclusive=True)
    def _draw(self, path: str) -> None:
        size = self.app.size
        lines = min(_LINES, max(_LEAST, size.height * 2 // 5))
        ground = self.app.theme_variables.get("background", "")
        drawn = pixels(
            path, max(1, size.width - 6), lines, ground if ground.startswith("#") else "#000000"
        )

        def put() -> None:
            if path == self._path:
                self.update(drawn or "")
                self.display = drawn is not None

        tell(self, put)
