"""A command of the core that ends with the app, as the app starts it: `python -m app.minder train ...`.

It runs as `python -m yodo_core train ...` would, at low priority. Its standard input is the leash: once the other
end is closed, by the app or because the app is gone in whatever way, it stops as at Ctrl-C, and at once where
that takes too long. So no training outlives whoever asked for it.
"""

from __future__ import annotations

import os
import runpy
import signal
import sys
import threading
import time

NICE = 10
PATIENCE = 15.0
"""Seconds from being asked to stop until being ended."""


def _watch() -> None:
    # Not through sys.stdin, whose lock the interpreter would want at its own end.
    while os.read(0, 1024):
        continue
    os.kill(os.getpid(), signal.SIGINT)
    time.sleep(PATIENCE)
    os._exit(130)


def main() -> None:
    """Run the core's command line on the arguments."""
    # Whoever started the app in the background may have had SIGINT ignored; that is inherited.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    os.nice(NICE)
    threading.Thread(target=_watch, daemon=True).start()
    sys.argv[0] = "yodo_core"
    runpy.run_module("yodo_core", run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
