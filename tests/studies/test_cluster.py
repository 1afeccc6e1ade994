"""A study played by Dask's workers, and into an object store: the same answer as one process, whatever is killed."""

from __future__ import annotations

import json
import os
import signal
import socket

import pytest
from tests.studies.test_study import SMALL

import bartizan
from bartizan.ground.errors import ResultsError, UserError
from bartizan.studies.asked import Job, asked
from bartizan.studies.batch import batch
from bartizan.studies.filling import Progress
from bartizan.studies.sharing import Share, join, play_batch, play_by_dask, play_share
from bartizan.studies.stores import Store, name_of
from bartizan.studies.study import Handling

distributed = pytest.importorskip("distributed", reason="the extra `cluster` is not installed")
HOW = {"worlds": 72, "raids": 4, "seed": 3}
NOBODY = "tcp://127.0.0.1:9"


@pytest.fixture(scope="module")
def wanted():
    return asked(bartizan.load(SMALL), **HOW)


@pytest.fixture(scope="module")
def alone(wanted, tmp_path_factory):
    """What one process finds."""
    return answer(bartizan.study(wanted.scenario, tmp_path_factory.mktemp("alone") / "out", **HOW))


def answer(results):
    return json.dumps([results.summary["cases"], results.summary["files"]], sort_keys=True)


@pytest.fixture(scope="module")
def bucket():
    """An S3 server of this machine with a bucket in it, and how to reach it for all who are started from here."""
    pytest.importorskip("s3fs", reason="s3fs is not installed")
    server_of = pytest.importorskip("moto.server", reason="moto is not installed")
    import fsspec

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = server_of.ThreadedMotoServer("127.0.0.1", port, verbose=False)
    server.start()
    how = {"endpoint_url": f"http://127.0.0.1:{port}", "key": "x", "secret": "x"}
    os.environ["FSSPEC_S3"], fsspec.config.conf["s3"] = json.dumps(how), how
    fsspec.filesystem("s3").mkdir("studies")
    yield "s3://studies"
    server.stop()
    del os.environ["FSSPEC_S3"], fsspec.config.conf["s3"]


@pytest.fixture(scope="module")
def cluster(bucket):
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, host="127.0.0.1", dashboard_address=None, silence_logs=50
    ) as started:
        yield started


def kill_one(cluster):
    """A worker is killed with -9; its nanny starts another."""
    with distributed.Client(cluster) as client:
        os.kill(next(iter(client.run(os.getpid).values())), signal.SIGKILL)


def test_dask_finds_what_one_process_finds_though_a_worker_is_killed(wanted, alone, cluster, tmp_path):
    killed = []

    def meanwhile(now: Progress) -> None:
        if now.raids_done and not killed:
            killed.append(now)
            kill_one(cluster)

    how = Handling(dask=cluster.scheduler_address, progress=meanwhile)
    assert answer(bartizan.study(wanted.scenario, tmp_path / "out", **HOW, how=how)) == alone
    assert killed[0].raids_done < killed[0].raids_in_all


def test_an_interrupted_study_goes_on_with_dask_and_dasks_with_none(wanted, alone, cluster, tmp_path):
    def interrupt(now: Progress) -> None:
        if now.raids_done:
            raise KeyboardInterrupt

    for dask in (cluster.scheduler_address, None):
        out = tmp_path / str(dask is None)
        with pytest.raises(KeyboardInterrupt):
            bartizan.study(wanted.scenario, out, **HOW, how=Handling(dask=dask, progress=interrupt), threads=1)
        other = None if dask else cluster.scheduler_address
        assert answer(bartizan.study(wanted.scenario, out, **HOW, how=Handling(dask=other))) == alone


def test_workers_that_would_play_another_study_are_refused(wanted, cluster):
    from bartizan.studies import dask

    job = Job.of(wanted)
    other = Job({**job.identity, "bartizan": "0.0.9"}, job.written, job.beside)
    with pytest.raises(ResultsError, match="the version of Bartizan"):
        list(dask.done(cluster.scheduler_address, batch, other, [(0, ["few"])]))


def test_no_scheduler_is_told(wanted, tmp_path, monkeypatch):
    monkeypatch.setattr("bartizan.studies.dask._PATIENCE_S", 0.2)
    with pytest.raises(UserError, match=f"no Dask scheduler answers at {NOBODY}"):
        bartizan.study(wanted.scenario, tmp_path / "out", **HOW, how=Handling(dask=NOBODY))


def test_a_batch_has_the_same_bytes_each_time(wanted):
    job = Job.of(wanted)
    assert batch(job, 1) == batch(job, 1)
    assert set(batch(job, 1, ["few"])[1]) == {"few"}


def test_an_object_store_takes_shares_batches_and_dask_and_gives_one_study(wanted, alone, bucket, cluster, tmp_path):
    url = f"{bucket}/mixed"
    play_share(wanted, url, Share(2, 3), 1, Handling())
    with pytest.raises(ResultsError, match=r"parts are missing, of worlds 0 to 15, 32 to 63"):
        join([url], tmp_path / "out")
    play_batch(Job.of(wanted), 0, url)
    play_by_dask(wanted, cluster.scheduler_address, url, lambda _: None)
    assert answer(join([url], tmp_path / "out")) == alone
    assert answer(join([url], tmp_path / "out")) == alone


def test_what_is_in_a_store_is_not_played_again(wanted, bucket):
    url, seen = f"{bucket}/once", []
    play_share(wanted, url, Share(1, 1), 1, Handling())
    play_share(wanted, url, Share(1, 1), 1, Handling(progress=seen.append))
    assert seen == []


def test_a_lost_and_a_damaged_object_are_named_and_played_again(wanted, alone, bucket, tmp_path):
    url, said = f"{bucket}/lost", []
    play_share(wanted, url, Share(1, 1), 1, Handling())
    store = Store(url)
    store.put(name_of("few", 16), b"half")
    with pytest.raises(ResultsError, match="1 of 15 parts are missing, of worlds 16 to 31"):
        join([url], tmp_path / "out", Handling(say=said.append))
    assert "is damaged, and left out" in said[0]
    play_share(wanted, tmp_path / "here", Share(2, 5), 1, Handling())
    assert answer(join([url, tmp_path / "here"], tmp_path / "out")) == alone


def test_what_is_damaged_in_a_store_is_mended_there(wanted, alone, tmp_path):
    """By whoever plays it again: parts, and what is said of the scenario; folders are made where a store has such."""
    url, said = f"file://{tmp_path / 'not' / 'there'}", []
    play_share(wanted, url, Share(1, 1), 1, Handling())
    store = Store(url)
    store.put(name_of("few", 16), b"half")
    store.put("scenario.json", b"{")
    play_share(wanted, url, Share(1, 1), 1, Handling(say=said.append))
    assert said == [f"{url}/{name_of('few', 16)} was damaged; its worlds are played again."]
    assert answer(join([url], tmp_path / "out")) == alone
    store.put("study.json", b"[]")
    with pytest.raises(ResultsError, match=r"there/study\.json is damaged"):
        play_share(wanted, url, Share(1, 1), 1, Handling())
    with pytest.raises(ResultsError, match=f"^{url}"):
        join([url], tmp_path / "again")


def test_stores_refuse_what_folders_refuse(wanted, bucket, tmp_path):
    url = f"{bucket}/refused"
    play_batch(Job.of(wanted), 0, url)
    with pytest.raises(ResultsError, match=r"refused holds another study \(different: seed\)"):
        play_share(asked(wanted.scenario, **{**HOW, "seed": 4}), url, Share(1, 1), 1, Handling())
    with pytest.raises(UserError, match="results lie in a folder"):
        join([url])
    with pytest.raises(ResultsError, match="holds no study"):
        join([f"{bucket}/nothing"], tmp_path / "out")
    with pytest.raises(UserError, match="nosuch://a"):
        play_batch(Job.of(wanted), 0, "nosuch://a")
    with pytest.raises(ResultsError, match="s3://nobucket/a"):
        play_batch(Job.of(wanted), 0, "s3://nobucket/a")
