"""Commands for the library: import, tree, stats."""

from typing import Annotated, Optional

import typer

from drillr.cli.flags import Json, Selector, app, given, open_context


@app.command(name="import")
def import_(
    paths: Annotated[
        Optional[list[str]], typer.Argument(metavar="PATH...", help="Files and folders.")
    ] = None,
    starter: Annotated[
        bool, typer.Option("--starter", help="Import the banks that ship with drillr.")
    ] = False,
    update: Annotated[
        bool,
        typer.Option("--update", help="Change questions whose content differs; keep progress."),
    ] = False,
    prune: Annotated[
        bool, typer.Option("--prune", help="Deactivate questions that vanished from their file.")
    ] = False,
    qualify_ids: Annotated[
        bool, typer.Option("--qualify-ids", help="Prefix ids with the facet's path.")
    ] = False,
    under: Annotated[
        Optional[str],
        typer.Option(
            "--under", help="The place for decks: a, a__b, … a__b__c__d.", metavar="PLACE"
        ),
    ] = None,
    columns: Annotated[
        Optional[str],
        typer.Option(
            "--columns", metavar="NAMES", help="Names of a table's columns: question,answer."
        ),
    ] = None,
    mapping: Annotated[
        Optional[str],
        typer.Option("--map", help="Where JSON of another shape keeps what.", metavar="FILE"),
    ] = None,
    form: Annotated[
        Optional[str],
        typer.Option("--format", help="anki, csv, json, markdown, org, tsv.", metavar="FORM"),
    ] = None,
    history: Annotated[
        bool, typer.Option("--history/--no-history", help="Take answers given elsewhere along.")
    ] = True,
    relearn: Annotated[
        bool,
        typer.Option(
            "--relearn-changed", help="With --update: ask anew what has another answer now."
        ),
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would happen.")] = False,
    as_json: Json = False,
) -> int:
    """Import questions from files and folders.

    Question files are called topic__subtopic__leaf__facet.json. Other forms:

    Anki (.apkg, .colpkg), Markdown, CSV, TSV, org-drill; any JSON with --map.

    Examples: drillr import questions/; drillr import --starter; drillr import spanish.apkg
    """
    from drillr.cli.importing import reading, run_import
    from drillr.cli.safety import before_many
    from drillr.services.importing import Options

    options = Options(
        update=update, prune=prune, qualify_ids=qualify_ids, dry_run=dry_run, history=history,
        relearn_changed=relearn, reading=reading(under, columns, mapping, form),
    )  # fmt: skip
    return run_import(
        open_context(),
        paths or [],
        starter=starter,
        options=options,
        as_json=as_json,
        quiet=given.quiet,
        before_many=before_many(given.store),
    )


@app.command()
def tree(selector: Selector = "", as_json: Json = False) -> int:
    """The library with what is due, new and mastered."""
    from drillr.cli.stats import show_tree

    return show_tree(open_context(), selector, as_json=as_json)


@app.command()
def stats(selector: Selector = "", as_json: Json = False) -> int:
    """Progress, retention, streak, heatmap and forecast.

    Examples: drillr stats; drillr stats databases; drillr stats --json
    """
    from drillr.cli.stats import show_stats

    return show_stats(open_context(), selector, as_json=as_json)


@app.command(
    # A word with a minus before it is left out of the results: no flag.
    context_settings={"ignore_unknown_options": True, "help_option_names": ["--help"]}
)
def search(
    query: Annotated[list[str], typer.Argument(metavar="QUERY...", help="What to find.")],
    limit: Annotated[
        int, typer.Option(min=0, metavar="N", help="At most N questions; 0 shows all.")
    ] = 50,
    ids: Annotated[bool, typer.Option("--ids", help="Print ids alone, all of them.")] = False,
    as_json: Json = False,
) -> int:
    """Find questions by their words and by how you stand with them.

    Words, "phrases", word*, -not, or, ( ), and facet: tag: type: id: is:due|new|suspended|leech|…
    difficulty:1-3 lapses:>3 reviews: interval:>30d ease:<2 answered:>30d added:<7d due:<7d

    Examples: drillr search event loop; drillr search 'tag:cache -is:suspended lapses:>3' --ids
    """
    from drillr.cli.search import show_search

    return show_search(
        open_context(), " ".join(query), limit=0 if ids else limit, as_json=as_json,
        only_ids=ids, quiet=given.quiet,
    )  # fmt: skip
