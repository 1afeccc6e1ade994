"""The command line. It alone starts work, in the commands that it gathers here."""

from __future__ import annotations

import contextlib
import io
import os
import sys
from collections.abc import Iterator
from typing import Any, NoReturn

import click

from bartizan import __version__
from bartizan.faces.commands import (
    calibrating,
    comparing,
    completing,
    mapping,
    observing,
    playing,
    reading,
    results,
    scenarios,
    searching,
    valuing,
)
from bartizan.faces.commands.terminal import BROKEN_PIPE, INTERRUPTED, OUR_MISTAKE, USER_MISTAKE, say


class _Commands(click.Group):
    """What click would end with 1 where who reads has had enough ends as the shell would have it."""

    def make_context(self, *args: Any, **options: Any) -> click.Context:
        with _while_somebody_reads():  # `bartizan --help | head`
            return super().make_context(*args, **options)

    def invoke(self, ctx: click.Context) -> None:
        with _while_somebody_reads():  # `bartizan catalog | head`
            super().invoke(ctx)
            sys.stdout.flush()


@contextlib.contextmanager
def _while_somebody_reads() -> Iterator[None]:
    try:
        yield
    except BrokenPipeError:
        _say_no_more()
        sys.exit(BROKEN_PIPE)


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(__version__, message="bartizan %(version)s")
def cli() -> None:
    """What a layered air defence, as publicly reported, can see, stop and let through - and how sure that answer is.

    Begin with: bartizan run power-station
    """


for _command in (
    playing.run, playing.join, scenarios.check, results.report, results.serve, results.export, mapping.coverage,
    mapping.surface, valuing.value, comparing.compare, comparing.sweep, searching.place, searching.tune,
    calibrating.calibrate, reading.read, observing.traffic, scenarios.catalog, scenarios.new, scenarios.schema,
    playing.verify, completing.completion,
):  # fmt: skip
    cli.add_command(_command)


def main() -> None:
    """Run the command line; errors become one message and an exit code."""
    from bartizan.ground.errors import BartizanError, UserError

    _show_what_can_be_shown()
    try:
        cli(standalone_mode=False)
    except click.ClickException as error:
        error.show(told := io.StringIO())
        say(told.getvalue(), err=True, nl=False)
        sys.exit(USER_MISTAKE)
    except (click.Abort, KeyboardInterrupt):
        say("Interrupted. What a run has done is kept; the same command goes on from there.", err=True)
        sys.exit(INTERRUPTED)
    except UserError as error:
        say(f"bartizan: {error}", err=True)
        sys.exit(USER_MISTAKE)
    except BartizanError as error:
        say(f"bartizan: our mistake: {error}", err=True)
        sys.exit(OUR_MISTAKE)
    except OSError as error:
        _end_for_the_machine(f"{error.filename or 'the output'}: {error.strerror or error}")
    except MemoryError:
        _end_for_the_machine("the machine has not enough memory for this; fewer --threads take less")


def _end_for_the_machine(why: str) -> NoReturn:
    """What the machine refuses is for the user to mend: a full disk, a folder that may not be written."""
    with contextlib.suppress(OSError):
        say(f"bartizan: {why}", err=True)
    _say_no_more()
    sys.exit(USER_MISTAKE)


def _show_what_can_be_shown() -> None:
    """A letter that the terminal's encoding lacks is shown by its number."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def _say_no_more() -> None:
    """What is still to be printed goes nowhere: else Python says so once more when it ends."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for number in (1, 2):
        os.dup2(nowhere, number)
