"""Makes the tables: medians beside each other, ratios, goals, and growth with size."""

from collections.abc import Iterable, Sequence
from itertools import groupby, pairwise
from statistics import median

from bench.lab import Figures, Goal, Measurement

Runs = dict[str, list[Figures]]
_SCALES = ((1.0, "s"), (1e-3, "ms"), (1e-6, "µs"))


def table(measurements: Sequence[Measurement], results: Sequence[Runs]) -> str:
    """One line a figure: drillr, the others with drillr's multiple of them, the goal."""
    lines = [["work", "n", "figure", "drillr", "beside", "goal", "met"]]
    for one, runs in zip(measurements, results, strict=True):
        for figure in runs["drillr"][0]:
            ours = _values(runs["drillr"], figure)
            others = {name: _values(runs[name], figure) for name in runs if name != "drillr"}
            beside = [_beside(name, ours, found, figure) for name, found in others.items() if found]
            goal = one.goals.get(figure)
            lines.append([
                one.work, f"{one.size:,}", figure, _shown(median(ours), figure), "; ".join(beside),
                "" if goal is None else _goal(goal, figure),
                "" if goal is None else _met(ours, others.get(goal.of, []), goal),
            ])  # fmt: skip
    if not results:
        return "Nothing was measured.\n"
    counts = sorted({len(runs["drillr"]) for runs in results})
    return (
        f"Medians of {' or '.join(map(str, counts))} runs, taken in turns. × is drillr's multiple"
        " of another's median; in brackets, of minimum and minimum.\n\n" + _markdown(lines)
    )


def growth(measurements: Sequence[Measurement], results: Sequence[Runs]) -> str:
    """How the time of each work grows from each size to the next: 10 × is linear for 10 × items."""
    lines = [["work", "figure", "growth"]]
    rows = list(zip(measurements, results, strict=True))
    for work, group in groupby(sorted(rows, key=lambda row: row[0].work), lambda row: row[0].work):
        sized = sorted(group, key=lambda row: row[0].size)
        for figure in sized[0][1]["drillr"][0] if len(sized) > 1 else ():
            found = [(one.size, median(_values(runs["drillr"], figure))) for one, runs in sized]
            steps = [f"{found[0][0]:,}: {_shown(found[0][1], figure)}"]
            steps += [
                f"{size:,}: × {value / before:.2f}"
                for (_, before), (size, value) in pairwise(found)
            ]
            lines.append([work, figure, " → ".join(steps)])
    return "\n" + _markdown(lines) if len(lines) > 1 else ""


def _values(runs: Iterable[Figures], figure: str) -> list[float]:
    return [run[figure] for run in runs if figure in run]


def _beside(name: str, ours: list[float], theirs: list[float], figure: str) -> str:
    ratio, best = median(ours) / median(theirs), min(ours) / min(theirs)
    return f"{name} {_shown(median(theirs), figure)}: × {ratio:.2f} ({best:.2f})"


def _goal(goal: Goal, figure: str) -> str:
    most = f"{goal.most:g} × {goal.of}" if goal.of else _shown(goal.most, figure)
    return f"≤ {most}" + ("" if goal.aim is None else f", aim {goal.aim:g}")


def _met(ours: list[float], theirs: list[float], goal: Goal) -> str:
    if goal.of and not theirs:
        return "not measured"
    return "yes" if median(ours) <= goal.most * (median(theirs) if goal.of else 1) else "NO"


def _shown(value: float, figure: str) -> str:
    if figure.endswith("_mb"):
        return f"{value:.0f} MB"
    if figure.endswith("_second"):
        return f"{value / 1e6:.2f} M/s" if value >= 1e5 else f"{value:,.0f}/s"
    if figure.startswith("bytes"):
        return f"{value:.1f} B"
    if figure != "s" and not figure.endswith("_s"):
        return f"{value:,.4g}"
    scale, unit = next((pair for pair in _SCALES if value >= pair[0]), _SCALES[-1])
    return f"{value / scale:.3g} {unit}"


def _markdown(lines: list[list[str]]) -> str:
    head, *rest = ["| " + " | ".join(line) + " |" for line in lines]
    return "\n".join([head, "|" + "---|" * len(lines[0]), *rest])
