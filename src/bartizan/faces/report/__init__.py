"""The report: one page of a results folder, a file for each of its sections."""

from bartizan.faces.report.page import render, write

__all__ = ["render", "write"]
