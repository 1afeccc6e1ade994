"""Take the picture of a report, or of one section of it, that README.md and docs/ show. Needs chromium.

python tools/make_picture.py REPORT.html OUT.png [SECTION]

Without a section it is the top of the report, down to what would change the answer; of a section, down to its first
figure or table.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

sys.path.append(str(Path(__file__).parents[1]))  # the driver of the browser lies with the tests

from tests.faces import browser

WIDTH, TOP = 960, 1700  # pixels: of all, and how far down the top of a report goes
NO_CONTENTS = "nav { display: none !important; }"
ALONE = "header, main > *:not(#%s) { display: none !important; }"


def main(report: Path, out: Path, section: str | None = None) -> None:
    executable = browser.chromium()
    if executable is None:
        raise SystemExit("no chromium: apt install chromium")
    style = NO_CONTENTS + (ALONE % section if section else "")
    page = report.read_text(encoding="utf-8").replace("</head>", f"<style>{style}</style></head>", 1)
    with tempfile.TemporaryDirectory() as folder, browser.running(executable) as running:
        cut = Path(folder) / "cut.html"
        cut.write_text(page, encoding="utf-8")
        shown = running.page(WIDTH, TOP)
        shown.open(cut.as_uri())
        if section:
            last = f"document.querySelector('#{section} figure') ?? document.querySelector('#{section} .scroll')"
            shown.resize(WIDTH, int(shown.evaluate(f"({last}).getBoundingClientRect().bottom")) + 16)
        shown.screenshot(out)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), *sys.argv[3:])
