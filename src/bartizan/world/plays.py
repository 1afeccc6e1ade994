"""What of a scenario decides how raids go, as plain data: what all comes to, however it is written."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel

from bartizan.world.uncertain import Uncertain

if TYPE_CHECKING:
    from bartizan.world.scenario import Scenario

#: Fields that tell people what a thing is, wherever they stand.
_TOLD = frozenset({"title", "short", "summary", "date", "note", "claims", "sources", "credit"})
#: Fields of a file that bear on no raid, and those that are told by what they come to.
_ASIDE = frozenset(
    {"variants", "placement", "districts", "civil_alert", "money", "backdrop", "study", "systems", "threats"}
)
_PUT_IN = frozenset({"units", "assets", "raids"})


def decides(scenario: Scenario) -> dict[str, Any]:
    """All but where people live and are alerted, where districts lie, in which money costs are told, who said what, and
    what things are called. Numbers that are not certain are told by their names too, by which they are drawn."""
    whole = _plain(scenario.file, _ASIDE | _PUT_IN)
    whole["fall"].pop("population")
    return whole | {
        "study": _plain(scenario.file.study, {"worlds", "raids"}),
        "assets": _bare(scenario.assets),
        "units": [
            _plain(unit.unit, {"system", "override"}) | {"system": _bare(unit.system), "type": unit.system_key}
            for unit in scenario.units
        ],
        "raids": [_plain(raid, {"groups"}) for raid in scenario.raids],
        "cases": [
            [case.name, [[_plain(w.group, {"threat"}), _bare(w.threat), w.key, w.size] for w in case.groups]]
            for case in scenario.cases
        ],
        "numbers": {name: _bare(number) for name, number in scenario.numbers.items() if not number.is_fixed},
        "stated": [list(each) for each in scenario.stated],
        "surface files": scenario.mapped.digest if scenario.mapped is not None else None,
    }


def _plain(model: BaseModel, without: Iterable[str]) -> dict[str, Any]:
    fields = type(model).model_fields.keys() - _TOLD - frozenset(without)
    return {name: _bare(getattr(model, name)) for name in fields}


def _bare(value: Any) -> Any:
    if isinstance(value, Uncertain):
        if value.is_fixed:
            return value.parameters[0]
        return [value.law, value.parameters, value.same_as, value.log, value.bounds]
    if isinstance(value, BaseModel):
        return _plain(value, ())
    if isinstance(value, Mapping):
        return [[key, _bare(item)] for key, item in value.items()]  # whose order may decide between equals
    if isinstance(value, list | tuple):
        return [_bare(item) for item in value]
    return value
