"""Arrays kept on disk under the hash of what they were made from: safe for several processes, bounded in size."""

from __future__ import annotations

import contextlib
import hashlib
import io
import os
from pathlib import Path

import numpy as np

from bartizan.ground.writing import write_aside

#: Megabytes that arrays may take; the oldest go first. BARTIZAN_STORE_MB overrides it, 0 keeps nothing.
STORE_MB = 2000
_SWEEP_EVERY = 32  # files written between looks at the size of the whole
_DIGEST = hashlib.sha256().digest_size


def cache_root() -> Path:
    """The folder for everything that can be made again; without a home, one beneath which nothing can be written."""
    stated = Path(os.environ.get("XDG_CACHE_HOME", ""))
    if not stated.is_absolute():  # as the XDG rules have it
        try:
            stated = Path.home() / ".cache"
        except RuntimeError:  # a user that the system does not know
            stated = Path(os.devnull)
    return (stated if stated.is_absolute() else Path(os.devnull)) / "bartizan"


def sealed(content: bytes) -> bytes:
    """Content with its digest behind it."""
    return content + hashlib.sha256(content).digest()


def checked(content: bytes) -> bytes | None:
    """What was sealed; None if a bit of it changed."""
    inside, digest = content[:-_DIGEST], content[-_DIGEST:]
    return inside if digest == hashlib.sha256(inside).digest() else None


def limit_bytes() -> int:
    """How much a store may hold."""
    stated = os.environ.get("BARTIZAN_STORE_MB", "")
    return int(stated if stated.isdigit() else STORE_MB) * 1_000_000


class Store:
    """A folder of .npy files, named by key. Reading renews a file; writing drops the oldest beyond the limit.

    A file appears whole or not at all (written aside, then renamed), so processes may write the same key at once. A
    digest lies behind each array: what a disk or a power cut made of a file is never believed. Where the folder cannot
    be written nothing is kept, and nothing fails.
    """

    def __init__(self, name: str) -> None:
        self.folder = cache_root() / name
        self._written = 0

    def get(self, key: str) -> np.ndarray | None:
        """The array of a key, read-only; None if it is not there or damaged."""
        if limit_bytes() == 0:
            return None
        path = self.folder / f"{key}.npy"
        try:
            content = checked(path.read_bytes())
            if content is None:
                return None
            found = np.lib.format.read_array(io.BytesIO(content), allow_pickle=False)
        except Exception:  # NumPy raises half a dozen kinds for what is no array of its own
            return None
        with contextlib.suppress(OSError):
            os.utime(path)
        found.flags.writeable = False
        return found

    def put(self, key: str, array: np.ndarray) -> None:
        """Keep an array."""
        if limit_bytes() == 0:
            return
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            whole = io.BytesIO()
            np.save(whole, array, allow_pickle=False)
            content = sealed(whole.getvalue())
            write_aside(self.folder / f"{key}.npy", lambda aside: aside.write_bytes(content), sealed=True)
        except OSError:  # a full disk or a read-only home: it is made again next time
            return
        if self._written % _SWEEP_EVERY == 0:
            drop_oldest(self.folder, limit_bytes())
        self._written += 1


def drop_oldest(folder: Path, limit: int) -> None:
    """Delete the files of a folder that were used longest ago, until `limit` bytes are left."""
    found = []
    with contextlib.suppress(OSError):  # another process may remove files, or the folder
        for path in folder.iterdir():
            stat = path.stat()
            found.append((stat.st_mtime, stat.st_size, path))
    found.sort(key=lambda item: item[0], reverse=True)
    held = 0
    for _, size, path in found:
        held += size
        if held > limit:
            with contextlib.suppress(OSError):
                path.unlink()
