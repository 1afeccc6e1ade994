"""What shows itself in a notebook. How is for the faces to say: they are looked for only when somebody looks."""

from __future__ import annotations

from importlib import import_module
from typing import Any


class Shown:
    """A thing with a picture of itself in HTML, as Jupyter asks for it."""

    __slots__ = ()

    def _repr_html_(self) -> str:
        return str(_faces().html(self))


class Plotted(Shown):
    """A thing that can also be plotted."""

    __slots__ = ()

    def plot(self, ax: Any = None) -> Any:
        """Draw it into axes of Matplotlib, or into new ones; the axes."""
        return _faces().plot(self, ax)


def _faces() -> Any:
    """By name: nothing down here may import what stands above."""
    return import_module("bartizan.faces.notebook")
