"""A study in shares: the same answer as from one process, whoever plays what, when, how often, and whatever dies."""

from __future__ import annotations

import json
import multiprocessing
import os
import random
import shutil
import signal
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from tests.studies.test_study import SMALL

import bartizan
from bartizan.ground.errors import ResultsError, UserError
from bartizan.ground.lock import NAME
from bartizan.studies.asked import Job, asked
from bartizan.studies.filling import Progress
from bartizan.studies.sharing import Share, join, play_batch, play_share
from bartizan.studies.study import Handling

HOW = {"worlds": 72, "raids": 4, "seed": 3}
SHARES = 3
KILLS = 20


@pytest.fixture(scope="module")
def wanted():
    return asked(bartizan.load(SMALL), **HOW)


@pytest.fixture(scope="module")
def alone(wanted, tmp_path_factory):
    """What one process finds."""
    return answer(bartizan.study(wanted.scenario, tmp_path_factory.mktemp("alone") / "out", **HOW))


@pytest.fixture(scope="module")
def played(wanted, tmp_path_factory):
    """A folder with all shares, not joined."""
    out = tmp_path_factory.mktemp("played") / "out"
    for k in range(SHARES):
        share(wanted, out, k + 1)
    return out


@pytest.fixture
def shares(played, tmp_path):
    return Path(shutil.copytree(played, tmp_path / "out"))


def answer(results):
    return json.dumps([results.summary["cases"], results.summary["files"]], sort_keys=True)


def share(wanted, out, number, of=SHARES, how=Handling()):  # noqa: B008
    return play_share(wanted, out, Share(number, of), 1, how)


def files(out):
    return sorted(str(path.relative_to(out)) for path in out.rglob("*") if path.is_file())


@pytest.mark.parametrize("of", [1, 2, 4, 9])
def test_shares_in_any_order_are_what_one_process_finds(wanted, alone, tmp_path, of):
    order = random.Random(of).sample(range(1, of + 1), of)
    for number in order:
        assert share(wanted, tmp_path / "out", number, of)
    assert answer(join([tmp_path / "out"])) == alone
    assert NAME not in files(tmp_path / "out")


def test_every_part_is_in_exactly_one_share():
    for of in range(1, 9):
        for first in range(0, 40 * 16, 16):
            assert sum(Share(k + 1, of).mine(16)(first) for k in range(of)) == 1


def test_shares_in_folders_of_their_own_are_joined_and_stay_as_they_were(wanted, alone, tmp_path):
    folders = [tmp_path / f"share-{k}" for k in range(SHARES)]
    for k, folder in enumerate(folders):
        share(wanted, folder, k + 1)
    before = [files(folder) for folder in folders]
    assert answer(join(folders, tmp_path / "whole")) == alone
    assert [files(folder) for folder in folders] == before
    assert answer(join(folders[::-1])) == alone


def test_to_join_twice_is_to_join_once(alone, shares):
    first = join([shares])
    stamp = (shares / "summary.json").stat().st_mtime_ns
    assert answer(join([shares])) == answer(first) == alone
    assert (shares / "summary.json").stat().st_mtime_ns == stamp


def test_a_share_that_comes_when_all_is_done_plays_nothing(wanted, shares):
    join([shares])
    before = files(shares)
    assert share(wanted, shares, 2) is False
    assert files(shares) == before


def test_a_lost_part_is_named_and_only_it_is_played_again(wanted, alone, shares):
    (shares / "parts" / "few" / "0000016.parquet").unlink()
    with pytest.raises(ResultsError, match="1 of 15 parts are missing, of worlds 16 to 31"):
        join([shares])
    seen: list[Progress] = []
    share(wanted, shares, 2, how=Handling(progress=seen.append))
    assert seen[-1].raids_done - seen[0].raids_done == 16 * HOW["raids"]
    assert answer(join([shares])) == alone


def test_a_folder_is_called_as_it_was_named_and_no_other_letter_changes(shares, monkeypatch):
    (shares / "parts" / "few" / "0000016.parquet").unlink()
    shares.rename(shares.parent / "a")
    monkeypatch.chdir(shares.parent)
    for written in ("a", "./a", "a/"):
        with pytest.raises(ResultsError, match=r"^a: 1 of 15 parts are missing, of worlds 16 to 31; start the shares "):
            join([written])


def test_a_damaged_part_is_dropped_named_and_played_again(wanted, alone, shares, tmp_path):
    part = shares / "parts" / "grow-6" / "0000032.parquet"
    part.write_bytes(part.read_bytes()[:-100])
    said: list[str] = []
    with pytest.raises(ResultsError, match="of worlds 32 to 47"):
        join([shares], tmp_path / "elsewhere", Handling(say=said.append))
    assert "is damaged, and left out" in said[0]
    share(wanted, shares, 3)
    assert answer(join([shares])) == alone


def test_a_part_of_another_study_is_never_taken_for_one_of_this(wanted, shares, tmp_path):
    other = asked(wanted.scenario, **{**HOW, "seed": 4})
    share(other, tmp_path / "other", 1)
    shutil.copy(tmp_path / "other" / "parts" / "few" / "0000000.parquet", shares / "parts" / "few")
    with pytest.raises(ResultsError, match="of worlds 0 to 15"):
        join([shares])


def test_workers_that_come_late_play_what_is_left_beside_those_at_work(wanted, alone, tmp_path):
    out = tmp_path / "out"
    with ThreadPoolExecutor(4) as pool:
        at_work = [pool.submit(share, wanted, out, k + 1) for k in range(2)]
        late = [pool.submit(share, wanted, out, number, of) for number, of in ((3, 3), (1, 1))]
        assert all(worker.result() for worker in at_work + late)
    assert answer(join([out])) == alone


def test_what_is_not_of_one_study_is_not_joined(wanted, shares, tmp_path):
    changed = json.loads(json.dumps(SMALL))
    changed["units"][0]["system"]["channels"] = 2
    share(asked(bartizan.load(changed), **HOW), tmp_path / "changed", 1)
    with pytest.raises(ResultsError, match=r"different: the scenario, the catalogue, or a file that they name\)"):
        join([shares, tmp_path / "changed"])
    share(asked(wanted.scenario, **{**HOW, "worlds": 80}), tmp_path / "more", 1)
    with pytest.raises(ResultsError, match=r"different: worlds"):
        join([shares, tmp_path / "more"])
    with pytest.raises(ResultsError, match="holds no study"):
        join([shares, tmp_path])


def test_a_share_of_another_study_is_refused(wanted, shares):
    for other in ({"seed": 4}, {"worlds": 80}, {"raids": 5}, {"keep": "sums"}):
        with pytest.raises(ResultsError, match="holds another study"):
            share(asked(wanted.scenario, **{**HOW, **other}), shares, 1)


@pytest.fixture
def of_another_version(shares):
    study = json.loads((shares / "study.json").read_text())
    (shares / "study.json").write_text(json.dumps(study | {"bartizan": "0.0.9"}))
    return shares


def test_versions_are_not_mixed(wanted, of_another_version, played):
    with pytest.raises(ResultsError, match=r"was begun by Bartizan 0\.0\.9"):
        join([of_another_version])
    with pytest.raises(ResultsError, match=r"was begun by Bartizan 0\.0\.9"):
        join([played, of_another_version])
    with pytest.raises(ResultsError, match="different: the version of Bartizan"):
        share(wanted, of_another_version, 1)
    job = Job.of(wanted)
    with pytest.raises(ResultsError, match="the version of Bartizan"):
        play_batch(Job({**job.identity, "bartizan": "0.0.9"}, job.written, job.beside), 0, played)


def test_while_shares_are_played_nobody_finishes_the_study_and_while_it_is_finished_nobody_plays(wanted, tmp_path):
    out, refused = tmp_path / "out", []

    def meanwhile(now: Progress) -> None:
        if now.raids_done and not refused:
            for finish in (lambda: join([out]), lambda: bartizan.study(wanted.scenario, out, **HOW)):
                with pytest.raises(UserError, match=f"is being written by process {os.getpid()}") as told:
                    finish()
                refused.append(told)

    share(wanted, out, 1, how=Handling(progress=meanwhile))
    assert len(refused) == 2


def test_a_share_stops_where_its_folder_is_taken_away(wanted, tmp_path):
    def remove(now: Progress) -> None:
        if now.raids_done and (tmp_path / "out").exists():
            shutil.rmtree(tmp_path / "out")

    with pytest.raises((ResultsError, OSError)):
        share(wanted, tmp_path / "out", 1, how=Handling(progress=remove))


@pytest.mark.parametrize("text", ["0/3", "4/3", "1", "1/", "/2", "a/b", "-1/2", "1/0", "1.0/2", ""])
def test_what_is_no_share_is_refused(text):
    with pytest.raises(UserError, match=r"share .*/"):
        Share.parse(text)


def test_a_study_that_looks_at_all_its_worlds_is_not_shared(tmp_path):
    from bartizan.studies.stopping import Stopping

    with pytest.raises(UserError, match="narrow enough"):
        share(asked(bartizan.load(SMALL), worlds=Stopping(0.1, 64), raids=4), tmp_path / "out", 1)


def test_a_batch_is_played_from_plain_data_and_again_for_nothing(wanted, alone, tmp_path):
    job = Job.of(wanted)
    again = Job(*json.loads(json.dumps([job.identity, job.written, job.beside])))
    assert [play_batch(again, number, tmp_path / "out") for number in reversed(range(job.parts))] == [4, 3, 2, 1, 0]
    before = {name: (tmp_path / "out" / name).stat().st_mtime_ns for name in files(tmp_path / "out")}
    play_batch(again, 2, tmp_path / "out")
    assert {name: (tmp_path / "out" / name).stat().st_mtime_ns for name in before} == before
    assert answer(join([tmp_path / "out"])) == alone


def test_sums_alone_give_the_same_estimates_and_no_row_for_each_threat(wanted, alone, tmp_path):
    sums = asked(wanted.scenario, **HOW, keep="sums")
    for k in range(2):
        share(sums, tmp_path / "out", k + 1, of=2)
    joined = join([tmp_path / "out"])
    assert json.dumps(joined.summary["cases"], sort_keys=True) == json.dumps(json.loads(alone)[0], sort_keys=True)
    assert not (joined.path / "threats.parquet").exists()
    assert {k: v for k, v in json.loads(alone)[1].items() if k != "threats.parquet"} == joined.summary["files"]


# ------------------------------------------------------------------------------------------------- kill -9


def work(job: Job, out: str, number: int) -> None:
    """A process that plays a share."""
    play_share(job.asked(), out, Share(number, SHARES), 1, Handling())


def test_whatever_dies_at_whatever_moment_the_answer_is_the_same(wanted, alone, tmp_path):
    """Processes are killed with -9 at random moments of their work, and others started; files are lost meanwhile."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["bartizan.studies.sharing"])
    job, out, luck, killed = Job.of(wanted), tmp_path / "out", random.Random(1), 0
    while killed < KILLS:
        process = context.Process(target=work, args=(job, str(out), luck.randint(1, SHARES)), daemon=True)
        process.start()
        process.join(luck.uniform(0.2, 1.2))
        if process.is_alive():
            os.kill(process.pid, signal.SIGKILL)
            killed += 1
        process.join()
        for part in luck.sample(parts := sorted(out.rglob("*.parquet")), len(parts) // 2):  # so that there is work
            part.unlink()
    for k in range(SHARES):
        share(wanted, out, k + 1)
    assert answer(join([out])) == alone
    assert not (out / "parts").exists()
    assert not [name for name in files(out) if ".bartizan-" in name]
