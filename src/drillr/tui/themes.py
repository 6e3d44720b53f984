"""Drillr's own colours, and which of all themes a terminal gets.

Right and wrong are bluish green and vermilion of the Okabe-Ito palette, which people with any
common colour vision tell apart; and no colour ever carries meaning alone.
"""

from collections.abc import Mapping

from textual.theme import BUILTIN_THEMES, Theme

DARK = Theme(
    name="drillr-dark",
    primary="#56B4E9",
    secondary="#8C9BC8",
    accent="#E8B04B",
    success="#35C09A",
    warning="#E8B04B",
    error="#F0803C",
    foreground="#DFE3EA",
    background="#12151C",
    surface="#171B24",
    panel="#1F2530",
    dark=True,
    variables={
        "border": "#3A465A",
        "border-blurred": "#2A3341",
        "footer-key-foreground": "#E8B04B",
        "block-cursor-background": "#28415C",
        "block-cursor-foreground": "#FFFFFF",
        "block-cursor-text-style": "bold",
        "input-selection-background": "#56B4E9 35%",
    },
)
LIGHT = Theme(
    name="drillr-light",
    primary="#0A6BA8",
    secondary="#55648C",
    accent="#9A6500",
    success="#00785A",
    warning="#9A6500",
    error="#B84A00",
    foreground="#1B2230",
    background="#FAF9F5",
    surface="#F3F1EA",
    panel="#E7E4DA",
    dark=False,
    variables={
        "border": "#B9B5A8",
        "border-blurred": "#D4D0C4",
        "footer-key-foreground": "#9A6500",
        "block-cursor-background": "#CFE3F2",
        "block-cursor-foreground": "#10202E",
        "block-cursor-text-style": "bold",
        "input-selection-background": "#0A6BA8 30%",
    },
)
# The terminal's own sixteen colours, dark or light as it is; the cursor is reversed, so that it is
# seen without any colour.
_REVERSED = {
    f"block-cursor{state}-{part}": value
    for state in ("", "-blurred")
    for part, value in (
        ("foreground", "ansi_default"),
        ("background", "ansi_default"),
        ("text-style", "reverse"),
    )
}
TERMINAL = Theme(
    name="drillr-terminal",
    ansi=True,
    primary="ansi_blue",
    secondary="ansi_cyan",
    accent="ansi_magenta",
    success="ansi_green",
    warning="ansi_yellow",
    error="ansi_red",
    foreground="ansi_default",
    background="ansi_default",
    surface="ansi_default",
    panel="ansi_default",
    boost="ansi_default",
    dark=True,
    variables=BUILTIN_THEMES["ansi-dark"].variables
    | _REVERSED
    | {
        "border": "ansi_blue",
        "border-blurred": "ansi_default",
        "footer-key-foreground": "ansi_magenta",
    },
)
OWN = (DARK, LIGHT, TERMINAL)
PLAIN = TERMINAL.name


def chosen(wanted: object, environment: Mapping[str, str], color_system: str | None) -> str:
    """The theme to start with: the one asked for, unless the terminal can't show its colours.

    With NO_COLOR, or 16 colours or fewer, the terminal's own colours are used.
    """
    if "NO_COLOR" in environment or color_system in (None, "standard"):
        return PLAIN
    names = set(BUILTIN_THEMES) | {theme.name for theme in OWN}
    return wanted if isinstance(wanted, str) and wanted in names else DARK.name
