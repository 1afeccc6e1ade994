"""Compiled kernels on disk: a checked file each, named by all that its machine code was made from.

numba's own cache names a file by where its source lies and does not notice a change in a function that the source calls
(numba#1833). Here the name is a digest of the code of the kernel, of every function below it and of every constant that
they read, of the compiler's version and options, and of the types it is called with: another copy of the same sources,
wherever it lies, finds the same files, and no change goes unnoticed. Comments are no part of it.

Nothing here fails: a file that is damaged is made anew, and where none can be written kernels are compiled each time.
"""

from __future__ import annotations

import contextlib
import functools
import hashlib
import os
import pickle
import platform
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import CodeType, FunctionType, ModuleType
from typing import Any

import llvmlite
import numba
import numpy as np
from numba.core import serialize
from numba.core.caching import _Cache
from numba.core.compiler import CompileResult
from numba.core.dispatcher import Dispatcher

from bartizan.ground.store import cache_root, checked, drop_oldest, sealed
from bartizan.ground.writing import write_aside

try:
    import fcntl
except ImportError:  # no such locks on this system: two processes may compile the same, which harms nobody
    fcntl = None  # type: ignore[assignment]

#: Megabytes that kernels may take; those used longest ago go first.
KEPT_MB = 200
#: Seconds to wait for another process that compiles the same kernel: it may have been suspended.
LONGEST_WAIT_S = 300.0
_LOOK_EVERY_S = 0.05
#: Options of the compiler that change machine code.
_OPTIONS = (
    "CPU_NAME", "CPU_FEATURES", "OPT", "LOOP_VECTORIZE", "SLP_VECTORIZE", "ENABLE_AVX", "BOUNDSCHECK",
    "DEBUGINFO_DEFAULT", "USING_SVML",
)  # fmt: skip
#: Files beside this one that decide what the compiler makes of a kernel.
_HOW = ("jit.py", "inlined.py", "contexts.py", "indices.py")


# ---------------------------------------------------------------------------------------------------- names


def fingerprint(function: Callable) -> str:
    """A name for the code of a function and of all that it calls and reads, wherever it lies."""
    digest = hashlib.sha256()
    for part in _parts(function, set()):
        digest.update(part.encode() + b"\0")
    return digest.hexdigest()


def _build() -> str:
    """What compiles, how, and with which options."""
    made_by = (numba.__version__, llvmlite.__version__, np.__version__, sys.implementation.cache_tag, sys.platform)
    options = [f"{name}={getattr(numba.config, name, None)}" for name in _OPTIONS]
    return " ".join([*map(str, made_by), platform.machine(), _how(), *options])


@functools.cache
def _how() -> str:
    return hashlib.sha256(b"".join((Path(__file__).parent / name).read_bytes() for name in _HOW)).hexdigest()


def _parts(value: Any, met: set[int]) -> Iterator[str]:
    """All that decides what `value` compiles to."""
    if isinstance(value, Dispatcher):
        yield repr(sorted(value.targetoptions.items()))
        yield from _parts(value.py_func, met)
    elif isinstance(value, FunctionType):
        yield value.__name__
        if id(value) not in met:
            met.add(id(value))
            yield from _of_function(value, met)
    elif isinstance(value, type):
        yield f"{value.__name__} {getattr(value, '_fields', '')}"
    elif isinstance(value, np.ndarray):
        yield f"{value.dtype!r} {value.shape} {hashlib.sha256(value.tobytes()).hexdigest()}"
    elif isinstance(value, tuple | list):
        yield f"{type(value).__name__} {getattr(value, '_fields', '')} {len(value)}"
        for item in value:
            yield from _parts(item, met)
    elif isinstance(value, frozenset):
        yield repr(sorted(map(repr, value)))
    elif isinstance(value, bool | int | float | complex | str | bytes | np.generic | np.dtype | None):
        yield f"{type(value).__name__} {value!r}"
    elif isinstance(value, dict):
        yield from _parts([*value.items()], met)
    else:  # a module, a built-in, a ufunc: its version is that of what it belongs to
        yield f"{type(value).__name__} {value.__name__}"


def _of_function(function: FunctionType, met: set[int]) -> Iterator[str]:
    names: set[str] = set()
    for code in _codes(function.__code__):
        names.update(code.co_names)
        yield f"{code.co_code.hex()} {code.co_names} {code.co_varnames} {code.co_freevars} {code.co_flags}"
        for constant in code.co_consts:
            if constant is not function.__doc__ and not isinstance(constant, CodeType):
                yield from _parts(constant, met)
    yield from _parts(function.__defaults__, met)
    for cell in function.__closure__ or ():
        yield from _parts(cell.cell_contents, met)
    for name in sorted(names & function.__globals__.keys()):
        value = function.__globals__[name]
        yield name
        yield from _parts(value, met)
        if isinstance(value, ModuleType) and value.__name__.partition(".")[0] == __name__.partition(".")[0]:
            for inside in sorted(names & vars(value).keys()):
                yield inside
                yield from _parts(vars(value)[inside], met)


def _codes(code: CodeType) -> Iterator[CodeType]:
    yield code
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _codes(constant)


def _type_parts(type_: Any) -> Iterator[str]:
    """The types of arguments, with the names that fields of tuples have."""
    yield str(type_)
    if isinstance(type_, numba.types.BaseTuple):
        yield str(getattr(type_, "fields", ""))
        for inside in type_:
            yield from _type_parts(inside)


# ---------------------------------------------------------------------------------------------------- files


def folder() -> Path:
    """Where kernels are kept."""
    return cache_root() / "kernels"


def can_be_written() -> bool:
    """Whether what is compiled now is there the next time."""
    with contextlib.suppress(OSError):  # a folder that may not even be looked at
        at = folder()
        while not at.exists() and at != at.parent:
            at = at.parent
        return at.is_dir() and os.access(at, os.W_OK | os.X_OK)
    return False


class _Turns:
    """Locks of one file of the folder, a byte for each kernel; the system takes them back when a process ends."""

    def __init__(self) -> None:
        self._file: tuple[Path, int] | None = None

    def _open(self) -> int:
        path = folder() / "turns"
        if self._file is None or self._file[0] != path:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._file = path, os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        return self._file[1]

    def take(self, number: int) -> None:
        """Wait for the lock, but no longer than LONGEST_WAIT_S."""
        if fcntl is None:
            return
        last = time.monotonic() + LONGEST_WAIT_S
        with contextlib.suppress(OSError):  # nothing can be written there, or the disk knows no locks
            file = self._open()
            while time.monotonic() < last:
                try:
                    fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, number)
                except (BlockingIOError, PermissionError):  # held by another
                    time.sleep(_LOOK_EVERY_S)
                else:
                    return

    def give_back(self, number: int) -> None:
        if fcntl is not None and self._file is not None:
            with contextlib.suppress(OSError):
                fcntl.lockf(self._file[1], fcntl.LOCK_UN, 1, number)


_turns = _Turns()


class Kept(_Cache):  # type: ignore[misc]
    """The files of one kernel, as numba asks for them."""

    def __init__(self, dispatcher: Any) -> None:
        self._dispatcher = dispatcher
        self._compile = dispatcher.compile
        self._turn: int | None = None

    @functools.cached_property
    def name(self) -> str:
        """What the names of its files begin with."""
        made = hashlib.sha256(f"{_build()} {fingerprint(self._dispatcher)}".encode()).hexdigest()
        function = self._dispatcher.py_func
        return f"{function.__module__.rpartition('.')[2]}.{function.__name__}-{made[:24]}"

    def path(self, sig: Any) -> Path:
        """The file for arguments of these types."""
        types = "\0".join(part for type_ in sig for part in _type_parts(type_))
        return folder() / f"{self.name}-{hashlib.sha256(types.encode()).hexdigest()[:16]}.kernel"

    def is_there(self) -> bool:
        """Whether it has been compiled for some types."""
        with contextlib.suppress(OSError):
            return any(folder().glob(f"{self.name}-*.kernel"))
        return False

    def compile(self, sig: Any) -> Any:
        """numba's `compile`, while no other process compiles the same."""
        try:
            return self._compile(sig)
        finally:
            if self._turn is not None:
                _turns.give_back(self._turn)
                self._turn = None

    def load_overload(self, sig: Any, target_context: Any) -> Any:
        """What was compiled, or None; then it is this process's turn to compile it."""
        target_context.refresh()
        path = self.path(sig)
        found = _read(path, target_context)
        if found is None:
            self._turn = _turn_of(path)
            _turns.take(self._turn)
            found = _read(path, target_context)
        return found

    def save_overload(self, sig: Any, data: Any) -> None:
        """Keep what was compiled, where that can be done."""
        if data.lifted or data.library.has_dynamic_globals:
            return
        with contextlib.suppress(OSError):
            folder().mkdir(parents=True, exist_ok=True)
            content = sealed(serialize.dumps(data._reduce()))
            write_aside(self.path(sig), lambda aside: aside.write_bytes(content), sealed=True)
            drop_oldest(folder(), KEPT_MB * 1_000_000)

    @property
    def cache_path(self) -> str:
        """The folder."""
        return str(folder())

    def enable(self) -> None:
        """Always so."""

    def disable(self) -> None:
        """Never so."""

    def flush(self) -> None:
        """Nothing: what changed has another name."""


def _turn_of(path: Path) -> int:
    return int(hashlib.sha256(path.name.encode()).hexdigest()[:12], 16)


def _read(path: Path, target_context: Any) -> Any:
    """What a file holds, or None where it is absent, unreadable or damaged."""
    try:
        content = checked(path.read_bytes())
        if content is None:
            return None
        found = CompileResult._rebuild(target_context, *pickle.loads(content))
    except Exception:  # whatever it is, it can be compiled anew
        return None
    with contextlib.suppress(OSError):
        os.utime(path)
    return found
