"""A box to tick that can be read without colours."""

from textual.widgets import Checkbox


class Box(Checkbox):
    """A box whose sign, not only its colour, says whether it is ticked."""

    @property
    def BUTTON_INNER(self) -> str:  # type: ignore[override]
        """The sign inside."""
        return "X" if self.value else " "
