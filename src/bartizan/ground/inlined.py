"""How functions are compiled that only kernels call: into the text of the kernel, never to machine code of their own.

numba optimises each function that it compiles with all that it calls, emits machine code for it, and does both again
for whoever calls that. Where everything is inlined in the end, only the last time matters: here a function keeps the
text that it was lowered to, and the kernel takes each text once and optimises the whole.
"""

from __future__ import annotations

from typing import Any

import llvmlite.binding as llvm
from numba.core.codegen import JITCodeLibrary
from numba.core.compiler import Compiler

from bartizan.ground.indices import mark

__all__ = ["OfInner", "OfKernel"]


class _Nowhere:
    """An engine that holds nothing."""

    def set_env(self, name: str, environment: Any) -> None:
        """Nothing: nobody calls it from Python."""


class _Text(JITCodeLibrary):  # type: ignore[misc]
    """What one inner function was lowered to, and the libraries of what it calls."""

    _shared_module: Any
    _linking_libraries: list[Any]

    def finalize(self) -> None:
        """Nothing is optimised but each function by itself, and nothing becomes machine code."""
        self._final_module.verify()
        self._finalized = True

    def below(self) -> list[Any]:
        """The libraries of what it calls."""
        return self._linking_libraries

    def module(self) -> Any:
        """Its text, so that it may be linked by several and dropped once it is inlined."""
        if self._shared_module is None:
            for function in self._final_module.functions:
                if not function.is_declaration and function.linkage == llvm.Linkage.external:
                    function.linkage = "linkonce_odr"
            self._shared_module = self._final_module
        return self._shared_module

    def create_ir_module(self, name: str) -> Any:
        """A module that says that it is no kernel's (see `contexts`)."""
        module = mark(super().create_ir_module(name))
        module.is_of_inner = True
        return module

    def get_pointer_to_function(self, name: str) -> int:
        """None: there is no machine code."""
        return 0

    @property
    def codegen(self) -> _Nowhere:
        """Where what Python calls would find its environment."""
        return _Nowhere()

    def _get_module_for_linking(self) -> Any:
        raise RuntimeError(f"{self.name} is for kernels, not for functions that are compiled by themselves")


class _Whole(JITCodeLibrary):  # type: ignore[misc]
    """A kernel's library: it links the text of everything below it, each once."""

    _linking_libraries: list[Any]

    def create_ir_module(self, name: str) -> Any:
        """A module whose functions take indices as they are."""
        return mark(super().create_ir_module(name))

    def finalize(self) -> None:
        found: dict[int, Any] = {}
        _gather(self._linking_libraries, found)
        below = [*reversed(found.values())]  # who calls before who is called: what nobody asks for is not linked
        for library in below:
            if isinstance(library, _Text):
                self._final_module.link_in(library.module(), preserve=True)
        for function in self._final_module.functions:  # nobody else calls them: what they leave alone may be known
            if not function.is_declaration and function.linkage == llvm.Linkage.linkonce_odr:
                function.linkage = "internal"
        self._linking_libraries = [library for library in below if not isinstance(library, _Text)]
        super().finalize()


def _gather(libraries: list[Any], found: dict[int, Any]) -> None:
    """All that stands below, whoever is called before who calls."""
    for library in libraries:
        if id(library) not in found:
            if isinstance(library, _Text):
                _gather(library.below(), found)
            found[id(library)] = library


class OfInner(Compiler):  # type: ignore[misc]
    """Compiles a function to text for kernels."""

    def __init__(self, typingctx: Any, targetctx: Any, library: Any, args: Any, returns: Any, flags: Any, names: Any):
        library = library or _Text(targetctx.codegen(), "inner")
        super().__init__(typingctx, targetctx, library, args, returns, flags, names)


class OfKernel(Compiler):  # type: ignore[misc]
    """Compiles a kernel, with all the texts below it."""

    def __init__(self, typingctx: Any, targetctx: Any, library: Any, args: Any, returns: Any, flags: Any, names: Any):
        if library is None:
            library = _Whole(targetctx.codegen(), "kernel")
            library.enable_object_caching()
        super().__init__(typingctx, targetctx, library, args, returns, flags, names)
