"""A batch of worlds as a pure function of plain data: all that an engine for many machines has to know."""

from __future__ import annotations

import tempfile
from collections.abc import Collection, Iterator
from pathlib import Path

from bartizan.studies.asked import Asked, Job
from bartizan.studies.parts import Parts
from bartizan.studies.replicate import Part, parts


def batch(job: Job, number: int, cases: Collection[str] | None = None) -> tuple[int, dict[str, bytes]]:
    """The parts of batch `number`, from 0, of the worlds of a job, those of `cases` or of all: that number, and by case
    the bytes of a Parquet file.

    Nothing decides them but what is given: any process on any machine gives the same rows, at any time, and again.
    """
    wanted = job.asked()
    chosen = set(wanted.identity["cases"] if cases is None else cases)
    first = number * wanted.identity["worlds_a_part"]
    with tempfile.TemporaryDirectory() as aside:
        kept = Parts(Path(aside), wanted.identity)
        for case, part in _played(wanted, first, chosen):
            kept.save(case, part)
        return number, {path.parent.name: path.read_bytes() for case in sorted(chosen) for path in kept.paths(case)}


def _played(wanted: Asked, first_world: int, cases: Collection[str]) -> Iterator[tuple[str, Part]]:
    return parts(
        wanted.scenario, wanted.plays, threads=1, keep=wanted.kept, chunk=wanted.identity["worlds_a_part"],
        skip=lambda case, first: first != first_world or case not in cases,
    )  # fmt: skip
