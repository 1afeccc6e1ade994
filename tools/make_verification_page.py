"""Writes what is measured in docs/verification.md, between its markers.

python tools/make_verification_page.py           writes it
python tools/make_verification_page.py --check   exits with 1 if the page is not what would be written
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from bartizan.studies.verify import suite
from bartizan.studies.verify.suite import Verdict

REPOSITORY = Path(__file__).resolve().parent.parent
PAGE = REPOSITORY / "docs" / "verification.md"


def page(verdicts: Sequence[Verdict]) -> str:
    """The page as it should stand."""
    text = _between(PAGE.read_text(encoding="utf-8"), "answered", _answered(verdicts))
    return _between(text, "not answered", _not_answered(verdicts))


def _between(text: str, name: str, made: str) -> str:
    """A page's text with the lines between the marks of that name made anew."""
    begin, end = f"<!-- begin {name}: make docs -->\n", f"<!-- end {name} -->"
    before, rest = text.split(begin)
    return before + begin + made + end + rest.split(end)[1]


def _answered(verdicts: Sequence[Verdict]) -> str:
    lines = ["| table | rows | comparisons | computed by | nearest to its tolerance | source |"]
    lines.append("|---|---|---|---|---|---|")
    for verdict in verdicts:
        rows = (
            f"{verdict.rows}" if verdict.rows == verdict.rows_in_table else f"{verdict.rows} of {verdict.rows_in_table}"
        )
        cells = (
            f"`{verdict.table}`", rows, str(len(verdict.checks)), verdict.answers.told.rstrip("."), _nearest(verdict),
            "; ".join(verdict.sources),
        )  # fmt: skip
        lines.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
    return "\n".join((*lines, f"\n{_total(verdicts)}")) + "\n"


def _nearest(verdict: Verdict) -> str:
    """The part of its tolerance that the worst comparison uses, coarse enough to be the same on every machine."""
    worst = verdict.worst
    part = f"{worst.used:.0%}" if worst.used >= 0.005 else "less than 1 %"
    unit = {"abs": "", "rel": ", relative", "s.e.": " standard errors"}[worst.kind]
    return f"{worst.row}: {part.replace('%', ' %').replace('  ', ' ')} of {worst.tolerance:g}{unit}"


def _total(verdicts: Sequence[Verdict]) -> str:
    checks = [check for verdict in verdicts for check in verdict.checks]
    passed = sum(check.passes for check in checks)
    return (
        f"In all {len(verdicts)} tables, {sum(v.rows for v in verdicts)} rows and {len(checks)} comparisons, "
        f"of which {passed} are within their tolerances."
    )


def _not_answered(verdicts: Sequence[Verdict]) -> str:
    lines = ["| table | why not |", "|---|---|"]
    for verdict in verdicts:
        for kind, reason in verdict.answers.left_out.items():
            lines.append(f"| `{verdict.table}`, rows `{kind}` | {reason} |")
    lines += [f"| `{name}` | {reason} |" for name, reason in suite.UNANSWERED.items()]
    return "\n".join(lines) + "\n"


def main(arguments: list[str]) -> int:
    made = page(suite.verify())
    if "--check" in arguments:
        return int(PAGE.read_text(encoding="utf-8") != made)
    PAGE.write_text(made, encoding="utf-8")
    print(f"wrote {PAGE.relative_to(REPOSITORY)}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
