"""The entry point: answers `--version`, `due` and a plain `import` at once, the rest through Typer.

A shell prompt calls `drillr due` before every line, so those never import Typer (60 ms).
"""

import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from drillr.errors import DrillrError


def main() -> None:
    """Run drillr with the process's arguments, and exit with its code."""
    code = run(sys.argv[1:])
    _remark(sys.argv[1:])
    sys.exit(code)


def run(arguments: list[str]) -> int:
    """Run one command; the exit code."""
    from drillr.errors import DrillrError

    try:
        if arguments in (["--version"], ["-V"]):
            from drillr import __version__

            print(f"drillr {__version__}")
            return 0
        from drillr.cli import due, straight

        code = due.answer(arguments)
        if code is None:
            code = straight.answer(arguments)
        if code is None:
            from drillr.cli import app

            code = app.run(arguments)
        sys.stdout.flush()
    except DrillrError as error:
        return _complain(error)
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        # Whoever read our output has gone, as `head` does; Python would complain at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    return code


def _remark(arguments: list[str]) -> None:
    """Say what is odd about the configuration, if it was read: last, when no screen is open."""
    config = sys.modules.get("drillr.config")
    if config is None or not {"-q", "--quiet", "--json"}.isdisjoint(arguments):
        return
    from drillr.domain.text import visible

    for oddity in config.oddities:
        print(f"drillr: {visible(oddity)}", file=sys.stderr)


def _complain(error: "DrillrError") -> int:
    from drillr.cli.exits import exit_code
    from drillr.domain.text import visible

    if os.environ.get("DRILLR_DEBUG") == "1":
        import traceback

        traceback.print_exception(error)
    print(f"drillr: {visible(str(error))}", file=sys.stderr)
    return exit_code(error)


if __name__ == "__main__":
    main()
