"""How functions are compiled that only kernels call: into the text of the kernel, never to machine code of their own.

numba optimises each function that it compiles with all that it calls, emits machine code for it, and does both again
for whoever calls that. Where everything is inlined in the end, only the last time matters: here a function keeps the
text that it was lowered to, and the kernel takes each text once and optimises the whole.
"""

from __future__ import annotations

from typing import Any

import llvmlite.binding as llvm
import numba
from numba.core import sigutils, typed_passes, untyped_passes
from numba.core.codegen import JITCodeLibrary
from numba.core.compiler import Compiler, Flags

from bartizan.ground.indices import mark

__all__ = ["OfInner", "OfKernel", "general", "timeless"]

types: Any = numba.types


#: Passes of numba's for what no kernel of ours has: closures, arrays that are made by arithmetic, branches that types
#: decide. Each looks at every function, and lifetimes are found anew after most.
_FOR_OTHERS = (
    untyped_passes.WithLifting, untyped_passes.InlineClosureLikes, untyped_passes.RewriteDynamicRaises,
    untyped_passes.MakeFunctionToJitFunction, untyped_passes.InlineInlinables, untyped_passes.FindLiterallyCalls,
    untyped_passes.LiteralUnroll, untyped_passes.LiteralPropagationSubPipelinePass, untyped_passes.DeadBranchPrune,
    typed_passes.InlineOverloads, typed_passes.NopythonRewrites, typed_passes.DumpParforDiagnostics,
)  # fmt: skip


class _Flags(Flags):  # type: ignore[misc]
    """Options of a function that is compiled. numba compares them at each call that it types, to see whether it knows
    the answer, and makes two tables of all options for that: here what was set is compared."""

    __slots__ = ()

    def __hash__(self) -> int:
        return len(self._values)

    def __eq__(self, other: object) -> bool:
        return self._values == other._values if isinstance(other, _Flags) else super().__eq__(other)


#: By options of a function that is compiled: what calls of what is not ours, with arguments of these types, come to.
_found: dict[_Flags, dict[Any, tuple[Any, Any, Any]]] = {}


class _Types:
    """What knows types, and asks once only what an operator or one of numba's functions makes of arguments: numba tries
    all that it may be wherever one stands."""

    def __init__(self, context: Any, flags: Any) -> None:
        self._context = context
        self._calls = _found.setdefault(_Flags(flags), {})

    def __getattr__(self, name: str) -> Any:
        return getattr(self._context, name)

    def resolve_function_type(self, function: Any, args: Any, kws: Any) -> Any:
        """The signature of a call; how it is lowered stands with the function."""
        if kws:
            return self._context.resolve_function_type(function, args, kws)
        if (function, args) not in self._calls:
            signature = self._context.resolve_function_type(function, args, kws)
            known = self._context._lookup_global(function) or function
            if type(known) is not types.Function or signature is None:
                return signature
            self._calls[function, args] = signature, known._impl_keys, known._impl_keys[signature.args]
        signature, lowered, how = self._calls[function, args]
        lowered[signature.args] = how
        return signature


class _Ours(Compiler):  # type: ignore[misc]
    """Compiles with the passes that our functions need."""

    def __init__(self, typingctx: Any, targetctx: Any, library: Any, args: Any, returns: Any, flags: Any, names: Any):
        super().__init__(_Types(typingctx, flags), targetctx, library, args, returns, _Flags(flags), names)

    def define_pipelines(self) -> list[Any]:
        """One, of numba's usual passes without those that do nothing here, and without looking after each whether it
        left lifetimes as they are: those that change them find them anew themselves."""
        (usual,) = super().define_pipelines()
        usual._ENFORCING = False
        usual.passes = [each for each in usual.passes if each[0] not in _FOR_OTHERS]
        return [usual]


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


def _general(kind: Any) -> Any:
    """The type that a whole number is taken as: 64 bits of any value; other types are what they are."""
    kind = types.unliteral(kind) if isinstance(kind, types.IntegerLiteral | types.BooleanLiteral) else kind
    return types.int64 if isinstance(kind, types.Integer) and kind.signed else kind


def general(dispatcher: Any) -> Any:
    """A function that is compiled once for whole numbers, and not for each constant and width that it is called with:
    that was 118 texts of the 370 of `engine.play`. Once inlined, the constants are there again."""
    fold = dispatcher._compiler.fold_argument_types

    def folded(args: Any, kws: Any) -> Any:
        signature, kinds = fold(args, kws)
        return signature, tuple(map(_general, kinds))

    dispatcher._compiler.fold_argument_types = folded
    return dispatcher


def timeless(dispatcher: Any) -> Any:
    """A function that is compiled within a kernel without its time being taken: numba tells each step of LLVM to the
    clocks of all functions that wait for the one at hand, 20 or more."""

    def compiled(kinds: Any) -> Any:
        args, returns = sigutils.normalize_signature(kinds)
        if args not in dispatcher.overloads:
            with dispatcher._compiling_counter:
                dispatcher.add_overload(dispatcher._compiler.compile(args, returns))
        return dispatcher.overloads[args].entry_point

    dispatcher.compile = compiled
    return dispatcher


class OfInner(_Ours):
    """Compiles a function to text for kernels."""

    def __init__(self, typingctx: Any, targetctx: Any, library: Any, args: Any, returns: Any, flags: Any, names: Any):
        library = library or _Text(targetctx.codegen(), "inner")
        super().__init__(typingctx, targetctx, library, args, returns, flags, names)


class OfKernel(_Ours):
    """Compiles a kernel, with all the texts below it."""

    def __init__(self, typingctx: Any, targetctx: Any, library: Any, args: Any, returns: Any, flags: Any, names: Any):
        if library is None:
            library = _Whole(targetctx.codegen(), "kernel")
            library.enable_object_caching()
        super().__init__(typingctx, targetctx, library, args, returns, flags, names)
