"""The key points of a typed answer, as a list to tick: which of them did it have?"""

from rich.text import Text
from textual.message import Message
from textual.widgets import OptionList
from textual.widgets.option_list import Option as Row

from drillr.domain.text import visible
from drillr.tui.rows import Rows


class Points(Rows):
    """Posts `Ticked` when a point is ticked or unticked."""

    class Ticked(Message):
        """How many of the points are met now."""

        def __init__(self, met: int, total: int) -> None:
            super().__init__()
            self.met, self.total = met, total

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.can_focus = False
        self._points: tuple[str, ...] = ()
        self._met: set[int] = set()

    def show(self, points: tuple[str, ...]) -> None:
        """Show the points, none of them ticked; without any, take no room."""
        self._points, self._met = points, set()
        self.display = bool(points)
        self._draw(0)

    def tick(self, index: int | None = None) -> None:
        """Tick or untick a point: the highlighted one unless another is named."""
        at = self.highlighted if index is None else index
        if at is None or not 0 <= at < len(self._points):
            return
        self._met ^= {at}
        self._draw(at)
        self.post_message(self.Ticked(len(self._met), len(self._points)))

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """A click ticks."""
        event.stop()
        self.tick(event.option_index)

    def _draw(self, highlighted: int) -> None:
        self.border_title = f"key points: {len(self._met)} of {len(self._points)} met"
        self.set_options(
            Row(Text(f"{'☑' if at in self._met else '☐'}  {visible(point)}"))
            for at, point in enumerate(self._points)
        )
        self.highlighted = highlighted if self._points else None
