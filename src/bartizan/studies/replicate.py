"""Playing a case: worlds by raids on all cores, in any order, with the same answer to the bit."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple, TypeVar

import numpy as np

from bartizan.engine import layout
from bartizan.engine.gunnery import Gunnery
from bartizan.engine.layout import Block, State
from bartizan.engine.play import play
from bartizan.engine.survey import Surveyor, survey_one
from bartizan.engine.tally import COSTS, Columns, Counted, tally
from bartizan.ground.errors import BartizanError, UserError
from bartizan.ground.machine import cores
from bartizan.ground.showing import Plotted
from bartizan.physics import arrays
from bartizan.physics.arrays import Packed
from bartizan.physics.sight import Sky
from bartizan.studies import costs
from bartizan.studies.documents.cases import Cost
from bartizan.studies.documents.tables import OUTCOMES
from bartizan.studies.estimate import Estimate, Sums
from bartizan.studies.falls import RAIDS_FOLLOWED, WORLDS_FOLLOWED, Follower, Landed
from bartizan.studies.memory import BLOCK_RAIDS, threads_that_fit
from bartizan.studies.skylines import skies, worlds_at_once
from bartizan.studies.table import Table
from bartizan.world import course, draw, pack, prices
from bartizan.world.cases import Case
from bartizan.world.scenario import Scenario

#: Routes surveyed for a world, at least: split into plans of one raid's routes each.
ROUTES_PER_WORLD = 24
MAX_SEED = 2**32 - 1

Result = TypeVar("Result")
#: Blocks of what is kept of raids and threats, by name.
Kept = dict[str, list[np.ndarray]]


@dataclass(frozen=True)
class Design:
    """How many worlds and raids of a case are played, and in how many plans the raids of a world are laid out."""

    worlds: int
    raids: int
    seed: int
    plans: int

    def first_raids(self) -> np.ndarray:
        """The first raid of each plan, and the number of raids at the end; shape (plans + 1,)."""
        return np.arange(self.plans + 1) * self.raids // self.plans


#: Raids of a case, which are a number of 4 bytes each where they are kept.
MOST_RAIDS = 1_000_000_000


def design(case: Case, worlds: int, raids: int, seed: int) -> Design:
    """The design for a case. Two plans or more, so that the luck of routes can be told from the world's part; as many
    raids in each, where the number of raids has a divisor near."""
    for what, number in (("worlds", worlds), ("raids", raids)):
        if number < 1:
            raise UserError(f"{what} must be 1 or more, not {number}")
    if worlds * raids > MOST_RAIDS:
        raise UserError(f"{worlds} worlds of {raids} raids are {worlds * raids:,} raids; {MOST_RAIDS:,} fit")
    if not 0 <= seed <= MAX_SEED:
        raise UserError(f"seed must lie between 0 and {MAX_SEED}, not {seed}")
    wanted = min(raids, max(2, -(-ROUTES_PER_WORLD // case.size)))
    even = (plans for plans in range(wanted, min(raids, 2 * wanted) + 1) if raids % plans == 0)
    return Design(worlds, raids, seed, next(even, wanted))


@dataclass(frozen=True)
class Part:
    """Outcomes of some worlds of a case: sums for each world and plan, and what a caller asked to keep of each raid."""

    first_world: int
    sums: np.ndarray  # f8 (worlds, plans, M): see engine.tally.Columns
    squares: np.ndarray  # f8 (worlds, plans, M)
    leakers: np.ndarray | None  # i4 (worlds, raids)
    shots: np.ndarray | None  # i4 (worlds, raids)
    threats: dict[str, np.ndarray] | None  # columns with a row for each threat, by world and raid
    landed: Landed | None = None  # what came down, in the worlds that are followed to the ground


def joined(found: Sequence[Part]) -> tuple[np.ndarray, np.ndarray]:
    """The sums and squares of parts in a row, (worlds, plans, M) each."""
    return np.concatenate([p.sums for p in found]), np.concatenate([p.squares for p in found])


@dataclass(frozen=True, repr=False)
class Outcomes(Plotted):
    """What came of one case. `leakers` and `shots` are (worlds, raids) integers: threats that reached their target,
    and missiles and gun bursts fired. `sums` and `squares` hold all else, by world and plan (`columns` says where)."""

    scenario: Scenario
    case: Case
    design: Design
    columns: Columns
    leakers: np.ndarray
    shots: np.ndarray
    sums: np.ndarray
    squares: np.ndarray

    def __repr__(self) -> str:
        worlds, raids = self.leakers.shape
        return f"<Outcomes of {self.scenario.name}, {self.case.name}: {worlds} worlds of {raids} raids>"

    @cached_property
    def total(self) -> np.ndarray:
        """Sums over all worlds and raids, shape (M,)."""
        return self.sums.sum(axis=(0, 1))

    @cached_property
    def leak(self) -> Estimate:
        """The share of threats that gets through, with its interval and its range over worlds."""
        return self._sums(self.columns.leaked).fraction(self.case.size)

    @cached_property
    def cost(self) -> Cost | None:
        """What a raid costs, as summary.json has it; None where nothing has a price."""
        return costs.of_case(self.scenario, self.case, self.columns, self._sums)

    def _sums(self, column: int) -> Sums:
        raids = np.broadcast_to(np.diff(self.design.first_raids()), self.sums.shape[:2])
        return Sums(self.sums[:, :, column], self.squares[:, :, column], raids)

    def table(self) -> Table:
        """A row for each raid, for libraries of frames."""
        columns = (*np.indices(self.leakers.shape), self.leakers, self.shots)
        names = (column.name for column in OUTCOMES.columns)
        return Table(
            OUTCOMES, {name: column.astype(np.int64).ravel() for name, column in zip(names, columns, strict=True)}
        )


def columns_of(scenario: Scenario, case: Case) -> Columns:
    """The layout of sums for a case."""
    effectors = sum(len(u.system.effectors) for u in scenario.units)
    counts = (len(scenario.assets), len(case.groups), effectors, len(scenario.units), len(case.traffic))
    sides = 2 if case.friendly else 1
    return Columns(*counts, sides, times=len(course.times_s(scenario, case)), priced=prices.is_priced(scenario, case))


def traffic_of(case: Case) -> np.ndarray:
    """Which of the case's neutral groups each group is, (G,); -1 for threats."""
    numbers = np.full(len(case.groups), -1)
    numbers[case.traffic] = np.arange(len(case.traffic))
    return numbers


class Player:
    """Plays worlds of one case in memory of its own; one per thread, whose players may share `gunnery`."""

    def __init__(
        self, scenario: Scenario, case: Case, plan: Design, keep: frozenset[str], gunnery: Gunnery | None = None
    ) -> None:
        self.scenario, self.case, self.design, self.keep = scenario, case, plan, keep
        self.columns = columns_of(scenario, case)
        self.surveyor = Surveyor(case.routes, scenario.file.study.step.likely, gunnery)
        self.state: State | None = None
        self.block: Block | None = None
        self.row = np.zeros(self.columns.count)
        self.starts = self.columns.starts()
        self.first_raids = plan.first_raids().tolist()
        self.to_the_end = False  # of the world that is open, whether its raids go on once all is settled
        self.times_s = course.times_s(scenario, case)
        friendly = np.array([wave.friendly for wave in case.groups])
        self.counted = Counted(case.group_of, traffic_of(case), friendly, prices.nothing(scenario, case))
        self.follower = Follower(scenario) if "falls" in keep else None

    def worlds(self, drawn: draw.Worlds, packed: Packed, sky: Sequence[Sky]) -> Part:
        """Outcomes of a block of worlds."""
        first, count = int(drawn.indices[0]), len(drawn)
        shape = (count, self.design.plans, self.columns.count)
        sums, squares = np.zeros(shape), np.zeros(shape)
        kept: Kept = {name: [] for name in _KEPT}
        priced = prices.drawn(drawn, self.scenario, self.case) if self.columns.priced else None
        for w in range(count):
            self._open(world := arrays.world(packed, w), sky[w])
            if priced is not None:
                self.counted = self.counted._replace(prices=priced.of_world(w))
            follower = self.follower if first + w < WORLDS_FOLLOWED else None
            if follower is not None:
                follower.open(world)
            self._world(world, first + w, sums[w], squares[w], kept, follower)
            if follower is not None:
                follower.close(drawn, w)
        per_raid = (count, self.design.raids)
        return Part(
            first, sums, squares,
            np.concatenate(kept["leakers"]).reshape(per_raid) if "raids" in self.keep else None,
            np.concatenate(kept["shots"]).reshape(per_raid) if "raids" in self.keep else None,
            self._threats(first, count, kept) if "threats" in self.keep else None,
            self.follower.landed() if self.follower is not None else None,
        )  # fmt: skip

    def layouts(self, world: Packed, index: int, sky: Sky, present: np.ndarray) -> list[tuple[np.ndarray, Kept]]:
        """Sums (plans, M) of one world, and what is kept of its threats, for each layout of its units: of those that
        are there at all it has which `present` (L, units) bool says, all else and all luck the same."""
        self._open(world, sky)
        sums, squares = np.zeros((2, len(present), self.design.plans, self.columns.count))
        kept: list[Kept] = [{name: [] for name in _KEPT} for _ in present]
        for plan in range(self.design.plans):
            for number, (units, theatre) in enumerate(self.surveyor.layouts(world, index, plan, present)):
                of = sums[number, plan], squares[number, plan]
                self._plan(units, theatre, index, plan, of, kept[number], None)
        return list(zip(sums, kept, strict=True))

    def _open(self, world: Packed, sky: Sky) -> None:
        """Begin with a world."""
        self.surveyor.open(world, sky)
        self.to_the_end = bool((world.units["kill_called_miss"] > 0).any())

    def _world(
        self,
        world: Packed,
        index: int,
        sums: np.ndarray,
        squares: np.ndarray,
        kept: Kept,
        follower: Follower | None,
    ) -> None:
        for plan in range(self.design.plans):
            theatre = self.surveyor.survey(world, index, plan)
            self._plan(world, theatre, index, plan, (sums[plan], squares[plan]), kept, follower)

    def _plan(
        self,
        world: Packed,
        theatre: layout.Theatre,
        index: int,
        plan: int,
        of: tuple[np.ndarray, np.ndarray],
        kept: Kept,
        follower: Follower | None,
    ) -> None:
        """Play the raids of a plan and add them to `of`, its sums and squares."""
        raid, end = self.first_raids[plan : plan + 2]
        self._make_room(world, theatre)
        followed = 0 if follower is None else min(RAIDS_FOLLOWED, end - raid)
        while raid < end:
            rows = min(BLOCK_RAIDS, followed or end - raid)
            self._play(world, theatre, index, raid, rows, bool(followed))
            if followed and follower is not None and self.block is not None:
                follower.add(world, theatre, self.block, index, raid, rows)
                followed -= rows
            tally(self.block, rows, self.counted, self.starts, self.row, *of)
            self._keep(rows, kept)
            raid += rows
        if self.columns.priced:  # of all raids, these are a sample: which one is last depends on nothing in it
            of[0][self.columns.sampled :] = self.row[self.columns.costs :][: len(COSTS)]

    def _play(self, world: Packed, theatre: layout.Theatre, index: int, raid: int, rows: int, log: bool) -> None:
        """Play a block of raids; with `log` every launch is kept: where there was no room, it is played again."""
        while True:
            assert self.block is not None
            block = self.block if log else self.block._replace(launches=self.block.launches[:0])
            play(world, theatre, self.state, block, index, raid, rows, self.to_the_end)
            _check_agenda(self.state)
            fired = int(self.block.launched[0])
            if not log or fired <= len(self.block.launches):
                return
            self.block = self.block._replace(launches=arrays.records(2 * fired, layout.LAUNCH))

    def _make_room(self, world: Packed, theatre: layout.Theatre) -> None:
        if self.state is None or len(self.state.ready) < len(theatre.queue_pair):
            self.state = layout.new_state(world, theatre)
        if self.block is None:
            raids = min(BLOCK_RAIDS, self.design.raids)
            self.block = layout.new_block(raids, self.case.routes, world, self.times_s)

    def _keep(self, rows: int, kept: Kept) -> None:
        block = self.block
        assert block is not None
        if "raids" in self.keep:
            kept["leakers"].append((block.fate[:rows] == layout.LEAKED).sum(axis=1, dtype=np.int32))
            kept["shots"].append(block.shots[:rows].sum(axis=1, dtype=np.int32))
        if "threats" in self.keep:
            for name, of_block in _THREATS.items():
                kept[name].append(getattr(block, of_block)[:rows].flatten())

    def _threats(self, first_world: int, worlds: int, kept: Kept) -> dict[str, np.ndarray]:
        """A row for each threat of all raids of some worlds."""
        world, raid, threat = np.indices((worlds, self.design.raids, self.case.routes), np.int32)
        numbers = {"world": world + np.int32(first_world), "raid": raid, "threat": threat}
        return {name: of.ravel() for name, of in numbers.items()} | {n: np.concatenate(kept[n]) for n in _THREATS}


#: What is kept of each threat, and what a block calls it.
_THREATS = {
    "fate": "fate", "cause": "cause", "fired": "shots", "time": "time", "asset": "asset", "by": "by",
    "jammed": "jammed",
}  # fmt: skip
_KEPT = ("leakers", "shots", *_THREATS)


def _check_agenda(state: State | None) -> None:
    """Raise if an event of a raid had no room: what was played is then wrong."""
    if state is not None and state.size[1]:
        raise BartizanError("the agenda of a raid overflowed: please report this scenario")


def parts(
    scenario: Scenario,
    plays: Sequence[tuple[Case, Design]],
    *,
    threads: int | None = None,
    keep: frozenset[str] = frozenset(),
    skip: Callable[[str, int], bool] = lambda case, first: False,
    chunk: int | None = None,
    done: Callable[[str, Part], object] = lambda case, part: None,
) -> Iterator[tuple[str, Part]]:
    """Play cases in the same worlds on `threads` threads: (case name, part), as they are finished, and after `done` was
    called with them on the thread that played them.

    `keep` may hold "raids" (leakers and shots of each raid), "threats" (a row for each threat) and "falls" (what came
    down). Parts of `chunk` worlds that `skip` (case name, first world) accepts are left out. The answer does not depend
    on threads or chunks. Fewer threads are used where memory has no room for all; UserError says what would fit.
    """
    threads = threads or cores()
    worlds, seed = plays[0][1].worlds, plays[0][1].seed
    even = worlds if threads == 1 else worlds // (4 * threads)  # a thread that is done early finds work
    chunk = chunk or max(1, min(32, even, worlds_at_once(scenario)))
    threads = threads_that_fit(scenario, plays, threads, chunk, rows="threats" in keep)
    local = threading.local()

    def work(first: int) -> list[tuple[str, Part]]:
        if not hasattr(local, "players"):
            gunnery = Gunnery()
            local.players = [Player(scenario, case, plan, keep, gunnery) for case, plan in plays]
        players = [p for p in local.players if not skip(p.case.name, first)]
        if not players:  # somebody else has played it meanwhile
            return []
        drawn = draw.worlds(scenario, seed, first, min(chunk, worlds - first))
        packer = pack.Packer(scenario, drawn)
        packed = [(p, packer.case(p.case)) for p in players]
        sky = skies(scenario, packed[0][1], drawn.skies)
        return [finished(p.case.name, p.worlds(drawn, worlds_, sky)) for p, worlds_ in packed]

    def finished(case: str, part: Part) -> tuple[str, Part]:
        done(case, part)
        return case, part

    firsts = [f for f in range(0, worlds, chunk) if not all(skip(case.name, f) for case, _ in plays)]
    played = map(work, firsts) if threads == 1 else _as_completed(work, firsts, threads)
    for found in played:
        yield from found


def _as_completed(work: Callable[[int], Result], firsts: list[int], threads: int) -> Iterator[Result]:
    """Results as they come, with no more work submitted than keeps the threads busy, so that an interrupt is quick."""
    waiting = iter(firsts)
    with ThreadPoolExecutor(threads) as pool:
        running: set[Future[Result]] = set()
        try:
            while True:
                for first in waiting:
                    running.add(pool.submit(work, first))
                    if len(running) > threads:
                        break
                if not running:
                    return
                done, running = wait(running, return_when=FIRST_COMPLETED)
                for future in done:
                    yield future.result()
        finally:
            for future in running:
                future.cancel()


def run(
    scenario: Scenario,
    *,
    raid: str | None = None,
    worlds: int | None = None,
    raids: int | None = None,
    seed: int = 0,
    threads: int | None = None,
    chunk: int | None = None,
) -> Outcomes:
    """Play one raid of a scenario (its first unless `raid` names another) in `worlds` worlds, `raids` times in each.

    The same seed gives the same outcomes to the bit, on any number of threads.
    """
    case = scenario.case(raid) if raid else scenario.cases[0]
    study = scenario.file.study
    plan = design(case, study.worlds if worlds is None else worlds, study.raids if raids is None else raids, seed)
    columns = columns_of(scenario, case)
    shape = (plan.worlds, plan.plans, columns.count)
    sums, squares = np.zeros(shape), np.zeros(shape)
    leakers, shots = (np.zeros((plan.worlds, plan.raids), np.int32) for _ in range(2))
    for _, part in parts(scenario, [(case, plan)], threads=threads, keep=frozenset({"raids"}), chunk=chunk):
        rows = slice(part.first_world, part.first_world + len(part.sums))
        sums[rows], squares[rows] = part.sums, part.squares
        assert part.leakers is not None
        assert part.shots is not None
        leakers[rows], shots[rows] = part.leakers, part.shots
    return Outcomes(scenario, case, plan, columns, leakers, shots, sums, squares)


class PlayedRaid(NamedTuple):
    """One raid with all that it was played with and all that came of it."""

    world: Packed
    theatre: layout.Theatre
    block: Block  # of this raid alone
    events: np.ndarray  # rows of engine.layout.EVENT in the order of time


def journal(
    scenario: Scenario,
    *,
    raid: str | None = None,
    world: int = 0,
    index: int = 0,
    raids: int | None = None,
    seed: int = 0,
) -> np.ndarray:
    """What happened in one raid: rows of engine.layout.EVENT in the order of time.

    It is raid number `index` of world number `world` of the study that `run` plays with the same seed and `raids`.
    """
    case = scenario.case(raid) if raid else scenario.cases[0]
    raids = scenario.file.study.raids if raids is None else raids
    return play_one(scenario, case, design(case, 1, raids, seed), world, index).events


def play_one(
    scenario: Scenario, case: Case, plan: Design, world: int, index: int, drawn: draw.Worlds | None = None
) -> PlayedRaid:
    """Raid number `index` of world number `world`, as `plan` lays out the raids of a world; the world as it was
    `drawn`, where that was done otherwise than a study does it."""
    if not 0 <= index < plan.raids:
        raise UserError(f"the raid must lie between 0 and {plan.raids - 1}, not {index}")
    if world < 0:
        raise UserError(f"the world must be 0 or more, not {world}")
    worlds = pack.pack(scenario, case, drawn or draw.worlds(scenario, plan.seed, world, 1))
    number = int(np.searchsorted(plan.first_raids(), index, side="right")) - 1
    packed, sky = arrays.world(worlds, 0), skies(scenario, worlds, np.array([world]))[0]
    theatre = survey_one(packed, sky, world, number, scenario.file.study.step.likely)
    to_the_end = bool((packed.units["kill_called_miss"] > 0).any())
    rows = 4096
    while True:
        state, block = layout.new_state(packed, theatre, rows), layout.new_block(1, case.routes, packed)
        play(packed, theatre, state, block, world, index, 1, to_the_end)
        _check_agenda(state)
        if state.written[0] < rows:
            events = np.asarray(state.journal[: state.written[0]])
            return PlayedRaid(packed, theatre, block, events[np.argsort(events["time"], kind="stable")])
        rows *= 4
