"""Take the picture of a report that README.md shows: its top, down to what would change the answer. Needs chromium.

python tools/make_picture.py REPORT.html OUT.png
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

#: Without the list of contents.
STYLE = "<style>nav { display: none !important; }</style></head>"
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
    "--window-size=960,1700",
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
