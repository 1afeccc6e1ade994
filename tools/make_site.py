"""Builds the pages of docs/ as a site, offline: this version beside those built before, and the newest in front."""

from __future__ import annotations

import argparse
import html
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def build(site: Path, version: str) -> None:
    """This version's pages in a folder of their own. Raises CalledProcessError where mkdocs finds a mistake."""
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", str(site / version)]
    subprocess.run(command, cwd=ROOT, check=True, env=os.environ | {"BARTIZAN_VERSION": version})
    search = site / version / "search"
    index = (search / "search_index.json").read_text(encoding="utf-8")
    (search / "index.js").write_text(f"data = {index};\nonScriptsLoaded();\n", encoding="utf-8")


def versions(site: Path) -> list[str]:
    """Those that have been built, newest first."""
    found = [folder.name for folder in site.iterdir() if (folder / "index.html").is_file()]
    return sorted(found, key=_order, reverse=True)


def _order(version: str) -> list[tuple[int, str]]:
    return [(int(part), "") if part.isdecimal() else (-1, part) for part in version.split(".")]


def front(newest: str) -> str:
    """The page in front: on to the newest version."""
    to = f"{html.escape(newest)}/index.html"
    return _page(f'<meta http-equiv="refresh" content="0; url={to}">', f'<p><a href="{to}">Bartizan</a></p>')


def listed(names: list[str]) -> str:
    """The page with a list of all versions."""
    links = "".join(f'<li><a href="{html.escape(name)}/index.html">{html.escape(name)}</a></li>' for name in names)
    return _page("", f"<h1>Bartizan</h1><p>The pages of each version, the newest first:</p><ul>{links}</ul>")


def _page(head: str, body: str) -> str:
    charset = '<meta charset="utf-8"><meta name="viewport" content="width=device-width">'
    return f'<!doctype html>\n<html lang="en">{charset}<title>Bartizan</title>{head}{body}</html>\n'


def main() -> None:
    from bartizan import __version__

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=ROOT / "site")
    site = parser.parse_args().out.resolve()
    site.mkdir(parents=True, exist_ok=True)
    build(site, __version__)
    built = versions(site)
    (site / "index.html").write_text(front(built[0]), encoding="utf-8")
    (site / "versions.html").write_text(listed(built), encoding="utf-8")
    print(f"file://{site}/index.html")


if __name__ == "__main__":
    main()
