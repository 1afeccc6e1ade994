"""Parts of a study: what came of a batch of worlds of one case, each a Parquet file under its own name, with seals.

A file has three kinds of rows, told apart by `kind`: sums over the raids of each plan of each world, but those that are
0, what came down in each world that is followed to the ground, and threats, where they are kept. The seal of a kind,
among the file's metadata, says what its rows belong to and that they are whole. The same batch has the same rows,
whoever plays it.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from bartizan.ground import writing
from bartizan.ground.database import copied, cursor, named, parquet, quoted
from bartizan.ground.errors import ResultsError

if TYPE_CHECKING:
    from bartizan.studies.falls import Landed
    from bartizan.studies.replicate import Part

Identity = Mapping[str, Any]
Table = dict[str, np.ndarray]

#: Of what identifies a study, that which may change while its parts still hold: nothing that is played depends on it,
#: and worlds are nested.
MAY_CHANGE = frozenset({"digest", "worlds", "until"})
#: The columns of each kind of rows.
KINDS: Mapping[str, tuple[str, ...]] = {
    "sum": ("world", "plan", "quantity", "sum", "square"),
    "fall": ("world", "body", "cell", "bodies"),
    "threat": ("world", "raid", "threat", "fate", "cause", "fired", "time", "asset", "by", "jammed"),
}
#: Instead of a cell of the grid: beyond it, and within the radius of an asset, which of them counted down from here.
_BEYOND, _ASSET = -1, -2


@dataclass(frozen=True)
class Parts:
    """The parts of a study with this identity, in a folder. `say` is told of those that were damaged."""

    folder: Path
    identity: Identity
    say: Callable[[str], None] = lambda _: None
    #: Files that were written, or found whole, with what the disk said of them then.
    _whole: dict[Path, tuple[int, ...]] = field(default_factory=dict)

    def path(self, case: str, first_world: int) -> Path:
        """Where the part of a case that begins with this world is kept."""
        return self.folder / case / f"{first_world:07d}.parquet"

    def has(self, case: str, first_world: int) -> bool:
        return self.path(case, first_world).is_file()

    def length(self, first_world: int) -> int:
        """Worlds of the part that begins with this one."""
        return int(min(self.identity["worlds_a_part"], self.identity["worlds"] - first_world))

    def firsts(self, worlds: int | None = None) -> range:
        """The first world of each part, of so many worlds or all."""
        return range(0, self.identity["worlds"] if worlds is None else worlds, self.identity["worlds_a_part"])

    def missing(self, cases: Sequence[str], firsts: Iterable[int] | None = None) -> list[tuple[str, int]]:
        """Case and first world of each part that is not there, of those that begin with these worlds or of all."""
        wanted = list(self.firsts() if firsts is None else firsts)
        return [(case, first) for case in cases for first in wanted if not self.has(case, first)]

    def paths(self, case: str) -> list[Path]:
        """Where the parts are kept that a case has, in the order of worlds."""
        return sorted((self.folder / case).glob("[0-9]*.parquet"))

    # ---------------------------------------------------------------------------------------- writing

    def save(self, case: str, part: Part) -> None:
        """Keep the outcomes of some worlds."""
        path, tables = self.path(case, part.first_world), _tables_of(part)
        seals = {kind: self._seal(case, part.first_world, kind, table) for kind, table in tables.items()}
        writing.make_folder(path.parent)
        writing.write_aside(path, lambda aside: _write(aside, tables, seals), sealed=True)
        self._whole[path] = _as_the_disk_has_it(path)

    def put(self, case: str, first_world: int, content: bytes) -> None:
        """Keep a part that was played elsewhere, as the bytes of its file; `drop_damaged` looks whether it is whole."""
        path = self.path(case, first_world)
        writing.make_folder(path.parent)
        writing.write_bytes(path, content)

    def _seal(self, case: str, first_world: int, kind: str, table: Table) -> str:
        """SHA-256 of rows and of what they belong to."""
        belongs = {key: value for key, value in self.identity.items() if key not in MAY_CHANGE}
        digest = hashlib.sha256(json.dumps([belongs, case, first_world, kind], sort_keys=True).encode())
        for name in KINDS[kind]:
            array = np.ascontiguousarray(table[name])
            digest.update(f"{name} {array.dtype.str} {array.shape}".encode())
            digest.update(array.reshape(-1).view(np.uint8).data)
        return digest.hexdigest()

    # ---------------------------------------------------------------------------------------- reading

    def sums(self, case: str) -> Iterator[Part]:
        """The sums of the kept parts of a case in the order of worlds, and what came down in them, one by one."""
        return (_part_of(int(path.stem), self._read(path, ("sum", "fall"))) for path in self.paths(case))

    def worlds_kept(self, case: str) -> int:
        """How many worlds of a case are in parts."""
        return sum(self.length(int(path.stem)) for path in self.paths(case))

    def _read(self, path: Path, kinds: Collection[str]) -> dict[str, Table]:
        """The rows of some kinds of a part. Raises ResultsError where they are not whole, or of another study."""
        import duckdb

        case, first = path.parent.name, int(path.stem)
        try:
            seals, tables = _read(path, kinds)
        except (OSError, ValueError, duckdb.Error) as error:
            why = str(error).splitlines()[0] if str(error) else "it is empty"
            raise ResultsError(f"{path} is damaged: {why}; run the study again to go on") from None
        sound = all(seals.get(kind) == self._seal(case, first, kind, table) for kind, table in tables.items())
        if not sound or ("sum" in tables and self.length(first) != _worlds(tables["sum"])):
            raise ResultsError(f"{path} is damaged, or of another study; run the study again to go on")
        return tables

    def is_whole(self, path: Path) -> bool:
        """Whether a part has all that it was written with; what was found so is not read again while it stands."""
        try:
            now = _as_the_disk_has_it(path)
            if self._whole.get(path) != now:
                self._read(path, KINDS)
                self._whole[path] = now
        except (ResultsError, OSError):
            return False
        return True

    # ---------------------------------------------------------------------------------------- removing

    def drop_damaged(self, cases: Sequence[str], mine: Callable[[int], bool] = lambda _: True) -> int:
        """Remove parts, of those that begin with worlds that are `mine`, that are not whole, and tell; how many."""
        paths = [path for case in cases for path in self.paths(case) if mine(int(path.stem))]
        damaged = [path for path in paths if not self.is_whole(path)]
        for path in damaged:
            path.unlink(missing_ok=True)
            self.say(f"{path} was damaged; its worlds are played again.")
        return len(damaged)

    def drop_beyond(self, cases: Sequence[str], worlds: int) -> None:
        """Remove the parts of worlds from this number on, which a larger study has left."""
        for path in (path for case in cases for path in self.paths(case) if int(path.stem) >= worlds):
            path.unlink(missing_ok=True)

    def drop(self) -> None:
        """Remove the parts, and the folders that are empty then."""
        for path in self.folder.glob("*/*.parquet"):
            if path.stem.isdecimal() or path.name.startswith(writing.ASIDE):
                path.unlink(missing_ok=True)
        for folder in (*self.folder.glob("*/"), self.folder):
            writing.drop_abandoned(folder)
            with contextlib.suppress(OSError):  # something of somebody else's lies in it
                folder.rmdir()


def _as_the_disk_has_it(path: Path) -> tuple[int, ...]:
    """What changes where a file is written anew, or in place."""
    found = os.stat(path)
    return found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns


# ------------------------------------------------------------------------------------------------- files


def _write(path: Path, tables: Mapping[str, Table], seals: Mapping[str, str]) -> None:
    """A Parquet file of rows of several kinds; each has nulls where another kind has its columns."""
    with cursor() as connection:
        for kind, table in tables.items():
            connection.register(f"{kind}_rows", table)
        rows = " UNION ALL BY NAME ".join(f"SELECT {quoted(kind)} AS kind, * FROM {kind}_rows" for kind in tables)
        connection.execute(copied(rows, path, **seals))


def _read(path: Path, kinds: Collection[str]) -> tuple[dict[str, str], dict[str, Table]]:
    """The seals of a part, and its rows of those of some kinds that it has. Raises duckdb.Error or OSError."""
    with cursor() as connection:
        told = connection.execute(f"SELECT key, value FROM parquet_kv_metadata({named(path)})").fetchall()
        seals = {bytes(key).decode(): bytes(value).decode() for key, value in told}
        tables = {}
        for kind in (kind for kind in kinds if kind in seals):
            columns = ", ".join(f'"{name}"' for name in KINDS[kind])
            query = f"SELECT {columns} FROM {parquet(path)} WHERE kind = {quoted(kind)}"
            tables[kind] = connection.execute(query).fetchnumpy()
    if "sum" not in seals:
        raise ValueError("it has no sums")
    return seals, tables


# ------------------------------------------------------------------------------------ outcomes as rows


def _tables_of(part: Part) -> dict[str, Table]:
    """What came of some worlds as rows of each kind that there is."""
    there = (part.sums != 0) | (part.squares != 0)
    there.flat[[0, -1]] = True  # the first and the last tell how many there are
    world, plan, quantity = (index.astype(np.int32) for index in np.nonzero(there))
    tables = {"sum": {
        "world": world + np.int32(part.first_world), "plan": plan, "quantity": quantity,
        "sum": part.sums[there], "square": part.squares[there],
    }}  # fmt: skip
    if part.landed is not None and len(part.landed.outside):
        tables["fall"] = _fallen(part.landed, part.first_world)
    if part.threats is not None:
        tables["threat"] = part.threats
    return tables


def _part_of(first_world: int, tables: Mapping[str, Table]) -> Part:
    """Outcomes without threats from their rows."""
    from bartizan.studies.replicate import Part  # which imports the compiler: reading results can do without

    rows = tables["sum"]
    where = rows["world"] - rows["world"][0], rows["plan"], rows["quantity"]
    sums, squares = np.zeros((2, *(int(index[-1]) + 1 for index in where)))
    sums[where], squares[where] = rows["sum"], rows["square"]
    landed = _landed(tables["fall"], first_world) if "fall" in tables else None
    return Part(first_world, sums, squares, None, None, None, landed)


def _worlds(sums: Table) -> int:
    return int(sums["world"][-1] - sums["world"][0]) + 1


def _fallen(landed: Landed, first_world: int) -> Table:
    """Rows of what came down: of each world and kind of body the cells that have any, then beyond, then all assets."""
    worlds, bodies = landed.outside.shape
    cells = landed.cells.reshape(worlds, bodies, -1)
    there = np.nonzero(cells)
    asset = np.indices(landed.assets.shape)
    beyond = np.indices(landed.outside.shape)
    return {
        "world": np.concatenate([there[0], beyond[0].ravel(), asset[0].ravel()]).astype(np.int32) + first_world,
        "body": np.concatenate([there[1], beyond[1].ravel(), asset[1].ravel()]).astype(np.int32),
        "cell": np.concatenate([there[2], np.full(beyond[0].size, _BEYOND), _ASSET - asset[2].ravel()]).astype(
            np.int32
        ),
        "bodies": np.concatenate([cells[there], landed.outside.ravel(), landed.assets.ravel()]).astype(np.float64),
    }


def _landed(rows: Table, first_world: int) -> Landed:
    from bartizan.studies.falls import Landed
    from bartizan.world.landing import CELLS

    world, body, cell, bodies = rows["world"] - first_world, rows["body"], rows["cell"], rows["bodies"]
    shape = (int(world.max()) + 1, int(body.max()) + 1)
    landed = Landed(
        np.zeros((*shape, CELLS * CELLS), np.float32), np.zeros(shape), np.zeros((*shape, _ASSET - int(cell.min()) + 1))
    )
    for array, there, index in (
        (landed.cells, cell >= 0, cell), (landed.assets, cell <= _ASSET, _ASSET - cell),
    ):  # fmt: skip
        array[world[there], body[there], index[there]] = bodies[there]
    beyond = cell == _BEYOND
    landed.outside[world[beyond], body[beyond]] = bodies[beyond]
    return landed._replace(cells=landed.cells.reshape(*shape, CELLS, CELLS))
