"""Runs the notebooks of docs/ from top to bottom and keeps what they show in them."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
DOCS = ROOT / "docs"


def run(path: Path, folder: Path) -> Any:
    """The notebook with its outputs, run in a folder. Raises what nbclient raises for a cell that fails."""
    import nbclient
    import nbformat

    notebook = nbformat.read(path, as_version=4)
    nbclient.NotebookClient(
        notebook, timeout=600, kernel_name="python3", resources={"metadata": {"path": str(folder)}}
    ).execute()
    for cell in notebook.cells:
        cell.metadata = {}
    return notebook


def main() -> None:
    import nbformat

    for path in map(Path, sys.argv[1:] or sorted(map(str, DOCS.glob("*.ipynb")))):
        nbformat.write(run(path, path.parent), path)
        print(f"ran {path}")


if __name__ == "__main__":
    main()
