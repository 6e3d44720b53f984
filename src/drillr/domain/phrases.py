"""Short phrases for spans of time, as buttons and summaries show them."""


def interval(days: int) -> str:
    """When a card comes back: `today`, `10 d`, `3 mo`, `1.5 y`."""
    if days <= 0:
        return "today"
    if days < 60:
        return f"{days} d"
    if days < 365:
        return f"{_trimmed(days / 30.4)} mo"
    return f"{_trimmed(days / 365)} y"


def counted(count: int, thing: str) -> str:
    """A number of things: `1 fact`, `2 facts`."""
    return f"{count} {thing}" if count == 1 else f"{count} {thing}s"


def duration(ms: int) -> str:
    """How long something took: `8 s`, `3 min 20 s`, `2 h 05 min`."""
    seconds = (ms + 500) // 1000
    if seconds < 60:
        return f"{seconds} s"
    minutes, seconds = divmod(seconds, 60)
    if minutes < 60:
        return f"{minutes} min {seconds:02d} s" if seconds else f"{minutes} min"
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes:02d} min"


def _trimmed(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")
