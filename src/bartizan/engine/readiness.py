"""Which units are ready in a raid, and when those on standby become so: drawn and settled before the first event."""

from __future__ import annotations

from bartizan.engine.aim import aim_at, note_change, seeks
from bartizan.engine.journal import note
from bartizan.engine.layout import TURNED
from bartizan.engine.tables import first_track, luck, told_at
from bartizan.ground import rng
from bartizan.ground.jit import inner
from bartizan.physics.flyout import NEVER


@inner
def _state_drawn(raid, unit):  # type: ignore[no-untyped-def]
    """The draw that decides the state of a unit: that of all its group with the chance `common`, else its own."""
    if luck(raid, rng.READINESS, unit.crew, 0, 0) < unit.common:
        return luck(raid, rng.READINESS, unit.crew, 0, 1)
    return luck(raid, rng.READINESS, unit.crew, unit.entity, 2)


@inner
def draw_readiness(raid):  # type: ignore[no-untyped-def]
    """When each unit is ready, s into the raid: -NEVER all along, NEVER where it is off."""
    waiting = 0
    for u in range(raid.world.units.shape[0]):
        unit, x = raid.world.units[u], raid.state.units[u]
        x.ready, x.standby = -NEVER, 0
        raid.state.silent[0] |= unit.networked and seeks(raid.world, u)
        if unit.ready < 1.0 and unit.present:
            drawn = _state_drawn(raid, unit)
            if drawn >= unit.ready:
                x.ready = NEVER
                x.standby = 1 if drawn < unit.ready + (1.0 - unit.ready) * unit.standby else 0
                waiting += x.standby
                raid.state.silent[0] |= unit.networked
    if waiting > 0:
        _alert(raid)


@inner
def _warned(raid):  # type: ignore[no-untyped-def]
    """When a warning from outside comes, s into the raid; NEVER if it does not."""
    warning = raid.world.warning[0]
    if warning.missed >= 1.0 or luck(raid, rng.WARNING, 0, 0, 0) < warning.missed:
        return NEVER
    return -warning.lead


@inner
def heed_warning(raid):  # type: ignore[no-untyped-def]
    """Sensors that turn are turned to where the first threat appears, from when a warning that tells it comes."""
    told = _warned(raid) if raid.world.warning[0].tells_bearing else NEVER
    if told == NEVER:
        return
    first, appears = -1, NEVER
    for i in range(raid.theatre.routes.shape[0]):
        if not raid.theatre.routes[i].neutral and raid.state.threats[i].appears < appears:
            first, appears = i, raid.state.threats[i].appears
    for u in range(raid.world.units.shape[0]):
        unit, x = raid.world.units[u], raid.state.units[u]
        if unit.turns and unit.present and first >= 0:
            x.left = told
            aim_at(raid, u, first, appears, told + raid.world.sensors[unit.turner].slew)
            note(raid.state, told, TURNED, first, u, -1, 0, x.aimed)


@inner
def _alert(raid):  # type: ignore[no-untyped-def]
    """Units on standby make ready: from a warning, from the network's first track, or from the first arrival on."""
    state = raid.state
    alone = _warned(raid)
    for i in range(raid.theatre.routes.shape[0]):
        if not raid.theatre.routes[i].neutral:
            alone = min(alone, state.threats[i].arrives)
    told = alone
    if state.silent[0]:
        told = min(alone, told_at(raid, first_track(raid)))
    for u in range(raid.world.units.shape[0]):
        if state.units[u].standby:
            unit = raid.world.units[u]
            state.units[u].ready = (told if unit.networked else alone) + unit.time_to_ready
            note_change(raid, u)
