"""Writes what is counted and measured in docs/testing.md and docs/verification.md, between their markers.

python tools/make_tested.py           writes both
python tools/make_tested.py --check   exits with 1 if either is not what would be written
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from bartizan.studies.verify import suite
from bartizan.studies.verify.suite import Verdict

REPOSITORY = Path(__file__).resolve().parent.parent
TESTS = REPOSITORY / "tests"
TESTING = REPOSITORY / "docs" / "testing.md"
VERIFICATION = REPOSITORY / "docs" / "verification.md"
FOLDERS = {
    "ground": "units, errors, coordinates, random numbers",
    "world": "scenarios, the catalogue, evidence, surfaces, draws",
    "physics": "models against closed forms, published values and slow doubles",
    "engine": "the order of events, laws of whole raids, the slow double of the engine",
    "studies": "estimates, results, coverage, interruption, the comparisons of `bartizan verify`",
    "reference": "reference tables, row by row, with larger samples than `bartizan verify` plays",
    "faces": "the command line, the report, maps",
    "docs": "the pages that you read",
    ".": "the benchmarks, small",
}


def pages(verdicts: Sequence[Verdict]) -> dict[Path, str]:
    """Both pages as they should stand."""
    testing = _between(TESTING.read_text(encoding="utf-8"), "counts", _counts(verdicts))
    verification = _between(VERIFICATION.read_text(encoding="utf-8"), "answered", _answered(verdicts))
    return {TESTING: testing, VERIFICATION: _between(verification, "not answered", _not_answered(verdicts))}


def _between(text: str, name: str, made: str) -> str:
    """A page's text with the lines between the marks of that name made anew."""
    begin, end = f"<!-- begin {name}: make docs -->\n", f"<!-- end {name} -->"
    before, rest = text.split(begin)
    return before + begin + made + end + rest.split(end)[1]


# ------------------------------------------------------------------------------------------- verification.md


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


# ------------------------------------------------------------------------------------------------ testing.md


def _counts(verdicts: Sequence[Verdict]) -> str:
    lines = ["| tests of | files | test functions | of them over drawn input |", "|---|---|---|---|"]
    totals = [0, 0, 0]
    for folder, about in FOLDERS.items():
        found = _of_folder(folder)
        totals = [total + number for total, number in zip(totals, found, strict=True)]
        lines.append(f"| {about} | {' | '.join(map(str, found))} |")
    lines.append(f"| **all** | {' | '.join(f'**{number}**' for number in totals)} |")
    return "\n".join(lines) + f"\n\n`bartizan verify`: {_total(verdicts)[0].lower()}{_total(verdicts)[1:]}\n"


def _of_folder(folder: str) -> tuple[int, int, int]:
    """Files, test functions, and those of them that hypothesis draws the input of."""
    files = sorted((TESTS / folder).glob("test_*.py"))
    tests = [test for file in files for test in _tests(file)]
    return len(files), len(tests), sum(_is_drawn(test) for test in tests)


def _tests(file: Path) -> Iterator[ast.FunctionDef]:
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
            yield node


def _is_drawn(test: ast.FunctionDef) -> bool:
    return any(isinstance(d, ast.Call) and ast.unparse(d.func).split(".")[-1] == "given" for d in test.decorator_list)


def main(arguments: list[str]) -> int:
    made = pages(suite.verify())
    if "--check" in arguments:
        return int(any(page.read_text(encoding="utf-8") != text for page, text in made.items()))
    for page, text in made.items():
        page.write_text(text, encoding="utf-8")
        print(f"wrote {page.relative_to(REPOSITORY)}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
