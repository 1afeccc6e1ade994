"""What does not fit into memory is refused before memory is taken, with what would fit; and memory does not grow with
raids."""

from __future__ import annotations

import sys
from copy import deepcopy
from pathlib import Path

import numpy as np
import pytest
from tests.studies.test_study import SMALL

import bartizan
from bartizan.engine.survey import survey_one
from bartizan.ground import machine
from bartizan.ground.errors import UserError
from bartizan.physics import arrays
from bartizan.studies import memory
from bartizan.studies.replicate import design, parts
from bartizan.studies.skylines import skies
from bartizan.studies.value import shares
from bartizan.world import draw, pack


def against(units: int, threats: int):
    """Many units, many threats, and one raid of them."""
    content = deepcopy(SMALL)
    battery = content["units"][0]
    content["units"] = [battery | {"name": f"battery {k}", "at": {"east": 50 * k, "north": 500}} for k in range(units)]
    content["raids"] = [content["raids"][0]]
    content["raids"][0]["groups"][0]["count"] = threats
    return bartizan.load(content)


@pytest.fixture(scope="module")
def many():
    return against(60, 400)


def plays(scenario, worlds=1, raids=1):
    return [(case, design(case, worlds, raids, 0)) for case in scenario.cases]


def free(monkeypatch, gigabytes):
    monkeypatch.setattr(memory, "free_memory", lambda: 1e9 * gigabytes)


def test_what_is_told_to_be_taken_is_about_what_the_tables_take(many):
    case = many.cases[0]
    drawn = draw.worlds(many, 0, 0, 1)
    packed = pack.pack(many, case, drawn)
    sky = skies(many, packed, drawn.skies)[0]
    theatre = survey_one(arrays.world(packed, 0), sky, 0, 0, many.file.study.step.likely)
    used = theatre.sizes[0]
    taken = theatre.pairs.nbytes + theatre.slots.nbytes + 32 * used["looks"] + 16 * used["delays"] + 36 * used["net"]
    assert 1.0 < memory._of_tables(many, case) / taken < 2.0


def test_a_raid_with_no_room_is_refused_with_what_would_fit(many, monkeypatch):
    free(monkeypatch, 0.05)
    with pytest.raises(UserError, match=r"400 threats against 60 units take about 0\.1 GB") as told:
        next(iter(parts(many, plays(many), threads=1)))
    fits = int(str(told.value).split("about ")[-1].split()[0])
    fitting = against(60, fits)
    assert 0 < fits < 400
    assert memory.threads_that_fit(fitting, plays(fitting), 1, 1, rows=False) == 1


def test_no_kernel_runs_and_nothing_is_written_before_a_refusal(many, monkeypatch, tmp_path):
    free(monkeypatch, 0.05)
    with pytest.raises(UserError, match="would fit"):
        bartizan.study(many, tmp_path / "out", worlds=2, raids=2)
    assert not list(tmp_path.rglob("*.parquet"))


def test_as_many_threads_are_used_as_have_room(many, monkeypatch):
    need = memory._of_tables(many, many.cases[0])
    free(monkeypatch, 3.5 * need / memory._MAY_TAKE / 1e9)
    assert memory.threads_that_fit(many, plays(many), 8, 1, rows=False) == 3
    assert memory.threads_that_fit(many, plays(many), 2, 1, rows=False) == 2


def test_many_rows_of_threats_are_refused_with_what_keeps_none(monkeypatch):
    small = bartizan.load(SMALL)
    free(monkeypatch, 1.0)
    wanted = plays(small, raids=10_000_000)
    with pytest.raises(UserError, match=r"--sums-only would fit, or [0-9,]+ --raids"):
        memory.threads_that_fit(small, wanted, 1, 1, rows=True)
    assert memory.threads_that_fit(small, wanted, 4, 1, rows=False) == 4


def test_small_studies_ask_nobody(monkeypatch):
    small = bartizan.load(SMALL)
    free(monkeypatch, 0.0)
    assert memory.threads_that_fit(small, plays(small), 4, 16, rows=True) == 4


def test_limits_of_the_machine_a_container_and_a_shell_are_kept(monkeypatch, tmp_path):
    told = {"/proc/meminfo": "MemTotal: 9 kB\nMemAvailable:  2000000 kB\n", "/sys/fs/cgroup/memory.max": "1500000000\n",
            "/sys/fs/cgroup/memory.current": "600000000\n",
            "/sys/fs/cgroup/memory.stat": "anon 5\ninactive_file 100000000\n",
            "/proc/self/cgroup": "4:memory:/other\n0::/\n"}  # fmt: skip

    def read(path: Path) -> str:
        if str(path) not in told:
            raise FileNotFoundError
        return told[str(path)]

    monkeypatch.setattr(machine, "_address_space", lambda: iter(()))
    monkeypatch.setattr(machine.Path, "read_text", read)
    assert machine.free_memory() == 1e9
    told["/proc/self/cgroup"] = "0::/slurmstepd.scope/job_7/step_0\n"
    job = "/sys/fs/cgroup/slurmstepd.scope/job_7"
    told |= {f"{job}/memory.max": "800000000\n", f"{job}/memory.current": "50000000\n",
             f"{job}/step_0/memory.max": "max\n"}  # fmt: skip
    assert machine.free_memory() == 7.5e8
    told[f"{job}/step_0/memory.max"] = "600000000\n"
    assert machine.free_memory() == 6e8
    told["/proc/self/cgroup"], told["/sys/fs/cgroup/memory.max"] = "0::/\n", "max\n"
    assert machine.free_memory() == 2000000 * 1024
    monkeypatch.setattr(machine, "_address_space", lambda: iter((5e8,)))
    assert machine.free_memory() == 5e8


def test_where_nothing_is_told_of_memory_everything_fits(monkeypatch, tmp_path):
    monkeypatch.setattr(machine, "_address_space", lambda: iter(()))
    monkeypatch.setattr(machine, "Path", lambda name: Path(tmp_path) / name.strip("/"))
    assert machine.free_memory() == float("inf")


def test_luck_is_the_same_in_one_piece_and_in_many(monkeypatch):
    rest, span = np.random.default_rng(1).normal(size=96), np.random.default_rng(2).normal(size=(96, 3))
    (whole,) = shares._luck(rest, [span])
    monkeypatch.setattr(shares, "_ROOM", 1000)
    (pieces,) = shares._luck(rest, [span])
    np.testing.assert_array_equal(whole, pieces)
    np.testing.assert_allclose(whole, ((rest[shares.orders(96)] @ span) ** 2).sum(axis=1))


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux says how much memory a process has at this moment")
def test_memory_does_not_grow_with_raids(tmp_path):
    from bartizan.studies.study import Handling

    small, pages, taken = bartizan.load(SMALL), Path("/proc/self/statm"), []
    for raids in (256, 256, 20_000):
        how = Handling(keep="sums")
        bartizan.study(
            small, tmp_path / f"{len(taken)}", worlds=4, raids=raids, threads=1, how=how, raids_named=["few"]
        )
        taken.append(int(pages.read_text().split()[1]) * 4096)
    assert taken[2] - taken[1] < 20e6
