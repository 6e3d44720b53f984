"""Commands for giving content away: export."""

from typing import Annotated, Optional

import typer

from drillr.cli.complete import places
from drillr.cli.flags import Json, app, given, open_context


@app.command()
def export(
    target: Annotated[str, typer.Argument(metavar="PATH", help="The file or folder to write.")],
    selector: Annotated[
        str,
        typer.Argument(
            help="Which part of the library; all of it where this is missing.",
            autocompletion=places,
            show_default=False,
        ),
    ] = "",
    form: Annotated[
        Optional[str],
        typer.Option("--format", help="anki, csv, json, markdown, org, tsv.", metavar="FORM"),
    ] = None,
    force: Annotated[
        bool, typer.Option("--force", help="Overwrite files that are there and differ.")
    ] = False,
    history: Annotated[
        bool, typer.Option("--history/--no-history", help="Give answers and schedules along.")
    ] = True,
    everything: Annotated[
        bool,
        typer.Option(
            "--all", help="All of it in one archive: questions, answers, settings, media."
        ),
    ] = False,
    as_json: Json = False,
) -> int:
    """Write questions as files that `drillr import` reads back.

    Examples: drillr export --format json questions/; drillr export deck.apkg databases/sql;
    drillr export --all library.zip
    """
    from drillr.cli.exporting import run_export
    from drillr.services.exporting import Order

    if everything:
        from drillr.cli.exporting import run_archive

        return run_archive(open_context(), target, selector, force=force, as_json=as_json)
    order = Order(target, selector, form, force, history)
    return run_export(open_context(), order, as_json=as_json, quiet=given.quiet)
