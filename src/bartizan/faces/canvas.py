"""What all figures of the report share: style, widths and the way from Matplotlib to SVG.

Every figure reads in grey: lightness carries what colour does, and hatches, markers and line styles repeat it.
Matplotlib is imported when the first figure is drawn, through its objects only, so that no global state is left behind.
"""

from __future__ import annotations

import functools
import io
import logging
import os
import re
import threading
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

#: Inches: 7.6 fill the page's column on a screen, 3.7 the width of a phone without shrinking the letters.
WIDE, NARROW = 7.6, 3.7
INK, PAPER, FAINT = "#1a1a1a", "#ffffff", "#8a8a8a"

# `none` leaves letters as text: any script shows, pages stay small. The salt makes the same figure the same bytes.
_STYLE: dict[Any, Any] = {
    "svg.fonttype": "none",
    "svg.hashsalt": "bartizan",
    "font.family": ["sans-serif"],
    "font.sans-serif": ["DejaVu Sans", "Verdana", "Segoe UI", "Roboto", "Helvetica", "Arial", "sans-serif"],
    "font.size": 9.0,
    "axes.edgecolor": "#555555",
    "axes.linewidth": 0.7,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.labelsize": 9.0,
    "axes.titlesize": 10.0,
    "xtick.labelsize": 8.5,
    "ytick.labelsize": 8.5,
    "hatch.linewidth": 0.6,
    "legend.fontsize": 8.5,
    "legend.frameon": False,
    "path.simplify": True,
    "text.usetex": False,
    "text.parse_math": False,  # a name may hold $
}
_NO_METADATA = {"Date": None, "Creator": None, "Format": None, "Type": None}
_DRAWING = threading.Lock()  # Matplotlib's settings are one dict for the whole process


#: What says where Matplotlib keeps what it makes.
_ITS_FOLDERS = ("MPLCONFIGDIR", "XDG_CACHE_HOME", "XDG_CONFIG_HOME", "HOME")


def _leads_round(name: str) -> bool:
    """Whether a folder of the environment is a link that leads back to itself."""
    try:
        Path(os.environ.get(name, "")).resolve()
    except (OSError, RuntimeError):
        return True
    return False


def _imported() -> Any:
    """Matplotlib, whatever backend the environment asks for: a notebook names one for all that it starts, which need
    not be installed here. A cache or a settings file that it cannot use is none of the user's business either."""
    asked = os.environ.pop("MPLBACKEND", None)
    logging.getLogger("matplotlib").setLevel(logging.CRITICAL)
    if any(map(_leads_round, _ITS_FOLDERS)):
        os.environ["MPLCONFIGDIR"] = os.devnull  # no folder, in place of which it makes one for the moment
    try:
        import matplotlib
    finally:
        if asked is not None:
            os.environ["MPLBACKEND"] = asked
    return matplotlib


@functools.cache
def _settings() -> dict[Any, Any]:
    """Matplotlib's own settings under ours: those of a matplotlibrc beside the user's files are for other pictures."""
    import matplotlib

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        own = dict(matplotlib.rcParamsDefault.items())
    return {key: value for key, value in own.items() if not key.startswith("backend")} | _STYLE


@contextmanager
def _style() -> Iterator[None]:
    # The viewer's fonts draw the letters, so a glyph that is missing here is none of our business.
    with _DRAWING, _imported().rc_context(_settings()), warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Glyph .* missing from")
        yield


#: The points of a path, and numbers with more figures than a tenth of a point needs: they take a tenth of a map's room.
_PATH, _LONG = re.compile(rb' d="[^"]*"'), re.compile(rb"(\.\d)\d+")


class Picture(NamedTuple):
    """One figure in both widths, as SVG files."""

    wide: bytes
    narrow: bytes


def picture(draw: Callable[[float], Figure]) -> Picture:
    """Both forms of what `draw` makes at a width in inches."""
    with _style():
        return Picture(*(_svg(draw(width)) for width in (WIDE, NARROW)))


def raster(draw: Callable[[float], Figure], width: float, dpi: int) -> bytes:
    """What `draw` makes at a width in inches, as a PNG file."""
    file = io.BytesIO()
    with _style():
        draw(width).savefig(file, format="png", dpi=dpi, metadata={"Software": None})
    return file.getvalue()


def _svg(figure: Figure) -> bytes:
    file = io.BytesIO()
    figure.savefig(file, format="svg", metadata=_NO_METADATA)
    return _PATH.sub(lambda path: _LONG.sub(rb"\1", path.group()), file.getvalue())


def blank(
    width: float, height: float, left: float, bottom: float, right: float = 0.1, top: float = 0.1
) -> tuple[Figure, Axes]:
    """A figure with one pair of axes. Lengths in inches: the place of everything is known before drawing."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width, height), dpi=72, facecolor=PAPER)
    box = (left / width, bottom / height, (width - left - right) / width, (height - bottom - top) / height)
    return figure, figure.add_axes(box)


def cividis(lightness: float) -> Any:
    import matplotlib

    return matplotlib.colormaps["cividis"](lightness)


def is_narrow(width: float) -> bool:
    """Whether a figure of this width in inches is the one for phones."""
    return width < 5
