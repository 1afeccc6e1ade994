"""Indices in kernels are taken as they are: none counts from the end.

Python's rule that index -1 is the last has numba ask at every access whether an index is negative, unless it can tell
that none is, and loops over a part of an array do not run on several numbers at once for it: a raid takes 1.14 to 1.19
times as long to play (docs/benchmarks.md). Kernels of ours use no such index; NUMBA_BOUNDSCHECK=1 shows one that does,
as it shows one beyond the end.
"""

from __future__ import annotations

from typing import Any

from numba.core import types
from numba.np import arrayobj

__all__ = ["mark"]

_from_the_end = arrayobj.fix_integer_index


def mark(module: Any) -> Any:
    """A module of LLVM whose functions take indices as they are."""
    module.takes_indices_as_they_are = True
    return module


def _as_it_is(context: Any, builder: Any, kind: Any, index: Any, size: Any) -> Any:
    if not hasattr(builder.function.module, "takes_indices_as_they_are"):
        return _from_the_end(context, builder, kind, index, size)
    return context.cast(builder, index, kind, types.intp)


arrayobj.fix_integer_index = _as_it_is
