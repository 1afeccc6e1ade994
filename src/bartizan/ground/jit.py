"""The only place with compiler options: what they are, and why.

Measured on the first engine (raids per second, 20 threats x 6 units): ordinary njit 6,900; without
reference counting inside kernels 29,000; with inner functions inlined at the LLVM level as well 47,000.
Both cost nothing in the text of a kernel, but two rules follow from them: a kernel allocates nothing and
returns no array, and an inner function cannot be called from Python (it has no wrapper, and would crash).

BARTIZAN_DEBUG=1 keeps the wrappers of inner functions so that tests may call them;
NUMBA_DISABLE_JIT=1 runs everything as plain Python.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import TypeVar

# Intel's vector functions, where they are installed, have other last bits. numba looks for them as it is imported.
os.environ.setdefault("NUMBA_DISABLE_INTEL_SVML", "1")

import llvmlite.binding
import numba

from bartizan.ground.inlined import OfInner, OfKernel, general, timeless
from bartizan.ground.kept import Kept, can_be_written, fingerprint

F = TypeVar("F", bound=Callable)

__all__ = ["apart", "can_be_written", "fingerprint", "inner", "is_cached", "kernel", "lanes"]

# The same bits on every x86-64. Registers twice as wide, where there are, add and multiply as others do, and save the
# survey a twelfth; fused operations would round otherwise.
_WIDE = "+avx2" if llvmlite.binding.get_host_cpu_features().get("avx2") else ""
numba.config.CPU_NAME, numba.config.CPU_FEATURES = "generic", _WIDE

_DEBUG = bool(os.environ.get("BARTIZAN_DEBUG"))
_INNER = (
    dict(_nrt=False)
    if _DEBUG
    else dict(_nrt=False, forceinline=True, no_cpython_wrapper=True, no_cfunc_wrapper=True, pipeline_class=OfInner)
)


def inner(function: F) -> F:
    """Compile a function that only kernels call: inlined, no reference counting, no wrapper for Python."""
    return _called(function, **_INNER)


def apart(function: F) -> F:
    """As `inner`, but called: for what is rare and large. Inlined wherever tracks are drawn, the aim of sensors that
    turn made the engine compile for 390 s of CPU. Records and numbers cost a call little; contexts go as addresses."""
    return _called(function, **{**_INNER, "forceinline": False})


def lanes(function: F) -> F:
    """As `inner`, for loops that are to run on several numbers at once: x / 0 is infinite and raises nothing.

    The check for a zero divisor is a way out of the loop, and a loop with one is not vectorised: the sweep of
    `physics.wedge` takes 1.5 times as long with it. Additions are not reordered, so the bits stay the same.
    """
    return _called(function, error_model="numpy", **_INNER)


def _called(function: F, **options: object) -> F:
    """A function that other compiled functions call."""
    compiled = numba.njit(**options)(function)
    if numba.config.DISABLE_JIT:
        return compiled
    return general(compiled if _DEBUG else timeless(compiled))


def kernel(function: F) -> F:
    """Compile a function that Python calls: releases the GIL, kept on disk, must not allocate."""
    compiled = numba.njit(nogil=True, _nrt=False, no_cfunc_wrapper=True, pipeline_class=OfKernel)(function)
    if not numba.config.DISABLE_JIT:
        compiled._cache = Kept(compiled)
        compiled.compile = compiled._cache.compile
    return compiled


def is_cached(kernel: Callable) -> bool:
    """Whether a kernel is on disk already, compiled; true as well where nothing is compiled."""
    kept = getattr(kernel, "_cache", None)
    return kept.is_there() if isinstance(kept, Kept) else True
