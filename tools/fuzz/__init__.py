"""Odd inputs by the thousand, against what reads them: `python -m tools.fuzz --help`."""
