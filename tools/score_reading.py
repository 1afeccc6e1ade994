"""Prints how well `bartizan read` reads: the texts of tests/world/reading, and a folder of reports if one is given."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tests.world.reading import scoring


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--reports", type=Path, help="the reports that moscow-2023 was made from")
    folder = parser.parse_args().reports
    scores = {
        f"{what}, places {'named' if named else 'not named'}": scoring.scored(scoring.own_texts(named)[part])
        for what, part in scoring.SETS.items()
        for named in (True, False)
    }
    if folder:
        scores["reports of moscow-2023"] = scoring.scored(scoring.seeds(folder))
    for name, score in scores.items():
        print(f"{name}: {score}")
        for missed in score.missed:
            print(f"  missed {missed}")


if __name__ == "__main__":
    main()
