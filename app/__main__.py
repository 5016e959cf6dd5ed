"""``python -m app``: the window, or a command of the command line."""

from __future__ import annotations

import signal
import sys

if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
    # Loading takes a moment, in which Ctrl+C is to end the program without a traceback.
    signal.signal(signal.SIGINT, signal.SIG_DFL)

from app.cli import main

if __name__ == "__main__":
    sys.exit(main())
