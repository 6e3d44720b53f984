"""Calls one function of a bench module and prints the figures that it gives, as JSON."""

import importlib
import json
import sys

if __name__ == "__main__":
    module, function, *arguments = sys.argv[1:]
    print(json.dumps(getattr(importlib.import_module(module), function)(*arguments)))
