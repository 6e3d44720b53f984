"""Which keys an action has: a preset, changed by the configuration, with conflicts found."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any

from drillr.tui.actions import ACTIONS, EVERYWHERE, Action, actions_of, areas

# What a preset changes; everything else keeps its usual keys.
PRESETS: dict[str, dict[str, str]] = {
    "default": {},
    "vim": {
        "move.down": "j,down",
        "move.up": "k,up",
        "move.left": "h,left",
        "move.right": "l,right",
        "move.page_down": "ctrl+d,ctrl+f,pagedown",
        "move.page_up": "ctrl+u,ctrl+b,pageup",
        "move.top": "g,home",
        "move.bottom": "G,end",
        "review.hint": "H",
        "home.fold_node": "space,z",
    },
    "home-row": {
        "review.rate_easy": "j,1",
        "review.rate_medium": "k,2",
        "review.rate_hard": "l,3",
        "review.rate_very_hard": "semicolon,4",
        "review.accept": "f,enter",
        "review.flag": "F",
        "review.undo": "u,backspace",
    },
}
_SHOWN = {
    "question_mark": "?",
    "exclamation_mark": "!",
    "slash": "/",
    "comma": ",",
    "semicolon": ";",
    "full_stop": ".",
    "asterisk": "*",
    "escape": "esc",
    "pagedown": "pgdn",
    "pageup": "pgup",
    "down": "↓",
    "up": "↑",
    "left": "←",
    "right": "→",
    "backspace": "⌫",
}
_WRITTEN = {sign: key for key, sign in _SHOWN.items() if len(sign) == 1 and key not in ("up",)}


@dataclass(frozen=True, slots=True)
class Keymap:
    """The keys of every action, by its id, and what was wrong with the configuration."""

    keys: Mapping[str, tuple[str, ...]]
    preset: str = "default"
    problems: tuple[str, ...] = field(default=())

    def of(self, action: Action) -> tuple[str, ...]:
        """An action's keys; none when it is in the command palette alone."""
        return self.keys.get(action.id, ())

    def shown(self, action: Action) -> str:
        """An action's keys as people read them: `? ctrl+x`."""
        return " ".join(shown(key) for key in self.of(action))

    def first(self, action: Action) -> str:
        """The key that the footer shows."""
        return next((shown(key) for key in self.of(action)), "")


def shown(key: str) -> str:
    """A key's name as people read it."""
    return _SHOWN.get(key, key.replace("ctrl+", "^"))


def resolve(configured: object = None) -> Keymap:
    """The keymap that the configuration's `[keys]` asks for; mistakes are named, never fatal.

    Of two actions that can be used at the same moment and claim the same key, the one that stands
    first answers; the problem names both.
    """
    problems: list[str] = []
    table = _table(configured, problems)
    preset = str(table.get("preset", "default"))
    if preset not in PRESETS:
        problems.append(f"there is no key preset {preset!r}: use {', '.join(PRESETS)}")
        preset = "default"
    keys = {action.id: _split(action.keys) for action in ACTIONS}
    keys |= {name: _split(text) for name, text in PRESETS[preset].items()}
    keys |= _remapped(table, problems)
    problems += _conflicts(keys)
    return Keymap(keys, preset, tuple(problems))


def _table(configured: object, problems: list[str]) -> Mapping[str, Any]:
    if configured is None:
        return {}
    if isinstance(configured, str):
        return {"preset": configured}
    if isinstance(configured, Mapping):
        return configured
    problems.append("[keys] must be a table with a preset and keys")
    return {}


def _remapped(table: Mapping[str, Any], problems: list[str]) -> dict[str, tuple[str, ...]]:
    """Keys by action id, from `[keys.review]` tables or dotted names."""
    asked: dict[str, Any] = {}
    for name, value in table.items():
        if isinstance(value, Mapping):
            asked |= {f"{name}.{action}": keys for action, keys in value.items()}
        elif name != "preset":
            asked[name] = value
    known = [action.id for action in ACTIONS]
    found: dict[str, tuple[str, ...]] = {}
    for name, value in asked.items():
        values = value if isinstance(value, list) else [value]
        if name not in known:
            near = get_close_matches(name, known, 1)
            problems.append(
                f"[keys] names {name!r}, which is no action"
                + (f": do you mean {near[0]}?" if near else "; `?` lists them")
            )
        elif not all(isinstance(one, str) for one in values):
            problems.append(f"[keys] {name} must be a key, or a list of keys")
        else:
            found[name] = tuple(key for one in values for key in _split(one))
    return found


def _conflicts(keys: Mapping[str, tuple[str, ...]]) -> list[str]:
    """A sentence for each key that two actions claim at the same moment in the same area."""
    found: dict[tuple[str, str, str], str] = {}
    for area in areas():
        if area in EVERYWHERE:
            continue
        claimed: list[tuple[str, Action]] = []
        for action in actions_of(area):
            for key in keys[action.id]:
                for other_key, other in claimed:
                    if key == other_key and action.phase.overlaps(other.phase):
                        pair = (other.id, action.id, key)
                        found[pair] = (
                            f"the key {shown(key)} is given to both {other.id} and {action.id}:"
                            f" {other.id} has it"
                        )
                claimed.append((key, action))
    return list(found.values())


def _split(text: str) -> tuple[str, ...]:
    """Keys as Textual names them: `?` is `question_mark`; a lone comma is the key."""
    if text.strip() == ",":
        return ("comma",)
    return tuple(
        _WRITTEN.get(part.strip(), part.strip()) for part in text.split(",") if part.strip()
    )
