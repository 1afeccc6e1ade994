"""What happens in a raid, written down for whoever asks: the journal of one, what was fired in many, rounds left."""

from __future__ import annotations

import math

from bartizan.ground.jit import inner


@inner
def note(state, time, kind, threat, unit, effector, rounds, until):  # type: ignore[no-untyped-def]
    """A row of the journal, if one is kept and has room."""
    n = state.written[0]
    if n < state.journal.shape[0]:
        row = state.journal[n]
        row.time, row.kind, row.threat, row.unit = time, kind, threat, unit
        row.effector, row.rounds, row.until = effector, rounds, until
        state.written[0] = n + 1


@inner
def note_launch(block, r, i, e, rounds, s, meets, kills):  # type: ignore[no-untyped-def]
    """A row of what was fired, if such rows are kept and there is room; s after the threat's appearance it meets it."""
    n = block.launched[0]
    block.launched[0] = n + 1
    if n < block.launches.shape[0]:
        row = block.launches[n]
        row.raid, row.threat, row.effector, row.rounds = r, i, e, rounds
        row.s, row.meets, row.kills = s, meets, kills


@inner
def count_left(raid, e, more, t):  # type: ignore[no-untyped-def]
    """Effector e has so many rounds more to fire from t on: from the next time at which they are counted, if any is."""
    points = raid.block.left.shape[2]
    if points > 0:
        k = math.ceil(max(t, 0.0) / raid.block.step[0])
        if k < points:
            raid.block.left[raid.row, e, k] += more
