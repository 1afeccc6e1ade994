"""Arrays kept on disk under the hash of what they were made from: safe for several processes, bounded in size."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

import numpy as np

from bartizan.ground.writing import write_aside

#: Megabytes that arrays may take; the oldest go first. BARTIZAN_STORE_MB overrides it, 0 keeps nothing.
STORE_MB = 2000
_SWEEP_EVERY = 32  # files written between looks at the size of the whole


def cache_root() -> Path:
    """The folder for everything that can be made again."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "bartizan"


def limit_bytes() -> int:
    """How much a store may hold."""
    stated = os.environ.get("BARTIZAN_STORE_MB", "")
    return int(stated if stated.isdigit() else STORE_MB) * 1_000_000


class Store:
    """A folder of .npy files, named by key. Reading renews a file; writing drops the oldest beyond the limit.

    A file appears whole or not at all (written aside, then renamed), so processes may write the same key at once. Where
    the folder cannot be written nothing is kept, and nothing fails.
    """

    def __init__(self, name: str) -> None:
        self.folder = cache_root() / name
        self._written = 0

    def get(self, key: str) -> np.ndarray | None:
        """The array of a key, mapped from disk and read-only; None if it is not there or damaged."""
        if limit_bytes() == 0:
            return None
        path = self.folder / f"{key}.npy"
        try:
            found = np.lib.format.open_memmap(path, mode="r")
        except Exception:  # NumPy raises half a dozen kinds for damaged files, tokenize.TokenError among them
            return None
        with contextlib.suppress(OSError):
            os.utime(path)
        return found

    def put(self, key: str, array: np.ndarray) -> None:
        """Keep an array."""
        if limit_bytes() == 0:
            return
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            write_aside(self.folder / f"{key}.npy", lambda aside: np.save(aside, array, allow_pickle=False))
        except OSError:  # a full disk or a read-only home: it is made again next time
            return
        if self._written % _SWEEP_EVERY == 0:
            self._drop_oldest()
        self._written += 1

    def _drop_oldest(self) -> None:
        found = []
        with contextlib.suppress(OSError):  # another process may remove files, or the folder
            for path in self.folder.iterdir():
                stat = path.stat()
                found.append((stat.st_mtime, stat.st_size, path))
        found.sort(key=lambda item: item[0], reverse=True)
        held = 0
        for _, size, path in found:
            held += size
            if held > limit_bytes():
                with contextlib.suppress(OSError):
                    path.unlink()
