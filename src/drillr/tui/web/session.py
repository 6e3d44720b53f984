"""One browser window's application, over pipes: `python -m drillr.tui.web.session STORE`."""

import sys

from drillr import config
from drillr.bootstrap import open_context
from drillr.tui.app import DrillrApp, Interface, connecting
from drillr.tui.bridge import Bridge


def main(store: str) -> int:
    """Run the home screen over the store; a browser has all colours."""
    bridge = Bridge()
    context = open_context(store)
    look = Interface.of(config.read_config(), config.config_path(), "truecolor")
    try:
        return DrillrApp(context, bridge, None, look, connecting(context, store)).run() or 0
    finally:
        bridge.close()
        context.database.close()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
