"""Query: which things of a place are asked for, and what of that the database can find (ADR 0092)."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from urbium.platform.context.conditions import Condition, pattern, read_scopes
from urbium.platform.context.entities import Entity
from urbium.platform.context.places import Place
from urbium.store import Match, Range


@dataclass(frozen=True, slots=True)
class Query:
    """Which entities are asked for; all names are full.

    Parameters
    ----------
    types, ids : of one of these types, with one of these names
    id_pattern : a pattern of RE2 that their names hold
    attributes : they have one of these
    condition, place : they have this, and lie there
    scope : their scopes are these, as ``scopeQ`` says it
    """

    types: Sequence[str] = ()
    ids: Sequence[str] = ()
    id_pattern: str = ""
    attributes: Sequence[str] = ()
    condition: Condition | None = None
    place: Place | None = None
    scope: str = ""

    @property
    def is_plain(self) -> bool:
        """Whether the database alone can tell which entities these are."""
        return not (self.id_pattern or self.attributes or self.condition or self.place or self.scope)

    def holds(self) -> Callable[[Entity], bool]:
        """Return what says whether an entity is asked for, beside its type and name."""
        matches = pattern(self.id_pattern) if self.id_pattern else None
        is_within = read_scopes(self.scope) if self.scope else None

        def is_wanted(entity: Entity) -> bool:
            return (
                (matches is None or matches(entity["id"]))
                and (not self.attributes or any(name in entity for name in self.attributes))
                and (self.condition is None or self.condition.holds(entity))
                and (self.place is None or self.place.holds(entity))
                and (is_within is None or is_within(entity.get("scope", [])))
            )

        return is_wanted

    def range(self, readable: frozenset[str] | None = None) -> Range | None:
        """Return what the database looks for, of types that may be read; None where that is nothing."""
        types: Iterable[str] = self.types
        if readable is not None:
            types = [one for one in self.types or sorted(readable) if one in readable]
            if not types:
                return None
        groups = [*(self.condition.groups() if self.condition is not None else [])]
        if self.attributes:
            groups.append([Match(name) for name in self.attributes])
        return Range(list(types), self.ids, groups, self.place.box() if self.place is not None else None)
