"""A widget for a plot, which is drawn anew when its room changes."""

from functools import partial

from textual.content import Content
from textual.widgets import Static


class Plot(Static):
    """Holds what draws it; that is given `width` and `height`."""

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id, markup=False)
        self._draw: partial[Content] | None = None

    def show(self, draw: "partial[Content]") -> None:
        """Draw with this from now on."""
        self._draw = draw
        self.on_resize()

    def on_resize(self) -> None:
        """Draw for the present size."""
        if self._draw is not None and self.size.width:
            self.update(self._draw(width=self.size.width, height=self.size.height))
