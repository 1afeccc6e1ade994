"""What may be changed in a scenario, as JSON says it: one small model for each kind of change."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from bartizan.ground.errors import UserError, shown
from bartizan.world.reader import worded


class _Change(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False)


class Move(_Change):
    """A unit stands elsewhere; how well its place is known stays as it was. A map across 180 degrees counts on."""

    op: Literal["move"]
    unit: str
    lat: float = Field(ge=-85, le=85)
    lon: float = Field(ge=-360, le=360)


class Within(_Change):
    """The place of a unit is known to within `m`; 0: it stands exactly there."""

    op: Literal["within"]
    unit: str
    m: float = Field(ge=0, le=1_000_000)


class Height(_Change):
    """The antenna stands `m` above the ground or the roof."""

    op: Literal["height"]
    unit: str
    m: float = Field(ge=0, le=10_000)


class OnRoof(_Change):
    """A unit stands on a roof of so many storeys; 0: on the ground; none: as high as the mapped building there."""

    op: Literal["roof"]
    unit: str
    storeys: int | None = Field(ge=0, le=300)


class Add(_Change):
    """Another unit stands on a roof of so many storeys; 0: on the ground; none: as high as the mapped building there.
    In `override` is what is different from its system."""

    op: Literal["add"]
    unit: str = Field(min_length=1, max_length=200)
    system: str
    lat: float = Field(ge=-85, le=85)
    lon: float = Field(ge=-360, le=360)
    storeys: int | None = Field(default=0, ge=0, le=300)
    networked: bool = True
    override: dict[str, Any] = Field(default_factory=dict)


class Remove(_Change):
    """A unit is not there."""

    op: Literal["remove"]
    unit: str


class Rounds(_Change):
    """An effector has so many rounds ready to fire."""

    op: Literal["rounds"]
    unit: str
    effector: str
    value: int = Field(ge=0, le=1_000_000)


class Channels(_Change):
    """A unit engages so many threats at the same time."""

    op: Literal["channels"]
    unit: str
    value: int = Field(ge=0, le=1_000_000)


class Salvo(_Change):
    """A unit fires so many rounds at a threat before it looks again."""

    op: Literal["doctrine"]
    unit: str
    salvo: int = Field(ge=1, le=100)


class RaidSize(_Change):
    """A case is played with `factor` times as many threats; none of its groups is left without one."""

    op: Literal["raid_size"]
    case: str
    factor: float = Field(gt=0, le=1000)


class Jamming(_Change):
    """Whether the defence's jammers are there."""

    op: Literal["jamming"]
    on: bool


Change = Add | Move | Within | Height | OnRoof | Remove | Rounds | Channels | Salvo | RaidSize | Jamming
_CHANGES: TypeAdapter[list[Change]] = TypeAdapter(list[Annotated[Change, Field(discriminator="op")]])


def read_changes(written: Sequence[Mapping[str, Any] | Change]) -> list[Change]:
    """Changes as a program or JSON gives them, in the order in which to make them. Raises UserError.

    Of several to the same thing the last holds; removal outweighs all else, of a unit that was added the addition as
    well, and jamming comes after all units.
    """
    plain = [c.model_dump() if isinstance(c, _Change) else c for c in written]
    try:
        found = _CHANGES.validate_python(plain)
    except ValidationError as error:
        raise UserError("; ".join(_in_words(dict(each)) for each in error.errors(include_url=False))) from None
    last = {_target(change): change for change in found}
    removed = {change.unit for change in last.values() if isinstance(change, Remove)}
    added = {change.unit for change in last.values() if isinstance(change, Add)}
    gone = [removed & added if isinstance(change, Remove) else removed for change in last.values()]
    kept = [c for c, units in zip(last.values(), gone, strict=True) if getattr(c, "unit", None) not in units]
    return sorted(kept, key=lambda change: isinstance(change, Jamming))


def _target(change: Change) -> tuple[str, ...]:
    return (change.op, *(str(getattr(change, name, "")) for name in ("unit", "effector", "case")))


def _in_words(error: dict[str, Any]) -> str:
    number, *field = error["loc"] or ("",)
    where = f"change {number + 1}" if isinstance(number, int) else "changes"
    told = ("missing", "union_tag_not_found", "union_tag_invalid")  # whose message says what stood there
    stood = "" if error["type"] in told else f" (stood there: {shown(error['input'])})"
    return f"{where}{''.join(f', {part}' for part in field)}: {worded(error)}{stood}"
