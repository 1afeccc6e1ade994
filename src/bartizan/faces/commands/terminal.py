"""What commands share: exit codes, lines of text, a progress bar, numbers with units, folders that are made."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from bartizan.ground.text import visible

if TYPE_CHECKING:
    from bartizan.studies.study import Progress


USER_MISTAKE, OUR_MISTAKE, INTERRUPTED = 2, 1, 130


class Within(click.FloatRange):
    """A finite number between two others: click takes `nan`, which no comparison keeps out, for one."""

    name = "number"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        found = float(super().convert(value, param, ctx))
        if not math.isfinite(found):
            self.fail(f"{value!r} is not a finite number.", param, ctx)
        return found


def say(text: object = "", *, err: bool = False, nl: bool = True) -> None:
    """A line on the terminal: what a file says is shown there, never obeyed."""
    click.echo(visible(text), err=err, nl=nl)


def say_if_compiling() -> None:
    """Before what takes long once on a machine."""
    from bartizan.ground.jit import is_cached

    if not is_cached():
        say("Compiling the engine, once on this machine: about a minute.", err=True)


@contextmanager
def bar(doing: str = "playing") -> Iterator[Any]:
    """A progress bar with the time left, on a terminal; silence elsewhere."""
    from rich.console import Console
    from rich.progress import BarColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bar

    columns = (
        TextColumn("{task.description:<24.24}"),
        BarColumn(),
        TextColumn("{task.percentage:>3.0f}%"),
        TimeRemainingColumn(),
    )
    with Bar(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("surveying", total=None)

        def progress(now: Progress) -> None:
            bar.update(task, description=doing, completed=now.raids_done, total=now.raids_in_all)

        yield progress


@contextmanager
def working() -> Iterator[Callable[[str], None]]:
    """What is being done and for how long, on a terminal; silence elsewhere."""
    from rich.console import Console
    from rich.progress import Progress as Bar
    from rich.progress import SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = (SpinnerColumn(), TextColumn("{task.description}", markup=False), TimeElapsedColumn())
    console = Console(stderr=True)
    with Bar(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task("reading the results", total=None)
        yield lambda doing: bar.update(task, description=visible(doing))


def quantity(text: str, dimension: str, option: str) -> float:
    """A bare number in SI units, or a quantity with its unit."""
    from bartizan.ground import units
    from bartizan.ground.errors import UserError

    try:
        found = units.parse(text, dimension)
    except ValueError as error:
        raise UserError(f"{option} {text.strip()!r}: {error}") from None
    if found <= 0:
        raise UserError(f"{option} {text.strip()!r}: must be more than 0")
    return found


def make_folder(folder: Path) -> None:
    """Raises UserError where it cannot be made."""
    from bartizan.ground.errors import UserError

    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UserError(f"cannot make the folder {folder}: {error.strerror}; name another with --out") from None
