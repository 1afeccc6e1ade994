"""The notebook of docs/ as a page of the site: its text, its code, and what that showed when it was run."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

NOTEBOOK, PAGE = "tutorial.ipynb", "tutorial.md"

_FORMULA = re.compile(r"\$([^$\n]+)\$")


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """mkdocs asks for this once it knows its files."""
    cells = json.loads(Path(config.docs_dir, NOTEBOOK).read_text(encoding="utf-8"))["cells"]
    first, *parts = (part for cell in cells for part in _of(cell))
    text = "\n\n".join([first, f"*As a notebook that can be run: [{NOTEBOOK}]({NOTEBOOK}).*", *parts])
    files.append(File.generated(config, PAGE, content=text))
    return files


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Other pages lead to the page, where the repository's lead to the notebook."""
    return markdown if page.file.src_uri == PAGE else markdown.replace(f"]({NOTEBOOK})", f"]({PAGE})")


def _of(cell: dict[str, Any]) -> Iterator[str]:
    """A cell as Markdown, and what it showed: as HTML, as a picture, or as text."""
    source = "".join(cell["source"])
    yield _FORMULA.sub(_plain, source) if cell["cell_type"] == "markdown" else f"```python\n{source}\n```"
    for output in cell.get("outputs", []):
        shown = {
            kind: "".join(text) for kind, text in output.get("data", {"text/plain": output.get("text", "")}).items()
        }
        if "text/html" in shown:
            yield f"<div>{shown['text/html']}</div>"
        elif "image/png" in shown:
            yield f"![What the lines above draw](data:image/png;base64,{shown['image/png'].replace(chr(10), '')})"
        else:
            yield f"```text\n{shown['text/plain'].rstrip()}\n```"


def _plain(formula: re.Match[str]) -> str:
    """A small formula without the library that a notebook sets it with, and that the site would have to fetch."""
    text = formula[1].replace("\\,", " ").replace("\\sqrt ", "√")
    text = re.sub(r"\\sqrt{(.*?)}", r"√(\1)", text)
    return "<em>" + re.sub(r"_(\w)", r"<sub>\1</sub>", text) + "</em>"
