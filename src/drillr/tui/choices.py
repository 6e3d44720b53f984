"""The options of a multiple-choice question: a letter, a text, and marks."""

from rich.text import Text
from textual.widgets import OptionList
from textual.widgets.option_list import Option as Row

from drillr.domain.text import visible
from drillr.services.reviewing import Showing


class Choices(OptionList):
    """Shows the options in this showing's order; rows are marked before and after the reveal."""

    def show(self, showing: Showing, chosen: set[str], *, revealed: bool) -> None:
        """Draw the rows; a right option gets a check, a wrong choice a cross: not colour alone."""
        held = self.highlighted
        self.clear_options()
        several = len(showing.question.correct_keys) > 1
        for letter, option in zip(showing.letters, showing.options, strict=True):
            row = Text()
            mark, style = "  ", ""
            if revealed:
                if option.is_correct:
                    mark, style = "✓ ", "bold green"
                elif option.key in chosen:
                    mark, style = "✗ ", "bold red"
            elif several:
                mark = "■ " if option.key in chosen else "□ "
            row.append(f"{mark}{letter}  ", style=style or "bold")
            row.append(visible(option.text), style=style)
            if revealed and option.explanation and (option.is_correct or option.key in chosen):
                row.append("\n     " + visible(option.explanation), style="dim italic")
            self.add_option(Row(row))
        if showing.options:
            self.highlighted = held if held is not None and not revealed else 0
