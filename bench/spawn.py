"""Runs one command and prints its wall seconds and peak memory, as JSON.

Run by a bare Python: what Linux reports as a process's peak begins at its parent's size.
"""

import json
import os
import sys
import time

if __name__ == "__main__":
    command = sys.argv[1:]
    started = time.perf_counter()
    process = os.posix_spawn(command[0], command, os.environ)
    _, status, usage = os.wait4(process, 0)
    seconds = time.perf_counter() - started
    if status:
        sys.exit(f"{command} ended with {os.waitstatus_to_exitcode(status)}")
    figures = {"s": seconds, "peak_mb": usage.ru_maxrss / 1024}
    print("\n" + json.dumps(figures))
