"""Mistakes of one scenario file as they are found: names that nothing has, claims and sources that are not given."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from bartizan.ground import errors
from bartizan.ground.errors import Mistake
from bartizan.world import catalog, reader
from bartizan.world.schema import ScenarioFile
from bartizan.world.uncertain import Uncertain


class Complaints:
    """Mistakes of one file as they are found."""

    def __init__(self, document: reader.Document, content: ScenarioFile) -> None:
        self.document, self.content = document, content
        self.found: list[Mistake] = []

    def complain(self, path: reader.Path, problem: str) -> None:
        self.found.append(self.document.mistake(path, problem))

    def unknown(self, path: reader.Path, what: str, name: str, known: Iterable[str]) -> None:
        self.complain(path, f"no {what} named {errors.shown(name, 120)}{self._hint(name, known)}")

    def _hint(self, name: str, known: Iterable[str]) -> str:
        """Likely names instead; nothing once mistakes are many more than are shown, since each is compared with all."""
        if len(self.found) >= errors.MOST_SHOWN:
            return ""
        return errors.instead(name, known)

    def one_of(self, path: reader.Path, name: str, kinds: Mapping[str, set[str]]) -> None:
        """That a name is of something of these kinds, and of one kind alone."""
        if not (found := [kind for kind, names in kinds.items() if name in names]):
            *others, last = kinds
            self.unknown(path, f"{', '.join(others)} or {last}", name, set().union(*kinds.values()))
        elif len(found) > 1:
            named = " and ".join(f"{'an' if kind == 'asset' else 'a'} {kind}" for kind in found)
            self.complain(path, f"{name!r} is the name of {named}, and which is meant is not clear: rename one of them")

    def claims_known_at(self, path: reader.Path) -> set[str]:
        """Ids of the claims that what stands at `path` may name: a variant's own only inside that variant."""
        known = {c.id for c in self.content.claims}
        if path[:1] == ("variants",):
            known |= {c.id for c in self.content.variants[str(path[1])].claims}
        return known

    def grounds(self, path: reader.Path, number: Uncertain, sources: Iterable[str]) -> None:
        """That the claims and sources which a number names exist; the catalogue's bibliography is always known."""
        for claim in number.named_claims:
            if claim not in (known := self.claims_known_at(path)):
                self.unknown(path, "claim", claim, known)
        missing = set(number.sources) - set(sources)
        for source in sorted(missing - set(catalog.sources())) if missing else ():
            self.unknown(path, "source", source, {*sources, *catalog.sources()})
