"""The store: what comes out is what went in or nothing, whoever writes meanwhile and whatever became of a file."""

from __future__ import annotations

import multiprocessing
import os
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bartizan.ground import store as module
from bartizan.ground.store import STORE_MB, Store, cache_root, limit_bytes

SIDE = 200
WRITERS = 3


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Store:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.delenv("BARTIZAN_STORE_MB", raising=False)
    return Store("things")


def array(number: int, side: int = SIDE) -> np.ndarray:
    return np.full((side, side), number, np.int16)


def files(store: Store) -> list[str]:
    return sorted(p.name for p in store.folder.iterdir())


def test_what_was_put_comes_back_read_only(store: Store) -> None:
    assert store.get("a") is None
    store.put("a", array(7))
    found = store.get("a")
    assert found is not None
    assert found.dtype == np.int16
    np.testing.assert_array_equal(found, array(7))
    assert not found.flags.writeable
    store.put("a", array(8))
    assert store.get("a")[0, 0] == 8  # type: ignore[index]
    assert found[0, 0] == 7  # what was mapped before stays as it was
    assert files(store) == ["a.npy"]


def test_it_lies_where_the_user_wants_caches(store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert store.folder == tmp_path / "bartizan" / "things"
    monkeypatch.delenv("XDG_CACHE_HOME")
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    assert cache_root() == tmp_path / "home" / ".cache" / "bartizan"


# ------------------------------------------------------------------------------------------------ several processes


def _write(home: str, own: int, rounds: int) -> int:
    """Write a shared key and one's own over and over; how many reads were neither whole nor absent."""
    os.environ["XDG_CACHE_HOME"] = home
    store, torn = Store("things"), 0
    for k in range(rounds):
        store.put("shared", array(own * 100 + k))
        store.put(f"own-{own}", array(own))
        for key, allowed in (("shared", WRITERS * 100 + rounds), (f"own-{(own + 1) % WRITERS}", WRITERS)):
            found = store.get(key)
            whole = found is None or (found.shape == (SIDE, SIDE) and found[0, 0] <= allowed and np.ptp(found) == 0)
            torn += not whole
    return torn


def test_several_processes_write_the_same_and_different_keys(store: Store, tmp_path: Path) -> None:
    with multiprocessing.get_context("spawn").Pool(WRITERS) as pool:
        torn = pool.starmap(_write, [(str(tmp_path), own, 100) for own in range(WRITERS)])
    assert torn == [0] * WRITERS
    assert files(store) == [*(f"own-{k}.npy" for k in range(WRITERS)), "shared.npy"]
    for own in range(WRITERS):
        np.testing.assert_array_equal(store.get(f"own-{own}"), array(own))  # type: ignore[arg-type]


# ------------------------------------------------------------------------------------------------ damage


@pytest.mark.parametrize(
    "content",
    [
        b"", b"\x93NUMPY", b"no array", b"PK\x03\x04 no archive", b"\x80\x04N.",
        b"\x93NUMPY\x01\x00\x10\x00" + b"((((((((((((((((", b"\x93NUMPY\x01\x00\x10\x00" + b"\xff" * 16, b"\0" * 80_128,
    ],
)  # fmt: skip
def test_what_is_no_array_counts_as_absent(store: Store, content: bytes) -> None:
    store.put("a", array(1))
    (store.folder / "a.npy").write_bytes(content)
    assert store.get("a") is None
    store.put("a", array(2))
    np.testing.assert_array_equal(store.get("a"), array(2))  # type: ignore[arg-type]


def test_a_truncated_file_counts_as_absent(store: Store) -> None:
    store.put("a", array(1))
    whole = (store.folder / "a.npy").read_bytes()
    for length in [*range(0, 130), 1000, len(whole) // 2, len(whole) - 1]:
        (store.folder / "a.npy").write_bytes(whole[:length])
        assert store.get("a") is None, length


@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(place=st.integers(0, 127), byte=st.integers(0, 255))
def test_no_damage_of_the_header_is_an_error(store: Store, place: int, byte: int) -> None:
    store.put("a", array(1))
    damaged = bytearray((store.folder / "a.npy").read_bytes())
    damaged[place] = byte
    (store.folder / "a.npy").write_bytes(damaged)
    found = store.get("a")
    assert found is None or isinstance(found, np.ndarray)


def test_objects_are_never_unpickled(store: Store) -> None:
    store.put("a", array(1))
    np.save(store.folder / "a.npy", np.array([{}], object), allow_pickle=True)
    assert store.get("a") is None


# ------------------------------------------------------------------------------------------------ bounds


def test_the_oldest_go_first_and_reading_renews(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """A megabyte holds twelve arrays of 80 kB."""
    monkeypatch.setenv("BARTIZAN_STORE_MB", "1")
    for k in range(12):
        store.put(f"{k:02}", array(k))
        os.utime(store.folder / f"{k:02}.npy", (1_000 + k, 1_000 + k))
    assert store.get("00") is not None
    Store("things").put("new", array(99))  # another process looks at the size when it first writes
    kept = files(store)
    assert sum(p.stat().st_size for p in store.folder.iterdir()) <= 1_000_000
    assert kept == ["00.npy", *(f"{k:02}.npy" for k in range(2, 12)), "new.npy"]


def test_one_process_stays_within_bounds_however_much_it_writes(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BARTIZAN_STORE_MB", "1")
    most = 0
    for k in range(150):
        store.put(str(k), array(k))
        most = max(most, sum(p.stat().st_size for p in store.folder.iterdir()))
    assert most <= 1_000_000 + module._SWEEP_EVERY * 80_128
    assert store.get("149") is not None


def test_what_a_killed_process_left_goes_too(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BARTIZAN_STORE_MB", "1")
    store.folder.mkdir(parents=True)
    left = store.folder / "abc.part"
    left.write_bytes(bytes(990_000))
    os.utime(left, (1_000, 1_000))
    store.put("a", array(1))
    assert files(store) == ["a.npy"]


def test_0_keeps_nothing(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BARTIZAN_STORE_MB", "0")
    store.put("a", array(1))
    assert store.get("a") is None
    assert not store.folder.exists()


@pytest.mark.parametrize(("stated", "megabytes"), [("5", 5), ("", STORE_MB), ("much", STORE_MB), ("-1", STORE_MB)])
def test_the_limit_is_stated_in_megabytes(stated: str, megabytes: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BARTIZAN_STORE_MB", stated)
    assert limit_bytes() == megabytes * 1_000_000


# ------------------------------------------------------------------------------------------------ no room


def test_a_folder_that_cannot_be_written_keeps_nothing_and_fails_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    store = Store("things")
    store.put("a", array(1))
    assert store.get("a") is None


def test_a_full_disk_keeps_nothing_and_leaves_nothing(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(np, "save", full)
    store.put("a", array(1))
    assert store.get("a") is None
    assert files(store) == []
