"""Rows of the reference tables as ordinary scenarios: the product's, which `bartizan verify` plays too."""

from bartizan.studies.verify.scenarios import STREAM, TABLES, NotExpressible, rows_of, scenario_for

__all__ = ["STREAM", "TABLES", "NotExpressible", "rows_of", "scenario_for"]
