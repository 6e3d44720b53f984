"""The one list of what can be done: keys, footer, command palette and help all come from it.

An action belongs to an area (a screen's name, or `app` and `move`, which every screen has) and is
called `area.name`: the id by which the configuration gives it other keys.
"""

from dataclasses import dataclass
from enum import StrEnum


class Phase(StrEnum):
    """When an action of the review can be used."""

    ALWAYS = "always"
    BEFORE = "before the reveal"
    AFTER = "after the reveal"

    def overlaps(self, other: "Phase") -> bool:
        """Whether there is a moment at which both can be used."""
        return Phase.ALWAYS in (self, other) or self is other


@dataclass(frozen=True, slots=True)
class Action:
    """Something a person can do: `name` is the screen's action, `meaning` what help says.

    `keys` are separated by commas; none means that it is in the command palette alone. `rank`
    orders the footer, which drops the highest numbers where the screen is narrow; 0 keeps an action
    out of it.
    """

    area: str
    name: str
    keys: str
    label: str
    meaning: str
    rank: int = 0
    phase: Phase = Phase.ALWAYS

    @property
    def id(self) -> str:
        """The name under which the configuration knows it."""
        return f"{self.area}.{self.name}"


_ROWS: tuple[tuple[str, str, str, str, str, int], ...] = (
    ("app", "help", "question_mark", "help", "Show what every key of this screen does", 90),
    ("app", "palette", "ctrl+p", "commands", "Find any command by its name", 95),
    ("app", "other_theme", "ctrl+t", "theme", "Choose the colours", 0),
    ("app", "picture", "", "picture", "Save a picture of this screen (SVG)", 0),
    ("app", "quit", "ctrl+q", "quit", "Leave drillr from anywhere", 0),
    ("move", "down", "down", "down", "Move or scroll down", 0),
    ("move", "up", "up", "up", "Move or scroll up", 0),
    ("move", "left", "left", "left", "Move left; fold a part of a tree", 0),
    ("move", "right", "right", "right", "Move right; unfold a part of a tree", 0),
    ("move", "page_down", "pagedown", "page down", "Move or scroll down by a page", 0),
    ("move", "page_up", "pageup", "page up", "Move or scroll up by a page", 0),
    ("move", "top", "home", "top", "Go to the beginning", 0),
    ("move", "bottom", "end", "bottom", "Go to the end", 0),
    ("home", "review_node", "enter", "review", "Drill what is due in the selected part", 10),
    ("home", "fold_node", "space", "fold", "Fold or unfold the selected part", 60),
    ("home", "starter", "b", "starter banks", "Import the banks that ship with drillr", 75),
    ("home", "browse", "slash", "browse", "Search and look after questions", 20),
    ("home", "stats", "s", "stats", "See how the learning goes, in numbers and plots", 30),
    ("home", "plan", "p", "plan", "Look ahead: forecast, exams, pauses, confidence", 35),
    ("home", "custom", "c", "custom session", "Choose what a session asks: filters, cram", 48),
    ("home", "undo", "u", "undo", "Take back some of the last answers, or a session", 70),
    ("home", "bring", "i", "import", "Import questions from a folder or file", 40),
    ("home", "sync", "y", "sync", "Exchange with your servers, and see what waits", 45),
    ("home", "settings", "comma", "settings", "See and change every setting", 50),
    ("home", "refresh", "r", "refresh", "Read the numbers anew", 80),
    ("home", "quit", "q", "quit", "Leave drillr", 15),
    ("summary", "go_on", "enter", "go on", "Go on if there is more, else close", 10),
    ("summary", "close", "q,escape", "close", "Close the summary", 20),
    ("stats", "next_page", "n", "next", "Show the next page of plots", 10),
    ("stats", "previous_page", "p", "previous", "Show the page of plots before", 20),
    ("stats", "span", "t", "time span", "Plot a longer stretch of time", 30),
    ("stats", "sort", "o", "sort", "Show the facets, sorted by the next column", 40),
    ("stats", "refresh", "r", "refresh", "Read the numbers anew", 50),
    ("stats", "close", "q,escape", "close", "Back to the home screen; reading stops", 15),
    ("browser", "find", "slash", "search", "Go to the search field", 10),
    ("browser", "mark", "space,x", "mark", "Mark or unmark the selected question", 20),
    ("browser", "mark_all", "ctrl+a", "all", "Mark everything that is shown, or nothing", 25),
    ("browser", "suspend", "S", "suspend", "Never ask the marked ones again", 30),
    ("browser", "resume", "R", "resume", "Ask suspended or buried ones again", 35),
    ("browser", "bury", "b", "bury", "Set the marked ones aside until tomorrow", 45),
    ("browser", "flag", "f", "flag", "Flag the marked ones, with a note", 50),
    ("browser", "unflag", "F", "unflag", "Take the flags of the marked ones away", 60),
    ("browser", "move", "m", "move", "Move the marked ones to another facet", 40),
    ("browser", "edit", "e", "edit", "Edit the selected question in $EDITOR", 55),
    ("browser", "why", "w", "why", "Why the selected question is due when it is", 65),
    (
        "browser",
        "report",
        "exclamation_mark",
        "report",
        "Tell the server what is wrong with it",
        70,
    ),
    ("browser", "drill", "d", "drill", "Drill what the search finds", 42),
    ("browser", "close", "q,escape", "close", "Back to the home screen", 15),
    ("plan", "next_page", "n", "next", "Show the next page", 10),
    ("plan", "previous_page", "p", "previous", "Show the page before", 20),
    ("plan", "part", "slash", "part", "Choose the part of the library that is looked at", 30),
    ("plan", "span", "t", "time span", "Simulate a longer stretch of time", 35),
    ("plan", "add_exam", "a", "add exam", "Plan backwards from an exam", 40),
    ("plan", "remove_exam", "d", "remove exam", "Remove the selected exam", 45),
    ("plan", "pause", "v", "pause", "Take a holiday until a day, and spread what piles up", 50),
    ("plan", "resume", "e", "end pause", "End the pause that runs, and study again", 55),
    ("plan", "stop", "x", "stop", "Stop a simulation that runs", 70),
    ("plan", "refresh", "r", "refresh", "Look ahead anew", 60),
    ("plan", "close", "q,escape", "close", "Back to the home screen; simulations stop", 15),
    ("import", "start", "ctrl+s", "import", "Import what the path names", 10),
    ("import", "open", "o", "open", "Open the selected refusal's file at its line in $EDITOR", 25),
    ("import", "parent", "backspace", "up", "Show the folder above", 30),
    ("import", "cancel", "escape", "cancel", "Stop an import that runs, else close", 20),
    ("sync", "start", "enter", "sync", "Exchange everything with the selected server", 10),
    ("sync", "sign_in", "i", "sign in", "Sign in to a server", 20),
    ("sync", "register", "r", "new account", "Make an account on a server", 58),
    (
        "sync",
        "story",
        "e",
        "story",
        "Tell what two devices did to the same cards, and the outcome",
        30,
    ),
    ("sync", "conflicts", "c", "conflicts", "Settle edits that you and the server made", 18),
    ("sync", "automatic", "a", "automatic", "Sync by itself at the start and after a session", 40),
    ("sync", "look", "n", "preview", "Say what a sync would exchange, and change nothing", 45),
    ("sync", "send", "u", "send only", "Send what is here, receive nothing", 50),
    ("sync", "receive", "d", "receive only", "Receive what is there, send nothing", 52),
    ("sync", "subscribe", "b", "parts", "Receive only parts of the server's library", 42),
    ("sync", "sign_out", "o", "sign out", "Sign out; questions and answers stay here", 60),
    ("sync", "forget", "x", "forget", "Sign out and forget the server; all else stays here", 70),
    ("sync", "cancel", "escape", "stop", "Stop what runs, else close", 16),
    ("sync", "close", "q", "close", "Back to the home screen; a sync that runs goes on", 17),
    ("conflicts", "mine", "m", "mine", "Keep your text of the selected field", 10),
    ("conflicts", "theirs", "t", "theirs", "Take the server's text of the selected field", 20),
    ("conflicts", "all_mine", "M", "all mine", "Keep your text in every conflict", 40),
    ("conflicts", "all_theirs", "T", "all theirs", "Take the server's text in every conflict", 50),
    ("conflicts", "close", "q,escape", "close", "Back to the screen of sync", 30),
    ("settings", "change", "enter", "change", "Change the selected setting", 10),
    ("settings", "reset", "d", "take back", "Take the selected setting back to its default", 20),
    ("settings", "part", "slash", "part", "Choose the part of the library to set", 22),
    ("settings", "optimize", "o", "fit fsrs", "Fit fsrs to your own answers (optimize)", 25),
    ("settings", "evaluate", "v", "compare", "How well each scheduler predicts your recall", 27),
    ("settings", "close", "q,escape", "close", "Back to the home screen", 30),
)
_REVIEW: tuple[tuple[str, str, str, str, int, Phase], ...] = (
    ("reveal", "space", "reveal", "Show the answer; where several are right, mark one", 10,
     Phase.BEFORE),
    ("accept", "enter", "accept", "Choose, confirm, or take the proposed rating", 20, Phase.ALWAYS),
    ("rate_easy", "1", "easy", "Rate: easy, it came at once", 0, Phase.AFTER),
    ("rate_medium", "2", "medium", "Rate: medium, it came with some thought", 0, Phase.AFTER),
    ("rate_hard", "3", "hard", "Rate: hard, it barely came", 0, Phase.AFTER),
    ("rate_very_hard", "4", "missed", "Rate: very hard, it did not come (a miss)", 0, Phase.AFTER),
    ("type_answer", "t", "type", "Type an answer to a theory question or a scenario", 35,
     Phase.BEFORE),
    ("tick", "space", "tick", "Tick a key point that your answer had", 10, Phase.AFTER),
    ("hint", "h", "hint", "Show a hint, one at a time; hints are counted", 30, Phase.BEFORE),
    ("undo", "u", "undo", "Take the last answer back, as often as there are answers", 40,
     Phase.ALWAYS),
    ("undo_more", "U", "undo more", "Take back several of the last answers, or a whole session", 0,
     Phase.ALWAYS),
    ("skip", "s", "skip", "Ask this question later in the session", 50, Phase.ALWAYS),
    ("bury", "b,B", "bury", "Set this question aside until tomorrow", 70, Phase.ALWAYS),
    ("suspend", "S", "suspend", "Never ask this question again", 72, Phase.ALWAYS),
    ("flag", "f,F", "flag", "Flag this question, with a note", 74, Phase.ALWAYS),
    ("report", "exclamation_mark", "report", "Tell the server what is wrong with this question", 75,
     Phase.ALWAYS),
    ("edit", "e,E", "edit", "Edit this question in $EDITOR", 76, Phase.ALWAYS),
    ("why", "w", "why", "Why it is asked now: its history, line by line", 60, Phase.ALWAYS),
    ("open_image", "o", "picture", "Open the question's picture in a viewer", 33, Phase.ALWAYS),
    ("fold", "z", "fold", "Fold or unfold the situation of a scenario", 38, Phase.ALWAYS),
    ("leave", "q", "leave", "Leave; the session goes on when you come back", 45, Phase.ALWAYS),
)  # fmt: skip

ACTIONS: tuple[Action, ...] = (
    *(Action(*row) for row in _ROWS),
    *(Action("review", *row) for row in _REVIEW),
)
EVERYWHERE = ("app", "move")


def actions_of(area: str) -> tuple[Action, ...]:
    """A screen's own actions, then those that every screen has."""
    own = tuple(action for action in ACTIONS if action.area == area)
    return own + tuple(action for action in ACTIONS if action.area in EVERYWHERE)


def areas() -> list[str]:
    """The areas, in the order in which help and documentation list them."""
    return list(dict.fromkeys(action.area for action in ACTIONS))
