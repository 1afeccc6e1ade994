"""Parts of a study in an object store, under a URL that fsspec knows: each put whole, under the name that it has in a
folder."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from bartizan.ground import writing
from bartizan.ground.errors import ResultsError, UserError
from bartizan.studies.asked import Asked
from bartizan.studies.filling import Progress
from bartizan.studies.folder import Folder
from bartizan.studies.parts import Identity, Parts
from bartizan.studies.replicate import Part, parts
from bartizan.studies.results import STUDY, read_study


def is_url(place: str | Path) -> bool:
    """Whether this names an object store, and no folder."""
    return "://" in str(place)


@dataclass(frozen=True)
class Store:
    """A place for the parts of one study. Raises ResultsError, which names the URL, where it does not answer."""

    url: str

    @cached_property
    def _there(self) -> tuple[Any, str]:
        """The file system, and the study's name on it."""
        try:
            import fsspec
        except ImportError:
            raise UserError(f"{self.url}: object stores need fsspec: pip install 'bartizan[cluster]'") from None
        try:
            return fsspec.core.url_to_fs(self.url, use_listings_cache=False)
        except (ImportError, ValueError) as error:
            raise UserError(f"{self.url}: {error}") from None

    def _do(self, work: Callable[[Any, str], Any]) -> Any:
        """What work gives on the file system."""
        try:
            return work(*self._there)
        except UserError:
            raise
        except Exception as error:  # each file system has errors of its own
            raise ResultsError(f"{self.url}: {error}") from None

    def read(self, name: str) -> bytes | None:
        """The content of a name; None where there is none."""

        def content(there: Any, root: str) -> bytes | None:
            try:
                return bytes(there.cat_file(f"{root}/{name}"))
            except FileNotFoundError:
                return None

        found: bytes | None = self._do(content)
        return found

    def put(self, name: str, content: bytes) -> None:
        """Have this content under a name, at once."""

        def write(there: Any, root: str) -> None:
            whole = f"{root}/{name}"
            try:
                there.pipe_file(whole, content)
            except FileNotFoundError:
                if "file" not in there.protocol:  # where a bucket is not there, none is made
                    raise
                there.makedirs(whole.rpartition("/")[0], exist_ok=True)
                there.pipe_file(whole, content)

        self._do(write)

    # ---------------------------------------------------------------------------------------- studies

    def begin(self, wanted: Asked) -> None:
        """Say which study this is for; what is lost or damaged of the scenario is put there again. Raises ResultsError
        where it is another's."""
        if (known := self._study()) is None:
            known = wanted.identity
        if told := Folder(Path(), wanted.identity).how_different(known):
            raise ResultsError(f"{self.url} holds another study (different: {told}); name another place with --out")
        for name, content in (("scenario.json", wanted.written), (STUDY, wanted.identity)):
            if self.read(name) != (whole := json.dumps(content).encode()):
                self.put(name, whole)

    def _study(self) -> Identity | None:
        """Which study this is for; None where it says none. Raises ResultsError where that is damaged."""
        with tempfile.TemporaryDirectory() as aside:
            self.fetch([STUDY], Path(aside))
            try:
                return read_study(Path(aside))
            except ResultsError:
                raise ResultsError(
                    f"{self.url}/{STUDY} is damaged; remove it if the parts there are of this study, or name "
                    "another place with --out"
                ) from None

    def fetch(self, names: list[str], folder: Path) -> None:
        """Put what there is of these names into a folder."""
        for name in names:
            if (content := self.read(name)) is not None:
                writing.make_folder((folder / name).parent)
                writing.write_bytes(folder / name, content)


def name_of(case: str, first_world: int) -> str:
    """The name of a part in a store, which is its path in a folder."""
    return str(Parts(Path("parts"), {}).path(case, first_world).as_posix())


def _is_there(store: Store, kept: Parts, case: str, first: int, say: Callable[[str], None]) -> bool:
    """Whether a part is in the store, and whole: it is looked at where parts are `kept` aside."""
    if (content := store.read(name_of(case, first))) is None:
        return False
    kept.put(case, first, content)
    path = kept.path(case, first)
    whole = kept.is_whole(path)
    path.unlink()
    if not whole:
        say(f"{store.url}/{name_of(case, first)} was damaged; its worlds are played again.")
    return whole


def play_into(
    store: Store,
    wanted: Asked,
    mine: Callable[[int], bool],
    threads: int | None,
    progress: Callable[[Progress], None],
    say: Callable[[str], None],
) -> None:
    """Play what is missing in a store, or damaged, of the parts that begin with worlds that are `mine`."""
    store.begin(wanted)
    length = Parts(Path(), wanted.identity).length
    raids = wanted.plays[0][1].raids * len(wanted.plays)
    in_all = raids * sum(length(first) for first in filter(mine, Parts(Path(), wanted.identity).firsts()))
    with tempfile.TemporaryDirectory() as aside:
        kept = Parts(Path(aside), wanted.identity)

        def save(case: str, part: Part) -> None:
            kept.save(case, part)
            path = kept.path(case, part.first_world)
            store.put(name_of(case, part.first_world), path.read_bytes())
            path.unlink()

        @cache
        def skip(case: str, first: int) -> bool:
            return not mine(first) or _is_there(store, kept, case, first, say)

        done = 0
        for _, part in parts(
            wanted.scenario, wanted.plays, threads=threads, keep=wanted.kept, skip=skip, done=save,
            chunk=wanted.identity["worlds_a_part"],
        ):  # fmt: skip
            done += len(part.sums) * wanted.plays[0][1].raids
            progress(Progress(done, in_all))
