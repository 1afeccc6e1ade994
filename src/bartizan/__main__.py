"""The command `bartizan`, also as `python -m bartizan`: Ctrl-C while it loads ends it without a word."""

import os
import signal
import sys
from typing import Any

#: The exit code of a command that was interrupted.
INTERRUPTED = 130


def main() -> None:
    """Run the command line."""
    _open_what_is_closed()
    is_python_s = signal.getsignal(signal.SIGINT) is signal.default_int_handler
    if is_python_s:
        signal.signal(signal.SIGINT, _end)
    from bartizan.ground.machine import look_for_garbage_less

    look_for_garbage_less()
    from bartizan.faces.cli import main as command

    if is_python_s:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    command()


def _open_what_is_closed() -> None:
    """What is printed where nobody listens (`>&-`, a program without a terminal) goes nowhere: else the next file that
    is opened has the number of the stream that is closed, and takes what is meant for it."""
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        if getattr(sys, name) is None:
            opened = os.open(os.devnull, os.O_RDWR)
            os.set_inheritable(opened, opened == number)
            setattr(sys, name, os.fdopen(opened, "w" if number else "r"))


def _end(*_: Any) -> None:
    os._exit(INTERRUPTED)


if __name__ == "__main__":
    main()
