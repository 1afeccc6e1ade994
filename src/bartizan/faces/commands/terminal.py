"""What commands share: exit codes, lines of text, a progress bar, folders that are made."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from bartizan.ground.text import visible

if TYPE_CHECKING:
    from bartizan.studies.filling import Progress
    from bartizan.world.scenario import Scenario


#: Work that takes less is not announced.
WORTH_TELLING_S = 3.0
USER_MISTAKE, OUR_MISTAKE, INTERRUPTED, BROKEN_PIPE = 2, 1, 130, 141


class Place(click.ParamType):
    """A folder, or the URL of an object store."""

    name = "place"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Path | str:
        if isinstance(value, Path):
            return value
        if value.startswith("memory:"):
            self.fail(f"{value}: what is in this process's memory ends with it", param, ctx)
        try:
            value.encode()
        except UnicodeEncodeError:
            self.fail(f"{value!r}: a folder of results needs a name in UTF-8", param, ctx)
        return value if "://" in value else Path(value)


def say(text: object = "", *, err: bool = False, nl: bool = True) -> None:
    """A line on the terminal: what a file says is shown there, never obeyed."""
    click.echo(visible(text), err=err, nl=nl)


def as_argument(path: str | Path) -> str:
    """A path or an address as a command takes it on a shell, whatever is in its name."""
    text = str(path)
    return shlex.quote(f"./{text}" if text.startswith("-") else text)


def ready_engine() -> None:
    """Where the engine is not compiled yet, say so and begin, beside what is done before it is needed."""
    from bartizan.engine.play import play
    from bartizan.ground.jit import can_be_written, is_cached
    from bartizan.studies.ahead import compile_aside

    if not is_cached(play):
        how_often = "once on this machine" if can_be_written() else "each time, as its cache folder cannot be written"
        say(f"Compiling the engine, {how_often}: one or two minutes.", err=True)
        compile_aside()


def counted(count: int, one: str) -> str:
    """ "1 raid", "3 raids": as `faces.words.plural`, with a plain blank for what is searched and copied."""
    return f"{count} {one}{'' if count == 1 else 's'}"


def say_price(seconds: float, work: str, how: str = "about") -> None:
    """What long work will take, before it begins; nothing of what takes no time."""
    if seconds >= WORTH_TELLING_S:
        told = f"{seconds:.0f} s" if seconds < 100 else f"{seconds / 60:.0f} min" if seconds < 6000 else _hours(seconds)
        say(f"This will take {how} {told}: {work}.", err=True)


def _hours(seconds: float) -> str:
    return f"{seconds / 3600:.0f} hours"


def tell_part(summary: Mapping[str, Any]) -> None:
    """A line where a study was stopped before it was finished."""
    from bartizan.studies.results import of_a_part

    if told := of_a_part(summary):
        say(told, err=True)


def say_what_is_left_out(loaded: Scenario) -> None:
    """A line for each file of polygons of which not all is taken as it stands; also opens the files of a scenario."""
    from bartizan.world import gaps

    for line in gaps.lines(loaded):
        say(line, err=True)


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
def ends_as_by_ctrl_c() -> Iterator[None]:
    """A terminal that closes, or a machine that goes down, ends what is done as Ctrl-C does."""
    import signal

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    asking = [s for name in ("SIGTERM", "SIGHUP") if (s := getattr(signal, name, None)) is not None]
    changed = {s: signal.signal(s, interrupt) for s in asking if signal.getsignal(s) is signal.SIG_DFL}
    try:
        yield
    finally:
        for number, before in changed.items():
            signal.signal(number, before)


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


def share(context: click.Context, option: click.Parameter, text: str | None) -> float | None:
    """A share of what is sent: above 0 and below 1, as "10%" or 0.1."""
    from bartizan.ground import units

    if text is None:
        return None
    try:
        number = units.parse(text, "probability")
    except ValueError as error:
        raise click.BadParameter(f"{text!r}: {error}", context, option) from None
    if not 0 < number < 1:
        raise click.BadParameter(
            f"{text!r}: a share of what is sent, more than 0 and less than 100 %, such as 10%", context, option
        )
    return number


def tell_written(path: Path) -> None:
    """Names a file that was written; aside where it went to standard output itself, or into a pipe."""
    from bartizan.ground.writing import is_file_to_be

    say(f"{path}", err=not is_file_to_be(path))


def check_output(out: Path | None, *read: str | Path, makes_folder: bool = False, is_page: bool = False) -> None:
    """Before the work whose answer is written to a file. Raises UserError where that would replace what is `read` for
    it, what a study has in its folder or, by a page, anything else; or where there is no folder and none is made."""
    from bartizan.ground.errors import UserError
    from bartizan.studies.results import OWN, STUDY

    if out is None:
        return
    for name in map(str, read):
        for file in (Path(name), Path(name.rpartition(":")[0] or name)):
            if file.is_file() and out.exists() and out.samefile(file):
                raise UserError(f"{out} is what is read; name another file with --out")
    if out.name in OWN and (out.parent / STUDY).is_file():
        raise UserError(f"{out} is part of a study, which would be lost; name another file with --out")
    if not makes_folder and not out.parent.exists():
        raise UserError(f"{out}: there is no folder {out.parent}")
    if is_page and _is_no_page(out):
        raise UserError(f"{out} holds something else than a page, which would be lost; name another file with --out")


def _is_no_page(file: Path) -> bool:
    """Whether it is a file that holds something, and no HTML."""
    with suppress(OSError):
        if file.is_file():
            with file.open("rb") as opened:
                start = opened.read(200).removeprefix(b"\xef\xbb\xbf").lstrip().lower()
            return bool(start) and not start.startswith((b"<!doctype html", b"<html"))
    return False


def make_folder(folder: Path) -> None:
    """Raises UserError where it cannot be made."""
    from bartizan.ground import writing

    with _in_words(folder):
        writing.make_folder(folder)


def check_folder(folder: Path) -> None:
    """Before long work whose results go there. Raises UserError where it could not be made, or files in it."""
    from bartizan.ground import writing

    with _in_words(folder):
        writing.check_folder(folder)


@contextmanager
def _in_words(folder: Path) -> Iterator[None]:
    from bartizan.ground.errors import UserError

    try:
        yield
    except OSError as error:
        at = "" if error.filename in (None, str(folder)) else f"{error.filename}: "
        raise UserError(
            f"cannot write into the folder {folder}: {at}{error.strerror}; name another with --out"
        ) from None
