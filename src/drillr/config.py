"""Where things are: the store, the configuration file, the banks that ship with drillr."""

import os
import sys

from drillr.errors import UsageError

KEYS = ("store", "backups", "automatic_backups", "theme", "keys")
"""All that the configuration file may say; `keys` is a table."""
oddities: list[str] = []
"""What is odd about the files that were read: whoever runs the process says it to the person."""


def store_path(given: str | None = None) -> str:
    """The store's file: `--store`, else DRILLR_STORE, else the platform's data folder."""
    chosen = given or os.environ.get("DRILLR_STORE")
    if chosen:
        return named_store(chosen) or os.path.abspath(os.path.expanduser(chosen))
    configured = read_config().get("store")
    if isinstance(configured, str) and configured:
        return os.path.abspath(os.path.expanduser(configured))
    return os.path.join(_folder("data"), "drillr.db")


def named_store(name: str) -> str | None:
    """The file of the store that goes by a bare name, None where there is no such store."""
    if not is_store_name(name):
        return None
    path = os.path.join(_folder("data"), f"{name}.db")
    return path if os.path.exists(path) else None


def is_store_name(name: str) -> bool:
    """Whether a text can name a store: letters, digits, `-` and `_`."""
    return bool(name) and all(char.isalnum() or char in "-_" for char in name)


def stores_folder() -> str:
    """Where stores that go by a name are."""
    return _folder("data")


def backups_location(store: str, given: str | None = None) -> str:
    """Where backups go: as asked, as the configuration's `backups` says, else beside the store."""
    configured = given or read_config().get("backups")
    if isinstance(configured, str) and configured:
        return configured
    return os.path.splitext(store)[0] + ".backups"


def backs_up_by_itself() -> bool:
    """Whether drillr makes backups unasked; `automatic_backups = false` says no."""
    return read_config().get("automatic_backups", True) is not False


def choose_store(path: str) -> str:
    """Write into the configuration file which store to use from now on; that file's path."""
    import json

    target = config_path()
    lines: list[str] = []
    if os.path.exists(target):
        read_config()
        with open(target, encoding="utf-8") as file:
            lines = file.read().splitlines()
    # A JSON string is a TOML string, but for DEL, which no path needs.
    chosen = f"store = {json.dumps(path)}"
    tables = [n for n, line in enumerate(lines) if line.lstrip().startswith("[")]
    top = tables[0] if tables else len(lines)
    own = [n for n in range(top) if lines[n].split("=")[0].strip() == "store"]
    if own:
        lines[own[0]] = chosen
    else:
        lines.insert(0, chosen)
    os.makedirs(os.path.dirname(target), mode=0o700, exist_ok=True)
    fresh = f"{target}.{os.getpid()}.new"
    with open(fresh, "w", encoding="utf-8") as file:
        file.write("\n".join(lines) + "\n")
    os.replace(fresh, target)
    return target


def config_path(given: str | None = None) -> str:
    """The configuration file: `--config`, else DRILLR_CONFIG, else the platform's folder."""
    chosen = given or os.environ.get("DRILLR_CONFIG")
    if chosen:
        return os.path.abspath(os.path.expanduser(chosen))
    return os.path.join(_folder("config"), "config.toml")


def read_config(given: str | None = None) -> dict[str, object]:
    """What the configuration file says; empty when there is none."""
    path = config_path(given)
    if not os.path.exists(path):
        return {}
    import tomllib

    try:
        with open(path, "rb") as file:
            found = tomllib.load(file)
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise UsageError(
            f"{path} can't be read: {error}", "Mend the file, or name another by --config"
        ) from None
    _notice_unknown(path, found)
    return found


def _notice_unknown(path: str, found: dict[str, object]) -> None:
    unknown = [name for name in found if name not in KEYS]
    if not unknown:
        return
    from difflib import get_close_matches  # a shell prompt only comes here by a mistake

    for name in unknown:
        near = get_close_matches(name.lower().replace("-", "_"), KEYS, n=1, cutoff=0.6)
        remedy = f"did you mean {near[0]}?" if near else "known are " + ", ".join(KEYS)
        said = f"{path} names {name!r}, which is no key of it: {remedy}"
        if said not in oddities:
            oddities.append(said)


def server_folder() -> str:
    """Where a server keeps its keys, uploads and embedded database, unless told otherwise."""
    return os.path.join(_folder("data"), "server")


def write_value(path: str, name: str, value: str, table: str | None = None) -> None:
    """Set one text in a configuration file, leaving every other line as it is; OSError if it can't.

    The name stands at the top of the file, or in a table; both are made where they are missing.
    """
    import json

    lines: list[str] = []
    if os.path.exists(path):
        with open(path, encoding="utf-8") as file:
            lines = file.read().splitlines()
    heads = [at for at, line in enumerate(lines) if line.lstrip().startswith("[")]
    start, end = 0, heads[0] if heads else len(lines)
    if table is not None:
        own = [at for at in heads if lines[at].split("#")[0].strip() == f"[{table}]"]
        if not own:
            lines += [f"[{table}]"]
            own = [len(lines) - 1]
        start = own[0] + 1
        end = next((at for at in heads if at >= start), len(lines))
    new = f"{name} = {json.dumps(value, ensure_ascii=False)}"
    held = [at for at in range(start, end) if lines[at].split("=")[0].strip() == name]
    if held:
        lines[held[0]] = new
    else:
        lines.insert(start, new)
    os.makedirs(os.path.dirname(path) or ".", exist_ok=True)
    with open(path + ".new", "w", encoding="utf-8") as file:
        file.write("\n".join(lines) + "\n")
    os.replace(path + ".new", path)


def starter_folder() -> str:
    """The question banks that ship with drillr: in the package, or beside it in a checkout."""
    here = os.path.dirname(os.path.abspath(__file__))
    for folder in (
        os.path.join(here, "data", "questions"),
        os.path.join(here, "..", "..", "data", "questions"),
    ):
        if os.path.isdir(folder):
            return os.path.normpath(folder)
    raise UsageError("the starter banks are missing from this installation", "Reinstall drillr")


def _folder(kind: str) -> str:
    """Linux needs no library for its two folders, and gets them 14 ms sooner without."""
    if os.name == "posix" and sys.platform != "darwin":
        variable, default = (
            ("XDG_DATA_HOME", ".local/share") if kind == "data" else ("XDG_CONFIG_HOME", ".config")
        )
        base = os.environ.get(variable, "")
        if not os.path.isabs(base):
            base = os.path.join(os.path.expanduser("~"), default)
        return os.path.join(base, "drillr")
    import platformdirs

    if kind == "data":
        return platformdirs.user_data_dir("drillr", appauthor=False)
    return platformdirs.user_config_dir("drillr", appauthor=False)
