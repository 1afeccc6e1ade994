"""Take the picture of a report that README.md shows: its leak chart and its coverage maps. Needs chromium.

python tools/make_picture.py REPORT.html OUT.png
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

#: Only the figures of the first two sections, on white.
STYLE = """<style>
body > *:not(main), nav, details, table, p, ul, aside { display: none !important; }
section:not(#answer):not(#map) { display: none; }
#answer > *:not(figure), #answer h2, #map h2, #map figure:first-of-type { display: none; }
</style></head>"""
QUIET = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
    "--window-size=820,1215",
]


def main(report: Path, out: Path) -> None:
    page = report.read_text(encoding="utf-8").replace("</head>", STYLE, 1)
    with tempfile.TemporaryDirectory() as folder:
        cut = Path(folder) / "cut.html"
        cut.write_text(page, encoding="utf-8")
        profile = f"--user-data-dir={folder}/profile"
        subprocess.run(["chromium", *QUIET, profile, f"--screenshot={out.resolve()}", cut.as_uri()], check=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
