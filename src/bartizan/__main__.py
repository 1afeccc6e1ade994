"""The command `bartizan`, also as `python -m bartizan`: Ctrl-C while it loads ends it without a word."""

import os
import signal
from typing import Any

#: The exit code of a command that was interrupted.
INTERRUPTED = 130


def main() -> None:
    """Run the command line."""
    is_python_s = signal.getsignal(signal.SIGINT) is signal.default_int_handler
    if is_python_s:
        signal.signal(signal.SIGINT, _end)
    from bartizan.ground.machine import look_for_garbage_less

    look_for_garbage_less()
    from bartizan.faces.cli import main as command

    if is_python_s:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    command()


def _end(*_: Any) -> None:
    os._exit(INTERRUPTED)


if __name__ == "__main__":
    main()
