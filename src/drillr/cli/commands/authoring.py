"""Commands for writing questions: lint, new, edit, mv, watch."""

from typing import Annotated, Optional

import typer

from drillr.cli.complete import places
from drillr.cli.flags import app, given, open_context

Source = Annotated[
    Optional[str],
    typer.Option("--from", metavar="FILE", help="Take the question from a file; - is the input."),
]
Relearn = Annotated[
    bool,
    typer.Option("--relearn-changed", help="Ask questions anew whose answer is another now."),
]


@app.command()
def lint(
    paths: Annotated[
        Optional[list[str]], typer.Argument(metavar="PATH...", help="Files and folders.")
    ] = None,
    fix: Annotated[bool, typer.Option("--fix", help="Mend what can be mended safely.")] = False,
    form: Annotated[
        str, typer.Option("--format", metavar="FORM", help="text, json or github.")
    ] = "text",
    select: Annotated[
        Optional[list[str]],
        typer.Option("--select", metavar="CODE", help="Only rules that begin so (repeatable)."),
    ] = None,
    ignore: Annotated[
        Optional[list[str]],
        typer.Option("--ignore", metavar="CODE", help="No rules that begin so (repeatable)."),
    ] = None,
    rules: Annotated[bool, typer.Option("--rules", help="Only list the rules.")] = False,
) -> int:
    """Look for what is wrong with question files.

    Examples: drillr lint questions/; drillr lint . --fix; drillr lint . --format github
    """
    from drillr.cli.lint import run_lint, show_rules
    from drillr.services.linting import Wishes

    if rules:
        return show_rules(as_json=form == "json")
    wishes = Wishes(tuple(select or ()), tuple(ignore or ()), fix)
    return run_lint(paths or [], wishes, form, quiet=given.quiet)


@app.command()
def new(
    path: Annotated[
        str, typer.Argument(metavar="PATH", help="The facet: a/b/c/d.", autocompletion=places)
    ],
    kind: Annotated[
        str, typer.Option("--type", metavar="TYPE", help="mcq, theory or scenario.")
    ] = "mcq",
    external_id: Annotated[
        Optional[str], typer.Option("--id", metavar="ID", help="Its id, else the next free one.")
    ] = None,
    source: Source = None,
) -> int:
    """Write a question in your editor.

    Examples: drillr new databases/sql/indexing/btree; drillr new a/b/c/d --from question.json
    """
    from drillr.cli.authoring import write_new

    return write_new(open_context(), path, kind, external_id, source)


@app.command()
def edit(
    question: Annotated[str, typer.Argument(metavar="ID")],
    source: Source = None,
    relearn: Relearn = False,
) -> int:
    """Change a question in your editor. Your progress with it stays.

    Example: drillr edit graphql-001
    """
    from drillr.cli.authoring import edit_one

    return edit_one(open_context(), question, source, relearn=relearn)


@app.command()
def mv(
    questions: Annotated[list[str], typer.Argument(metavar="ID...")],
    path: Annotated[
        str, typer.Argument(metavar="PATH", help="The facet: a/b/c/d.", autocompletion=places)
    ],
) -> int:
    """Move questions to another facet, with their history.

    Example: drillr mv graphql-001 graphql-002 backend/api/protocols/graphql
    """
    from drillr.cli.authoring import move_to

    return move_to(open_context(), questions, path)


@app.command()
def watch(
    paths: Annotated[list[str], typer.Argument(metavar="PATH...", help="Files and folders.")],
    relearn: Relearn = False,
    interval: Annotated[
        float, typer.Option(min=0.05, max=60, metavar="SECONDS", help="How often to look.")
    ] = 0.5,
) -> int:
    """Import question files again whenever they are saved.

    Example: drillr watch questions/
    """
    from drillr.cli.authoring import watch as run_watch
    from drillr.services.importing import Options

    options = Options(update=True, relearn_changed=relearn)
    return run_watch(open_context(), paths, options, interval, quiet=given.quiet)
