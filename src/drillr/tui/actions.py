"""The one list of what can be done: keys, footer and help all come from it."""

from dataclasses import dataclass

from textual.binding import Binding, BindingType


@dataclass(frozen=True, slots=True)
class Action:
    """Something a person can do: `name` is the screen's action, `meaning` what help says."""

    name: str
    keys: str
    label: str
    meaning: str
    footer: bool = True

    @property
    def binding(self) -> Binding:
        """The action as Textual binds it."""
        return Binding(
            self.keys, self.name, self.label, show=self.footer, id=self.name, tooltip=self.meaning
        )


REVIEW = (
    Action("reveal", "space", "reveal", "Show the answer; on several right answers, mark one"),
    Action("accept", "enter", "accept", "Choose, confirm, or take the proposed rating"),
    Action("hint", "h", "hint", "Show a hint, one at a time"),
    Action("undo", "u", "undo", "Take the last answer back, any number of times"),
    Action("skip", "s", "skip", "Ask this question later in the session"),
    Action("bury", "b,B", "bury", "Set this question aside until tomorrow", footer=False),
    Action("suspend", "exclamation_mark", "suspend", "Never ask this question again", footer=False),
    Action("flag", "f,F", "flag", "Flag this question with a note", footer=False),
    Action("type_answer", "t", "type", "Type an answer to a theory question or a scenario"),
    Action("fold", "z", "fold", "Fold or unfold the situation of a scenario", footer=False),
    Action("help", "question_mark", "help", "Show all keys"),
    Action("leave", "q", "leave", "Leave; the session goes on when you come back"),
)
HOME = (
    Action("review_node", "enter", "review", "Drill what is due in the selected part"),
    Action("import_starter", "i", "starter banks", "Import the banks that ship with drillr"),
    Action("refresh", "r", "refresh", "Read the numbers anew", footer=False),
    Action("help", "question_mark", "help", "Show all keys"),
    Action("quit", "q", "quit", "Leave drillr"),
)
SUMMARY = (
    Action("go_on", "enter", "go on", "Go on if there is more, else close"),
    Action("close", "q,escape", "close", "Close the summary"),
)


def bindings(actions: tuple[Action, ...]) -> list[BindingType]:
    """The actions' bindings, for a screen's BINDINGS."""
    return [action.binding for action in actions]
