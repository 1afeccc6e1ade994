"""What a program asks of its machine: cores, and files that appear whole or not at all."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np


def cores() -> int:
    """Cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def write_aside(path: Path, write: Callable[[Path], object]) -> None:
    """Have `write` fill a file beside `path`, then put it in its place in one step."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=path.suffix)
    os.close(handle)
    try:
        write(Path(name))
        Path(name).chmod(0o644)
        os.replace(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def write_json(path: Path, content: Any) -> None:
    """`content` as JSON; refuses what JSON cannot hold, such as NaN."""
    text = json.dumps(content, indent=1, ensure_ascii=False, allow_nan=False)

    def write(aside: Path) -> None:
        aside.write_text(text + "\n", encoding="utf-8")

    write_aside(path, write)


def write_arrays(path: Path, arrays: dict[str, np.ndarray], *, compressed: bool = True) -> None:
    """`arrays` by name as an .npz."""
    save = np.savez_compressed if compressed else np.savez

    def write(aside: Path) -> None:
        with aside.open("wb") as file:
            save(file, **arrays)  # type: ignore[arg-type]

    write_aside(path, write)
