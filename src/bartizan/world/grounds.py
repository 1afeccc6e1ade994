"""What a scenario rests on: that the claims and sources which it names are given, there and in all its variants."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from bartizan.ground.errors import Mistake
from bartizan.world import reader
from bartizan.world.complaints import Complaints
from bartizan.world.numbers import walk
from bartizan.world.schema import Claim


class Grounds(Complaints):
    """Checks claims and sources, and what names them, over the whole file with all its variants."""

    def check(self) -> list[Mistake]:
        content = self.content
        for path, number, sources in walk(content):
            self.grounds(path, number, sources)
        self._claims((), content, [])
        for name, variant in content.variants.items():
            self._claims(("variants", name), variant, content.claims)
        return self.found

    def _claims(self, path: reader.Path, owner: Any, before: list[Claim]) -> None:
        known = self.claims_known_at(path)
        for place, named in _claims_named(owner):
            for position, claim in enumerate(named):
                if claim not in known:
                    self.unknown((*path, *place, position), "claim", claim, known)
        seen = {claim.id for claim in before}
        places = names_by_kind(("asset", "unit"), self.content, owner)
        for index, claim in enumerate(owner.claims):
            here = (*path, "claims", index)
            if claim.id in seen:
                self.complain((*here, "id"), f"the claim {claim.id!r} is given twice")
            seen.add(claim.id)
            for end in ("start", "end") if claim.distance else ():
                self.one_of((*here, "distance", end), getattr(claim.distance, end), places)


def _claims_named(owner: Any) -> Iterator[tuple[reader.Path, list[str]]]:
    """The claims that items of a scenario or a variant rest on, with their paths."""
    for kind in ("assets", "units", "areas"):
        for index, item in enumerate(getattr(owner, kind, ())):
            yield (kind, index, "claims"), item.claims
    for index, raid in enumerate(owner.raids):
        if raid.reported is not None:
            yield ("raids", index, "reported", "claims"), raid.reported.claims


def names_by_kind(kinds: Iterable[str], *owners: Any) -> dict[str, set[str]]:
    """The names of the units, assets or raids of a scenario, or of one and a variant."""
    return {kind: {item.name for own in owners for item in getattr(own, f"{kind}s")} for kind in kinds}
