"""Commands for the browser: web."""

from typing import Annotated

import typer

from drillr.cli.flags import app, given, open_context


@app.command()
def web(
    port: Annotated[
        int,
        typer.Option(
            metavar="N", min=0, max=65535, help="The port on 127.0.0.1; 0 takes a free one."
        ),
    ] = 0,
    open_browser: Annotated[
        bool, typer.Option("--open/--no-open", help="Open the address in the browser.")
    ] = False,
) -> int:
    """The terminal interface in a browser (needs drillr[web]).

    Prints an address with a secret token. Examples: drillr web --open; drillr web --port 8765
    """
    from drillr.cli.web import run_web
    from drillr.config import store_path

    open_context().database.close()
    return run_web(store_path(given.store), port, open_browser=open_browser)
