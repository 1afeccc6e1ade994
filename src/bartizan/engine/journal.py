"""What happens in a raid as rows, for whoever asks for them: the journal of one raid, and what was fired in many."""

from __future__ import annotations

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
