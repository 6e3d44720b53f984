"""`drillr web`: the terminal interface in a browser on this machine."""

import sys

from drillr.errors import UsageError


def run_web(store: str, port: int, *, open_browser: bool) -> int:
    """Serve until interrupted; the address, with its secret, goes to stdout alone."""
    try:
        from drillr.tui.web.server import serve
    except ModuleNotFoundError as missing:
        if (missing.name or "").split(".")[0] in ("textual_serve", "aiohttp", "aiohttp_jinja2"):
            raise UsageError(
                "the browser interface is not installed", "pip install 'drillr[web]'"
            ) from None
        raise

    def ready(address: str) -> None:
        print(address, flush=True)
        print("Whoever has this address can use drillr as you. ctrl+c ends it.", file=sys.stderr)
        if open_browser:
            import webbrowser

            webbrowser.open(address)

    try:
        serve(store, port, ready)
    except OSError as error:
        raise UsageError(
            f"port {port} can't be used: {error.strerror or error}", "Name another by --port"
        ) from None
    return 0
