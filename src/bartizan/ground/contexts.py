"""Contexts: named tuples of arrays, handed to what kernels call by reference and not array by array.

numba passes a named tuple as one argument for each number in it: the tables of a raid are 700, which every call takes
apart and every function puts together again. A context is passed as the address of its fields; once all is inlined no
address is left, and the machine code is what it was, compiled in a third of the time. Every named tuple of ours with
arrays that Python gives a kernel is a context; what a kernel makes itself becomes one by `by_reference`.
"""

from __future__ import annotations

import hashlib
from typing import Any, TypeVar

import numba
from llvmlite import ir
from numba.core import cgutils
from numba.core.datamodel import register_default
from numba.core.datamodel.models import PrimitiveModel
from numba.core.imputils import lower_getattr_generic
from numba.core.typing.typeof import typeof_impl
from numba.extending import NativeValue, intrinsic, unbox

__all__ = ["by_reference"]

T = TypeVar("T")
types: Any = numba.types


class Context(types.NamedTuple):  # type: ignore[misc]
    """The address of the fields of a named tuple, which nothing writes to."""

    def __init__(self, of: Any, instance_class: type) -> None:
        super().__init__([types.unliteral(kind) for kind in of], instance_class)
        digest = hashlib.sha256(self.name.encode()).hexdigest()[:16]
        # Symbols carry it, so it has to be short.
        self.name: str = f"{instance_class.__module__}.{instance_class.__name__}@{digest}"

    @property
    def key(self) -> str:
        return self.name


@register_default(Context)
class _Address(PrimitiveModel):  # type: ignore[misc]
    """How a Context is held by machine code: as an address of bytes. An address of fields carries the types of all of
    them, which each instruction names: the text of `engine.play` was 43 MB so, to be written and read."""

    def __init__(self, models: Any, kind: Context) -> None:
        self.within = [models.lookup(field) for field in kind.types]
        self.fields = ir.LiteralStructType([model.get_value_type() for model in self.within])
        self._offsets: dict[int, int] = {}
        super().__init__(models, kind, cgutils.voidptr_t)

    def from_argument(self, builder: Any, value: Any) -> Any:
        """Kernels copy what they are given, so that the compiler knows that no array overlaps it."""
        return value if hasattr(builder.function.module, "is_of_inner") else self.copied(builder, value)

    def copied(self, builder: Any, value: Any) -> Any:
        """The address of a copy, of contexts within as well."""
        fields = builder.load(builder.bitcast(value, self.fields.as_pointer()))
        place = cgutils.alloca_once_value(builder, fields)
        for i, model in enumerate(self.within):
            if isinstance(model, _Address):
                at = cgutils.gep_inbounds(builder, place, 0, i)
                builder.store(model.copied(builder, builder.load(at)), at)
        return builder.bitcast(place, cgutils.voidptr_t)

    def field(self, builder: Any, target: Any, value: Any, number: int) -> Any:
        """One field, found by how many bytes it lies from the address."""
        if number not in self._offsets:
            self._offsets[number] = self.fields.get_element_offset(target, number)
        at = builder.gep(value, [cgutils.intp_t(self._offsets[number])], inbounds=True)
        return builder.load(builder.bitcast(at, self.fields.elements[number].as_pointer()))


@lower_getattr_generic(Context)
def _field(context: Any, builder: Any, kind: Context, value: Any, name: str) -> Any:
    model = context.data_model_manager.lookup(kind)
    return model.field(builder, context.target_data, value, kind.fields.index(name))


@unbox(Context)
def _from_python(kind: Context, obj: Any, c: Any) -> NativeValue:
    native = c.unbox(types.NamedTuple(kind.types, kind.instance_class), obj)
    place = _address(c.builder, native.value)
    return NativeValue(place, cleanup=native.cleanup, is_error=native.is_error)


def _address(builder: Any, named: Any) -> Any:
    """Where the fields of a named tuple are put."""
    return builder.bitcast(cgutils.alloca_once_value(builder, named), cgutils.voidptr_t)


_typeof_tuple = typeof_impl.dispatch(tuple)


@typeof_impl.register(tuple)
def _typeof(value: tuple[Any, ...], asked: Any) -> Any:
    kind = _typeof_tuple(value, asked)
    return _context(kind) if isinstance(kind, types.BaseNamedTuple) else kind


def _context(kind: Any) -> Any:
    """The type of a named tuple; of ours that holds arrays, as a context."""
    ours = kind.instance_class.__module__.partition(".")[0] == __name__.partition(".")[0]
    holds = any(isinstance(field, types.Array | Context) for field in kind)
    return Context(tuple(kind), kind.instance_class) if ours and holds else kind


@intrinsic
def _held(typing: Any, named: Any) -> Any:
    kind = Context(named.types, named.instance_class)
    return kind(named), lambda context, builder, signature, values: _address(builder, values[0])


def _itself(named: T) -> T:
    return named


#: A named tuple that a kernel made, as a context.
by_reference = _itself if numba.config.DISABLE_JIT else _held
