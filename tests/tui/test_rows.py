"""Lists of options, moved through by keys."""

import pytest
from textual.app import App, ComposeResult

from drillr.tui.rows import Rows


class Listed(App[None]):
    """Five options in a list of some height."""

    def __init__(self, height: int) -> None:
        super().__init__()
        self._height = height

    def compose(self) -> ComposeResult:
        """The list alone."""
        rows = Rows(*"abcde")
        rows.styles.border = ("none", "black")
        rows.styles.height = self._height
        yield rows


@pytest.mark.parametrize(("height", "end"), [(0, 0), (3, 3)])
async def test_a_page_is_as_long_as_the_list_is_high(height: int, end: int) -> None:
    """Where there is no room, as before the first layout, a page is nothing, and no error."""
    async with Listed(height).run_test() as pilot:
        rows = pilot.app.query_one(Rows)
        rows.focus()
        rows.highlighted = 0
        await pilot.press("pagedown")
        assert rows.highlighted == end
        await pilot.press("pageup")
        assert rows.highlighted == 0
