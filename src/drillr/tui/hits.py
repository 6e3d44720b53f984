"""What a search found, as a table: a mark, the question, its type, when it is due, its marks."""

from collections.abc import Container, Sequence

from rich.text import Text
from textual.coordinate import Coordinate
from textual.widgets import DataTable

from drillr.domain.ids import QuestionId
from drillr.domain.text import one_line
from drillr.services.searching import Hit

_COLUMNS = (("", 1), ("question", 34), ("type", 8), ("due", 10), ("marks", 9))


class Hits(DataTable[Text]):
    """Rows keep the order of the hits; `selected` is the one under the cursor."""

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id, cursor_type="row", zebra_stripes=True)
        self.hits: Sequence[Hit] = ()

    def on_mount(self) -> None:
        """Make the columns."""
        for name, width in _COLUMNS:
            self.add_column(name, width=width, key=name or "mark")

    def on_resize(self) -> None:
        """Questions get what room the other columns leave."""
        others = sum(width for name, width in _COLUMNS if name != "question")
        room = self.size.width - others - 2 * len(_COLUMNS) - 2
        for key, column in self.columns.items():
            if key.value == "question" and self.size.width:
                column.width = max(16, room)
        self.refresh(layout=True)

    @property
    def selected(self) -> Hit | None:
        """The hit under the cursor."""
        at = self.cursor_row
        return self.hits[at] if 0 <= at < len(self.hits) else None

    def show(self, hits: Sequence[Hit], marked: Container[QuestionId]) -> None:
        """Show these, with the cursor where it was."""
        held = self.cursor_row
        self.hits = hits
        self.clear()
        for hit in hits:
            due = f"{hit.due:%Y-%m-%d}" if hit.due is not None else str(hit.state)
            self.add_row(
                _mark(hit, marked), Text(one_line(hit.first_line, 120), no_wrap=True),
                Text(str(hit.type)), Text(due), Text(" ".join(hit.marks)),
            )  # fmt: skip
        if hits:
            self.move_cursor(row=min(held, len(hits) - 1))

    def remark(self, marked: Container[QuestionId]) -> None:
        """Bring the mark under the cursor up to date, and go on to the next row."""
        hit, at = self.selected, self.cursor_row
        if hit is not None:
            self.update_cell_at(Coordinate(at, 0), _mark(hit, marked))
            if at + 1 < len(self.hits):
                self.move_cursor(row=at + 1)


def _mark(hit: Hit, marked: Container[QuestionId]) -> Text:
    return Text("●" if hit.id in marked else "")
