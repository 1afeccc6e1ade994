"""Bartizan: what a layered air defence, as publicly reported, can see, stop and let through."""

__version__ = "0.1.0"
