"""`drillr import PATH…` with none of its flags, without Typer, which takes as long as the rest."""


def answer(arguments: list[str]) -> int | None:
    """Import what is named; None when these arguments are for another command, or hold flags."""
    store: str | None = None
    quiet, rest = False, list(arguments)
    while rest and rest[0] != "import":
        flag = rest.pop(0)
        if flag in ("-q", "--quiet"):
            quiet = True
        elif flag == "--store" and rest:
            store = rest.pop(0)
        else:
            return None
    paths = rest[1:]
    if not paths or any(path[:1] == "-" for path in paths):
        return None

    from drillr.bootstrap import open_context
    from drillr.cli.importing import run_import
    from drillr.cli.safety import before_many
    from drillr.config import store_path
    from drillr.services.importing import Options

    context = open_context(store_path(store))
    try:
        return run_import(
            context, paths, starter=False, options=Options(), as_json=False,
            quiet=quiet, before_many=before_many(store),
        )  # fmt: skip
    finally:
        context.database.close()
