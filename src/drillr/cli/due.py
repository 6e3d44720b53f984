"""`drillr due`, without Typer: what is due, in a line, as JSON, or in a format of one's own."""

import sys

_FLAGS = ("--json", "--exit-code")


def answer(arguments: list[str]) -> int | None:
    """Print what is due; None when these arguments are for another command, or not understood."""
    store: str | None = None
    rest = list(arguments)
    if len(rest) > 1 and rest[0] == "--store":
        store, rest = rest[1], rest[2:]
    if not rest or rest[0] != "due":
        return None
    as_json = exit_code = False
    template: str | None = None
    rest = rest[1:]
    while rest:
        flag = rest.pop(0)
        if flag == "--json":
            as_json = True
        elif flag == "--exit-code":
            exit_code = True
        elif flag == "--format" and rest:
            template = rest.pop(0)
        elif flag.startswith("--format="):
            template = flag.removeprefix("--format=")
        else:
            return None
    return show(store, as_json=as_json, template=template, exit_code=exit_code)


def show(store: str | None, *, as_json: bool, template: str | None, exit_code: bool) -> int:
    """Print the counts of the store; 3 with `exit_code` when no review is due."""
    from drillr.bootstrap import due_now
    from drillr.config import store_path

    counts = due_now(store_path(store))
    if as_json:
        fields = ", ".join(f'"{name}": {count}' for name, count in counts.items())
        print("{" + fields + "}")
    elif template is not None:
        line = template
        for name, count in counts.items():
            line = line.replace("{" + name + "}", str(count))
        sys.stdout.write(line.replace("\\n", "\n") + "\n")
    else:
        print(f"{counts['due_today']} due ({counts['overdue']} now), {counts['new']} new")
    return 3 if exit_code and not counts["overdue"] else 0
