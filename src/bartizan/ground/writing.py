"""How every file is written: whole or not at all, only where a file belongs, and, unless it is sealed, on the disk
before it has its name."""

from __future__ import annotations

import contextlib
import errno
import json
import os
import secrets
import shutil
import stat
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any

import numpy as np

#: What is being written has a name that begins so, then the number of the process that writes it.
ASIDE = ".bartizan-"
#: Of a file's ending, what the file aside has as well: some libraries go by it.
_LONGEST_ENDING = 12
#: How long a named pipe may be without a reader.
_PATIENCE_S = 10
_NOT_SYNCED = {errno.EINVAL, errno.ENOTSUP, errno.EBADF, errno.EACCES}


def write_aside(path: Path, write: Callable[[Path], object], *, sealed: bool = False) -> None:
    """Have `write` fill a file beside `path`, then put it in its place in one step.

    It is on the disk before this returns, unless it is `sealed`: who reads that sees what a power cut took from it.
    A link stays one, and what it leads to is replaced; a pipe, a device, a terminal or /dev/stdout is written into. A
    new file has the mode that the umask leaves, one that was there keeps its own. Raises OSError that names `path`.
    """
    try:
        if _is_stream(path):
            _pour(path, write)
        else:
            _replace(_followed(path), write, synced=not sealed)
    except OSError as error:
        raise OSError(error.errno, error.strerror or str(error), str(path)) from error


def write_bytes(path: Path, content: bytes) -> None:
    """A file of these bytes."""

    def write(aside: Path) -> None:
        aside.write_bytes(content)

    write_aside(path, write)


def write_text(path: Path, text: str) -> None:
    """A file in UTF-8; half a surrogate pair, which a name from JSON may hold, becomes a question mark."""
    write_bytes(path, text.encode("utf-8", "replace"))


def write_json(path: Path, content: Any) -> None:
    """`content` as JSON; refuses what JSON cannot hold, such as NaN."""
    write_text(path, json.dumps(content, indent=1, ensure_ascii=False, allow_nan=False) + "\n")


def write_arrays(path: Path, arrays: dict[str, np.ndarray], *, compressed: bool = True) -> None:
    """`arrays` by name as an .npz."""
    save = np.savez_compressed if compressed else np.savez

    def write(aside: Path) -> None:
        with aside.open("wb") as file:
            save(file, **arrays)  # type: ignore[arg-type]

    write_aside(path, write)


def make_folder(folder: Path) -> None:
    """Make a folder, and those that it lies in, unless it is there. Raises OSError that names it."""
    if folder.is_symlink() and not folder.exists():
        raise FileNotFoundError(errno.ENOENT, _dangling(folder), str(folder))
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except FileExistsError:
        raise NotADirectoryError(errno.ENOTDIR, "it is a file and no folder", str(folder)) from None


def check_folder(folder: Path) -> None:
    """Whether a folder is there or could be made, and files in it, without making any. Raises OSError that names it."""
    for there in (folder, *folder.parents):
        if there.is_symlink() and not there.exists():
            raise FileNotFoundError(errno.ENOENT, _dangling(there), str(there))
        if there.exists():
            break
    if not there.is_dir():
        raise NotADirectoryError(errno.ENOTDIR, "it is a file and no folder", str(there))
    if not os.access(there, os.W_OK | os.X_OK):
        kind = errno.EROFS if os.statvfs(there).f_flag & os.ST_RDONLY else errno.EACCES
        raise OSError(kind, os.strerror(kind), str(there))


def is_file_to_be(path: Path) -> bool:
    """Whether what is written at a path is a file that stays: not so for a pipe, a device or /dev/stdout."""
    return not _is_stream(path)


def drop_abandoned(folder: Path) -> None:
    """Remove what processes that are no more had begun to write in a folder."""
    for path in folder.glob(f"{ASIDE}*-*"):
        owner = path.name.removeprefix(ASIDE).partition("-")[0]
        if owner.isdecimal() and not is_alive(int(owner)):
            with contextlib.suppress(OSError):
                shutil.rmtree(path) if path.is_dir() else path.unlink()


def is_alive(process: int) -> bool:
    """Whether a process of this machine is there."""
    try:
        os.kill(process, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except OSError:  # of another user
        return True
    return True


def aside_name() -> str:
    """A name for something that is being written."""
    return f"{ASIDE}{os.getpid()}-{secrets.token_hex(6)}"


# ------------------------------------------------------------------------------------------------ files


def _followed(path: Path) -> Path:
    """What a path leads to. Raises OSError where that is a folder, is not there, or may not be written."""
    if path.is_symlink() and not path.exists():
        raise FileNotFoundError(errno.ENOENT, _dangling(path))
    target = Path(os.path.realpath(path)) if path.is_symlink() else path
    if target.is_dir():
        raise IsADirectoryError(errno.EISDIR, "it is a folder and no file")
    if not target.parent.is_dir():
        kind = "there is no folder" if not target.parent.exists() else "this is no folder:"
        raise FileNotFoundError(errno.ENOENT, f"{kind} {target.parent}")
    if target.exists() and not os.access(target, os.W_OK):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
    return target


def _dangling(link: Path) -> str:
    return f"it is a link to {os.readlink(link)}, which is not there"


def _replace(target: Path, write: Callable[[Path], object], *, synced: bool) -> None:
    ending = target.suffix if len(target.suffix) <= _LONGEST_ENDING else ""
    aside = target.parent / (aside_name() + ending)
    try:
        # Made here, so that the umask and the folder's own rules decide who may read it, whatever library fills it.
        os.close(os.open(aside, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o666))
        mode = stat.S_IMODE((target if target.exists() else aside).stat().st_mode)
        write(aside)
        with contextlib.suppress(PermissionError):
            aside.chmod(mode)
        if synced:
            sync(aside)
        os.replace(aside, target)
        if synced:
            sync(target.parent)
    except BaseException:
        with contextlib.suppress(OSError):
            aside.unlink(missing_ok=True)
        raise


def sync(path: Path) -> None:
    """Have a file, or the names in a folder, on the disk before going on: a power cut then leaves old or new."""
    try:
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
    except OSError as error:
        if error.errno not in _NOT_SYNCED:  # some file systems do not sync folders, some folders may not be read
            raise


# ------------------------------------------------------------------------------------------------ streams


def _is_stream(path: Path) -> bool:
    """Whether a path leads to what takes bytes and keeps none, or to a file that this process has open already."""
    try:
        mode = path.stat().st_mode
    except OSError:
        return False
    return not (stat.S_ISREG(mode) or stat.S_ISDIR(mode)) or _descriptor(path) is not None


def _descriptor(path: Path) -> int | None:
    """Which of our open files a path such as /dev/stdout or /dev/fd/3 stands for."""
    for _ in range(40):
        if os.path.realpath(path.parent) == f"/proc/{os.getpid()}/fd" and path.name.isdecimal():
            return int(path.name)
        if not path.is_symlink():
            return None
        path = path.parent / path.readlink()
    return None


def _pour(path: Path, write: Callable[[Path], object]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        aside = Path(folder) / f"whole{path.suffix}"
        write(aside)
        with aside.open("rb") as source, _opened(path) as stream:
            shutil.copyfileobj(source, stream)


def _reader_awaited(pipe: Path) -> IO[bytes]:
    """A named pipe, opened. Raises OSError where nobody begins to read it: else one would wait for ever."""
    end = time.monotonic() + _PATIENCE_S
    while True:
        try:
            handle = os.open(pipe, os.O_WRONLY | os.O_NONBLOCK)
        except OSError as error:
            if error.errno != errno.ENXIO:
                raise
            if time.monotonic() > end:
                raise OSError(errno.ENXIO, f"it is a pipe, and nobody has read it for {_PATIENCE_S} s") from None
            time.sleep(0.05)
        else:
            os.set_blocking(handle, True)
            return os.fdopen(handle, "wb")


def _opened(path: Path) -> IO[bytes]:
    number = _descriptor(path)
    if number is None:
        return _reader_awaited(path) if path.is_fifo() else path.open("wb")
    for ours in (sys.stdout, sys.stderr):
        if ours is not None:
            ours.flush()
    return os.fdopen(os.dup(number), "wb")
