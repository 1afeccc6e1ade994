"""Kernels on disk: what was made from the same is found wherever it lies, what was damaged is made anew, once."""

from __future__ import annotations

import importlib
import os
import pkgutil
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numba
import numpy as np
import pytest

import bartizan
from bartizan.ground import jit, kept
from bartizan.ground.jit import inner, kernel
from bartizan.ground.kept import Kept, fingerprint

pytestmark = pytest.mark.skipif(bool(numba.config.DISABLE_JIT), reason="nothing is compiled")

PACKAGE = Path(bartizan.__file__).parent
ROOT = os.name == "posix" and os.geteuid() == 0


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setattr(kept, "_turns", kept._Turns())
    return tmp_path / "bartizan" / "kernels"


def fresh(factor: float = 2.0) -> Any:
    """A kernel as another process has it: it has compiled nothing yet."""

    @inner
    def below(x):  # type: ignore[no-untyped-def]
        """Documented."""
        return factor * x

    @kernel
    def above(x):  # type: ignore[no-untyped-def]
        return below(x) + 1.0

    return above


def hits(compiled: Any) -> int:
    return sum(compiled.stats.cache_hits.values())


def only(folder: Path) -> Path:
    (file,) = folder.glob("*.kernel")
    return file


# ---------------------------------------------------------------------------------------------------- names


def function(text: str, **more: Any) -> Callable:
    """A function of a source, with its own globals."""
    names: dict[str, Any] = {"np": np, **more}
    exec(text, names)
    return names["f"]


def test_a_change_of_anything_below_is_another_name() -> None:
    low = "def f(x):\n    return x + C\n"
    texts = [low, low.replace("+", "-"), low.replace("C", "2.0")]
    below = [numba.njit(function(text, C=1.0)) for text in texts]
    below += [numba.njit(function(low, C=3.0)), numba.njit(error_model="numpy")(function(low, C=1.0))]
    names = [fingerprint(function("def f(x):\n    return g(x)\n", g=g)) for g in below]
    names.append(fingerprint(function("def f(x, y=1):\n    return g(x)\n", g=below[0])))
    names.append(fingerprint(function("def f(x):\n    return g(x) + a[0]\n", g=below[0], a=np.zeros(2))))
    names.append(fingerprint(function("def f(x):\n    return g(x) + a[0]\n", g=below[0], a=np.ones(2))))
    assert len(set(names)) == len(names)
    assert fingerprint(fresh(2.0)) != fingerprint(fresh(3.0))  # what a closure holds


def test_where_it_lies_and_what_is_said_about_it_make_no_other_name() -> None:
    plain = "def f(x):\n    return x * 2.0\n"
    said = '# a comment\n\n\ndef f(x):\n    "documented"\n    # another\n    return x * 2.0\n'
    other = said.replace("documented", "otherwise")
    assert fingerprint(function(said)) == fingerprint(function(other))
    assert fingerprint(function(plain)) == fingerprint(function("\n\n" + plain + "# the end\n"))


def test_a_constant_of_another_room_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    from bartizan.engine import covering, survey
    from bartizan.physics import arrays, wedge

    before = [fingerprint(wedge.follow), fingerprint(covering.add_rows)]
    monkeypatch.setattr(wedge, "OPEN_SLOPE", -2.0)
    assert fingerprint(wedge.follow) != before[0]
    assert fingerprint(covering.add_rows) == before[1]
    surveys = fingerprint(survey.fill)
    monkeypatch.setattr(arrays, "MAPPED", 77)  # read deep below, as an attribute of its room
    assert fingerprint(survey.fill) != surveys


def test_fields_of_the_same_types_in_another_order_are_another_file(cache: Path) -> None:
    from collections import namedtuple

    compiled = fresh()
    paths = set()
    for fields in ("low high", "high low"):
        of_tuple = numba.typeof(namedtuple("Ends", fields)(1.0, 2.0))  # type: ignore[misc]
        paths.add(compiled._cache.path((of_tuple,)))
    assert len(paths) == 2


def _kernels() -> dict[str, Any]:
    """All kernels of the package."""
    found = {}
    for info in pkgutil.walk_packages(bartizan.__path__, "bartizan."):
        if "__main__" not in info.name and ".faces" not in info.name:
            for name, value in vars(importlib.import_module(info.name)).items():
                if isinstance(getattr(value, "_cache", None), Kept):
                    found[f"{value.py_func.__module__}.{name}"] = value
    return found


def test_every_kernel_of_the_house_has_one_name_in_every_process() -> None:
    """Nothing that a process makes up, such as the order of a set or an address, gets into it."""
    here = {name: found._cache.name for name, found in _kernels().items()}
    assert len(here) > 30
    child = (
        "from tests.ground.test_kept import _kernels\n"
        "for name, found in _kernels().items(): print(name, found._cache.name)"
    )
    repository = str(Path(__file__).parents[2])
    path = os.pathsep.join([str(PACKAGE.parent), repository])
    there = _run(child, PYTHONHASHSEED="7", PYTHONPATH=path)
    assert dict(line.split() for line in there.splitlines()) == here


def _run(child: str, **env: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", child], capture_output=True, text=True, timeout=300, check=False, env=os.environ | env
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


_CHILD = """
from bartizan.ground import exact
assert abs(exact.erf(0.5) - 0.5204998778130465) < 1e-15
stats = [k.stats for k in (exact.erf, exact.exp)]
print(sum(sum(s.cache_hits.values()) for s in stats), sum(sum(s.cache_misses.values()) for s in stats))
"""


def test_a_copy_of_the_sources_elsewhere_finds_what_is_there(tmp_path: Path, cache: Path) -> None:
    told = []
    for copy in ("one", "another/place"):
        shutil.copytree(PACKAGE / "ground", tmp_path / copy / "bartizan" / "ground")
        (tmp_path / copy / "bartizan" / "__init__.py").touch()
        for file in (tmp_path / copy).rglob("*.py"):
            os.utime(file, (len(copy), len(copy)))
        told.append(_run(_CHILD, PYTHONPATH=str(tmp_path / copy)).split())
    assert told == [["0", "2"], ["1", "0"]]  # erf has exp in it


def test_two_processes_on_an_empty_cache_compile_once(cache: Path) -> None:
    both = [
        subprocess.Popen(
            [sys.executable, "-c", _CHILD], stdout=subprocess.PIPE, text=True,
            env=os.environ | {"PYTHONPATH": str(PACKAGE.parent)},
        )
        for _ in range(2)
    ]  # fmt: skip
    told = np.array([one.communicate(timeout=300)[0].split() for one in both], int)
    assert told[:, 1].sum() == 2  # each of the two kernels once
    assert told[:, 0].sum() == 1


_HOLDER = """
import sys, time
from bartizan.ground import kept
kept._turns.take(int(sys.argv[1]))
print("held", flush=True)
time.sleep(600)
"""


def test_who_dies_or_is_suspended_keeps_nobody_waiting(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    compiled = fresh(5.0)
    path = compiled._cache.path((numba.float64,))
    env = os.environ | {"PYTHONPATH": str(PACKAGE.parent)}
    holder = subprocess.Popen(
        [sys.executable, "-c", _HOLDER, str(kept._turn_of(path))], stdout=subprocess.PIPE, text=True, env=env
    )
    assert holder.stdout is not None
    try:
        assert holder.stdout.readline() == "held\n"
        monkeypatch.setattr(kept, "LONGEST_WAIT_S", 0.2)
        holder.send_signal(signal.SIGSTOP)
        assert compiled(1.0) == 6.0  # without its turn, after the longest wait
    finally:
        holder.kill()
        holder.communicate()
    only(cache).unlink()
    monkeypatch.setattr(kept, "LONGEST_WAIT_S", 1e9)
    assert fresh(5.0)(1.0) == 6.0  # a death gives the turn back at once


def test_what_cannot_be_compiled_gives_the_turn_back(cache: Path) -> None:
    compiled = fresh()
    with pytest.raises(numba.core.errors.TypingError):
        compiled("text")
    assert compiled._cache._turn is None
    assert compiled(1.0) == 3.0


# ---------------------------------------------------------------------------------------------------- damage


def _flip(whole: bytes, at: int) -> bytes:
    return whole[:at] + bytes([whole[at] ^ 16]) + whole[at + 1 :]


DAMAGES = {
    "empty": lambda whole: b"",
    "half": lambda whole: whole[: len(whole) // 2],
    "a byte short": lambda whole: whole[:-1],
    "zeros": lambda whole: bytes(len(whole)),
    "text": lambda whole: b"<html>502 Bad Gateway</html>\n" * 99,
    "first byte": lambda whole: _flip(whole, 0),
    "machine code": lambda whole: _flip(whole, len(whole) // 2),
    "digest": lambda whole: _flip(whole, len(whole) - 1),
    "no pickle": lambda whole: kept.sealed(b"sealed, but no kernel"),
    "another pickle": lambda whole: kept.sealed(b"\x80\x04N."),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_file_is_made_anew(cache: Path, damage: str) -> None:
    assert fresh()(2.0) == 5.0
    whole = only(cache).read_bytes()
    only(cache).write_bytes(DAMAGES[damage](whole))
    again = fresh()
    assert again(2.0) == 5.0
    assert hits(again) == 0
    third = fresh()
    assert third(2.0) == 5.0
    assert hits(third) == 1


def test_a_folder_in_the_place_of_a_file_harms_nothing(cache: Path) -> None:
    assert fresh()(2.0) == 5.0
    path = only(cache)
    path.unlink()
    (path / "inside").mkdir(parents=True)
    assert fresh()(2.0) == 5.0


def test_a_full_disk_keeps_nothing_and_leaves_nothing(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    assert fresh()(2.0) == 5.0
    assert [file.name for file in cache.iterdir()] == ["turns"]


@pytest.mark.parametrize("stated", ["file/cache", "relative", ""])
def test_without_a_folder_kernels_are_compiled_each_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, stated: str
) -> None:
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / stated) if "/" in stated else stated)
    monkeypatch.setenv("HOME", str(tmp_path / "file"))
    monkeypatch.chdir(tmp_path)
    assert fresh()(2.0) == 5.0
    assert not kept.can_be_written()
    assert [p.name for p in tmp_path.iterdir()] == ["file"]


def test_without_a_home_nothing_is_written_beside_the_user(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    monkeypatch.setenv("HOME", "")
    monkeypatch.chdir(tmp_path)
    assert fresh()(2.0) == 5.0
    assert not list(tmp_path.iterdir())


_OTHER_USER = """
import os, sys
from bartizan.ground import exact, kept  # imported while it may be read
exact.log(1.0)  # all of the compiler is imported
os.setgroups([]); os.setgid(54321); os.setuid(54321)
print(exact.exp(0.0), sum(exact.exp.stats.cache_hits.values()), kept.can_be_written())
"""


@pytest.mark.skipif(not ROOT, reason="only root can become somebody else")
@pytest.mark.parametrize("filled", [True, False])
def test_a_cache_of_another_user_is_read_and_never_written(filled: bool) -> None:
    with tempfile.TemporaryDirectory() as name:  # pytest's own folders are closed to others
        Path(name).chmod(0o755)
        _as_another_user(Path(name), filled)


def _as_another_user(tmp_path: Path, filled: bool) -> None:
    env = {"XDG_CACHE_HOME": str(tmp_path), "PYTHONPATH": str(PACKAGE.parent), "HOME": "/"}
    folder = tmp_path / "bartizan" / "kernels"
    folder.mkdir(parents=True)
    if filled:
        _run("from bartizan.ground import exact; exact.exp(0.0)", **env)
    _run("from bartizan.ground import exact; exact.log(1.0)", **env)
    before = sorted(p.name for p in folder.iterdir())
    assert _run(_OTHER_USER, **env).split() == ["1.0", str(int(filled)), "False"]
    assert sorted(p.name for p in folder.iterdir()) == before


def test_the_folder_stays_within_its_limit(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cache.mkdir(parents=True)
    left = cache / "older-1234-5678.kernel"
    left.write_bytes(bytes(1_000_000))
    os.utime(left, (1_000, 1_000))
    monkeypatch.setattr(kept, "KEPT_MB", 1)
    assert fresh()(2.0) == 5.0
    assert not left.exists()
    assert only(cache).name.startswith("test_kept.above-")


def test_whether_it_is_there_already(cache: Path) -> None:
    assert not jit.is_cached(fresh())
    fresh()(1.0)
    assert jit.is_cached(fresh())
    assert not jit.is_cached(fresh(9.0))
