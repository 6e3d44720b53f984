"""Where things are: the store, the configuration file, the banks that ship with drillr."""

import os
import sys

from drillr.errors import UsageError


def store_path(given: str | None = None) -> str:
    """The store's file: `--store`, else DRILLR_STORE, else the platform's data folder."""
    chosen = given or os.environ.get("DRILLR_STORE")
    if chosen:
        return os.path.abspath(os.path.expanduser(chosen))
    configured = read_config().get("store")
    if isinstance(configured, str) and configured:
        return os.path.abspath(os.path.expanduser(configured))
    return os.path.join(_folder("data"), "drillr.db")


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
            return tomllib.load(file)
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise UsageError(
            f"{path} can't be read: {error}", "Mend the file, or name another by --config"
        ) from None


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
