"""The list of all keys for the documentation: `python -m drillr.tui.reference` writes it anew."""

from pathlib import Path

from drillr.tui.actions import ACTIONS, Phase, areas
from drillr.tui.keymap import PRESETS, Keymap, resolve

BEGIN, END = "<!-- keys: begin -->", "<!-- keys: end -->"
_TITLES = {"app": "Everywhere", "move": "Movement"}


def markdown() -> str:
    """A table of keys for each area, with the keys that the presets change."""
    maps = {name: resolve({"preset": name}) for name in PRESETS}
    others = [name for name in PRESETS if name != "default"]
    parts = []
    for area in areas():
        parts.append(f"### {_TITLES.get(area, area.capitalize())}\n")
        parts.append("| id | keys | " + " | ".join(others) + " | does |")
        parts.append("|---|---|" + "---|" * len(others) + "---|")
        for action in ACTIONS:
            if action.area != area:
                continue
            usual = _cell(maps["default"], action.id)
            changed = [_cell(maps[name], action.id) for name in others]
            cells = ["" if cell == usual else cell for cell in changed]
            when = "" if action.phase is Phase.ALWAYS else f" ({action.phase})"
            row = [f"`{action.id}`", usual or "(palette)", *cells, action.meaning + when]
            parts.append("| " + " | ".join(row) + " |")
        parts.append("")
    return "\n".join(parts)


def _cell(keymap: Keymap, name: str) -> str:
    action = next(action for action in ACTIONS if action.id == name)
    return keymap.shown(action).replace("|", "\\|")


def replaced(text: str) -> str:
    """A documentation page with its list of keys as it is now."""
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n{markdown()}\n{END}{after}"


def main() -> None:
    """Write the list into docs/tui.md of this checkout."""
    page = Path("docs/tui.md")
    page.write_text(replaced(page.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main()
