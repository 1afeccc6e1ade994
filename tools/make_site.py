"""Builds the pages of docs/ as a site, offline: this version beside those built before, and the newest in front."""

from __future__ import annotations

import argparse
import html
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def build(site: Path, version: str) -> None:
    """This version's pages in a folder of their own. Raises CalledProcessError where mkdocs finds a mistake."""
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", str(site / version)]
    subprocess.run(command, cwd=ROOT, check=True)


def versions(site: Path) -> list[str]:
    """Those that have been built, newest first."""
    found = [folder.name for folder in site.iterdir() if (folder / "index.html").is_file()]
    return sorted(found, key=_order, reverse=True)


def _order(version: str) -> list[tuple[int, str]]:
    return [(int(part), "") if part.isdecimal() else (-1, part) for part in version.split(".")]


def front(names: list[str]) -> str:
    """The page in front: on to the newest version, with a list of all."""
    links = "".join(f'<li><a href="{html.escape(name)}/index.html">{html.escape(name)}</a></li>' for name in names)
    newest = html.escape(names[0])
    return (
        '<!doctype html>\n<html lang="en"><meta charset="utf-8"><title>Bartizan</title>'
        f'<meta http-equiv="refresh" content="0; url={newest}/index.html">'
        f"<h1>Bartizan</h1><p>The pages of each version:</p><ul>{links}</ul></html>\n"
    )


def main() -> None:
    from bartizan import __version__

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=ROOT / "site")
    site = parser.parse_args().out.resolve()
    site.mkdir(parents=True, exist_ok=True)
    build(site, __version__)
    (site / "index.html").write_text(front(versions(site)), encoding="utf-8")
    print(f"file://{site}/index.html")


if __name__ == "__main__":
    main()
