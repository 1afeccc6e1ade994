"""A study played in shares by many processes, which know nothing of one another, and joined from what they wrote.

Who plays a batch of worlds, and when, decides nothing of it: so any scheduler serves, a process that was killed is
started again, and whoever finds all parts there has the study that one process would have played.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path

from bartizan.ground import writing
from bartizan.ground.errors import ResultsError, UserError
from bartizan.studies import dask, inputs
from bartizan.studies.asked import Asked, Job, asked_in, identified
from bartizan.studies.filling import Filling, Progress
from bartizan.studies.folder import Folder
from bartizan.studies.parts import Parts
from bartizan.studies.results import STUDY, Results, open_results
from bartizan.studies.stores import Store, is_url, name_of, play_into
from bartizan.studies.study import Handling, finish

#: Runs of worlds that a message names.
_MOST_NAMED = 6


@dataclass(frozen=True)
class Share:
    """Share `number`, from 1, `of` so many: every so manieth part of a study."""

    number: int
    of: int

    def __post_init__(self) -> None:
        if not 1 <= self.number <= self.of:
            raise UserError(f"share {self.number}/{self.of}: the first number lies between 1 and the second")

    @classmethod
    def parse(cls, text: str) -> Share:
        """ "2/4" is the second of four."""
        number, slash, of = text.partition("/")
        if not (slash and number.strip().isdecimal() and of.strip().isdecimal()):
            raise UserError(f"share {text!r}: write K/N, such as 2/4 for the second of four")
        return cls(int(number), int(of))

    def mine(self, worlds_a_part: int) -> Callable[[int], bool]:
        """Whether the part that begins with some world is in it."""
        return lambda first: first // worlds_a_part % self.of == self.number - 1


def play_share(wanted: Asked, out: str | Path, share: Share, threads: int | None, how: Handling) -> bool:
    """Play what is missing of a share into a folder, or into an object store (a URL), into which others may play theirs
    meanwhile. False where a folder holds the finished study already. Raises UserError where it is another study's, or
    is being finished."""
    if wanted.stopping.until is not None:
        raise UserError("a study that stops when it is narrow enough looks at all its worlds: play it in one process")
    if how.fresh:
        raise UserError("a share does not replace what a folder holds: others may be playing theirs into it")
    mine = share.mine(wanted.identity["worlds_a_part"])
    if is_url(out):
        inputs.read_all(wanted.scenario)
        play_into(Store(str(out)), wanted, mine, threads, how.progress, how.say)
        return True
    folder = Folder(Path(out), wanted.identity, how.say)
    if folder.holds_it():
        return False
    inputs.read_all(wanted.scenario)
    with folder.begun(wanted.written, shared=True) as lock:
        Filling(wanted, folder, lock, threads, how.progress, mine).fill()
    return True


def play_batch(job: Job, number: int, out: str | Path) -> int:
    """Play batch `number`, from 0, of the worlds of a job into a folder or an object store, unless its parts are there;
    the number again.

    It is a pure function of the job and the number: any process on any machine writes the same parts, whole or not at
    all, so that an engine may run it anywhere, at any time, and again.
    """
    play_share(job.asked(), out, Share(number + 1, job.parts), 1, Handling())
    return number


def play_by_dask(wanted: Asked, address: str, url: str, progress: Callable[[Progress], None]) -> None:
    """Have Dask's workers play a study into an object store."""
    job = Job.of(wanted)
    Store(url).begin(wanted)
    for count, _ in enumerate(dask.done(address, play_batch, job, [(n, url) for n in range(job.parts)]), 1):
        progress(Progress(count, job.parts))


def join(folders: Sequence[str | Path], out: str | Path | None = None, how: Handling | None = None) -> Results:
    """The study that was played in shares into these folders, in `out` or the first of them.

    Raises ResultsError where they are not of one study, or parts of it are in none; what was gathered is kept.
    """
    how = how or Handling()
    target = Path(folders[0] if out is None else out)
    if is_url(folders[0] if out is None else out):
        raise UserError(
            f"{folders[0] if out is None else out}: results lie in a folder of this machine; name it with --out"
        )
    with ExitStack() as aside:
        sources: dict[Path, str] = {}  # by where it is at hand, what it is called
        try:
            for place in folders:
                _at_hand(place, target, aside, sources)
            _refuse_mixed(list(sources))
            folder = Folder(target, identified(next(iter(sources))), how.say)
            if not folder.holds_it():
                say = lambda text: how.say(_as_called(text, sources))  # noqa: E731
                _join(asked_in(next(iter(sources))), list(sources), folder, replace(how, say=say))
        except ResultsError as error:
            raise ResultsError(_as_called(str(error), sources)) from None
    return open_results(target)


def _as_called(text: str, sources: Mapping[Path, str]) -> str:
    """A sentence about folders, with the URLs of those that only stand in for an object store."""
    for path, called in sources.items():
        text = text.replace(str(path), called)
    return text


def _at_hand(place: str | Path, target: Path, aside: ExitStack, sources: dict[Path, str]) -> None:
    """Add to the sources a folder as it is; of an object store what says which study it is for, and the parts that the
    target lacks."""
    if not is_url(place):
        sources[Path(place)] = str(Path(place))
        return
    folder = Path(aside.enter_context(tempfile.TemporaryDirectory()))
    sources[folder] = str(place)
    store = Store(str(place))
    store.fetch([STUDY, "scenario.json"], folder)
    identity = identified(folder)
    missing = Parts(target / "parts", identity).missing(identity["cases"])
    store.fetch([name_of(case, first) for case, first in missing], folder)


def _join(wanted: Asked, sources: Sequence[Path], folder: Folder, how: Handling) -> None:
    with folder.begun(wanted.written) as lock:
        for source in sources:
            _gather(Parts(source / "parts", folder.identity, how.say), folder.parts)
        folder.parts.drop_damaged(folder.identity["cases"])
        _refuse_missing(folder)
        finish(Filling(wanted, folder, lock, None, how.progress))


def _refuse_mixed(folders: Sequence[Path]) -> None:
    first = identified(folders[0])
    for other in folders[1:]:
        if told := Folder(other, first).how_different(identified(other)):
            raise ResultsError(f"{folders[0]} and {other} are not of one study (different: {told})")


def _gather(source: Parts, target: Parts) -> None:
    """Copy whole parts that are missing."""
    if source.folder.resolve() == target.folder.resolve():
        return
    for case, first in target.missing(target.identity["cases"]):
        path, to = source.path(case, first), target.path(case, first)
        if not path.is_file():
            continue
        if not source.is_whole(path):
            source.say(f"{path} is damaged, and left out.")
            continue
        writing.make_folder(to.parent)
        writing.write_aside(to, _copier(path))


def _copier(path: Path) -> Callable[[Path], object]:
    return lambda aside: shutil.copyfile(path, aside)


def _refuse_missing(folder: Folder) -> None:
    identity = folder.identity
    missing = folder.parts.missing(identity["cases"])
    if not missing:
        return
    runs = list(_runs(sorted({first for _, first in missing}), folder.parts))
    named = ", ".join(f"{first} to {last}" for first, last in runs[:_MOST_NAMED])
    more = f" and {len(runs) - _MOST_NAMED} more stretches" if len(runs) > _MOST_NAMED else ""
    in_all = len(identity["cases"]) * -(-identity["worlds"] // identity["worlds_a_part"])
    raise ResultsError(
        f"{folder.path}: {len(missing)} of {in_all} parts are missing, of worlds {named}{more}; start the shares that "
        "did not end again, which play what is missing, or `bartizan run` with this folder and no share"
    )


def _runs(firsts: Sequence[int], parts: Parts) -> Iterator[tuple[int, int]]:
    """First and last world of each stretch of parts in a row."""
    begun = end = -1
    for first in firsts:
        if first != end:
            if end >= 0:
                yield begun, end - 1
            begun = first
        end = first + parts.length(first)
    if end >= 0:
        yield begun, end - 1
