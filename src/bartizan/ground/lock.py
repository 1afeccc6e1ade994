"""A lock on a folder: held by one process, or shared by several; who can be told, and it ends with its process."""

from __future__ import annotations

import contextlib
import errno
import os
import socket
from collections.abc import Iterator
from pathlib import Path

from bartizan.ground.errors import UserError

try:
    import fcntl
except ImportError:  # not on Windows, where folders are then not locked
    fcntl = None  # type: ignore[assignment]

NAME = ".bartizan.lock"
_HELD_BY_ANOTHER = {errno.EWOULDBLOCK, errno.EACCES}


class Lock:
    """A lock that is held. A process that is suspended holds it still."""

    def __init__(self, folder: Path, handle: int, *, shared: bool) -> None:
        self.folder, self._handle, self._shared = folder, handle, shared
        self._locked = folder.stat()

    def is_in_place(self) -> bool:
        """Whether the folder is still the one that was locked: not so where it was removed or replaced meanwhile."""
        try:
            return self._is_its_file() if not self._shared else os.path.samestat(self._locked, self.folder.stat())
        except OSError:
            return False

    def _is_its_file(self) -> bool:
        """Whether the folder's lock is the file that is held."""
        try:
            return os.path.samestat(os.fstat(self._handle), (self.folder / NAME).stat())
        except OSError:
            return False

    def release(self) -> None:
        """Let go; whoever is the last takes the file away."""
        if self._is_its_file() and not (self._shared and _is_held_by_others(self._handle)):
            with contextlib.suppress(OSError):
                (self.folder / NAME).unlink()
        os.close(self._handle)


@contextlib.contextmanager
def locked(folder: Path, *, shared: bool = False) -> Iterator[Lock]:
    """The lock of a folder, which others that share it may hold too. Raises UserError, which names the holder, where
    another process has it."""
    lock = _taken(folder, shared)
    try:
        yield lock
    finally:
        lock.release()


def _taken(folder: Path, shared: bool) -> Lock:
    """The lock's file, locked: taken again where its last holder has removed the file meanwhile."""
    while True:
        try:
            handle = os.open(folder / NAME, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
        except OSError as error:
            raise OSError(error.errno, error.strerror, str(folder)) from None
        try:
            _lock(folder, handle, shared)
            lock = Lock(folder, handle, shared=shared)
            if lock._is_its_file():
                os.ftruncate(handle, 0)
                os.pwrite(handle, f"process {os.getpid()} on {socket.gethostname()}\n".encode(), 0)
                return lock
        except BaseException:
            os.close(handle)
            raise
        os.close(handle)


def _is_held_by_others(handle: int) -> bool:
    """Whether others share a lock; so too where a file system cannot tell."""
    if fcntl is None:
        return True
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return True
    return False


def _lock(folder: Path, handle: int, shared: bool) -> None:
    if fcntl is None:
        return
    try:
        fcntl.flock(handle, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
    except OSError as error:
        if error.errno in _HELD_BY_ANOTHER:
            holder = os.pread(handle, 200, 0).decode("utf-8", "replace").strip() or "another process"
            raise UserError(
                f"{folder} is being written by {holder}, which may be suspended; wait for it, end it, or name another "
                "folder with --out"
            ) from None
        if error.errno not in (errno.ENOLCK, errno.ENOTSUP, errno.EINVAL, errno.ENOSYS):
            raise  # a file system without locks is used without
