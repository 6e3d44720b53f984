"""Commands that judge and fit the schedulers: evaluate, optimize."""

from pathlib import Path
from typing import Annotated, Optional

import typer

from drillr.cli.flags import For, Json, app, open_context


@app.command()
def evaluate(
    log: Annotated[
        Optional[Path],
        typer.Argument(metavar="LOG.csv", help="A review log: card_id, rating, elapsed_days."),
    ] = None,
    own: Annotated[bool, typer.Option("--self", help="Your own answers instead.")] = False,
    place: For = "",
    as_json: Json = False,
) -> int:
    """How well each scheduler predicts what is recalled.

    Two simple averages stand beside them.

    Examples: drillr evaluate --self; drillr evaluate revlog.csv --json
    """
    from drillr.cli.judging import run_evaluate

    return run_evaluate(open_context, log, own=own, place=place, as_json=as_json)


@app.command()
def optimize(
    place: For = "",
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only say what it would gain.")
    ] = False,
    as_json: Json = False,
) -> int:
    """Fit fsrs to your own answers.

    The old parameters stay unless the new ones are better.

    Examples: drillr optimize --dry-run; drillr optimize --for databases
    """
    from drillr.cli.judging import run_optimize

    return run_optimize(open_context(), place=place, dry_run=dry_run, as_json=as_json)
