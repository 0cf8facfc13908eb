"""Naming: what places and people are called on a page, in the language of its reader.

Another language is marked. Who may read the log of changes reads who did what, and everybody else the role.
"""

from collections.abc import Callable, Sequence
from typing import Any, Final

from urbium.access import ROLES, Actor, Role, clauses
from urbium.model import Names
from urbium.nations import official_languages
from urbium.programme import Programme
from urbium.programme.base.labels import label
from urbium.spelling import in_order
from urbium.text import Text, named, say, text
from urbium.web.rendering.words import capital

_MOST_NAMES: Final = 2_000
"""Cities that are offered by name while one is typed."""


def naming(office: Programme, reader: Callable[[], Actor]) -> dict[str, Callable[..., Any]]:
    """Return what templates call to name cities, parts of the nation, and who did something, by their codes.

    ``reader`` says who asks for the page.
    """

    def other_names(names: Names) -> list[tuple[str, str]]:
        """Return what a place is called in those languages of the programme that are not spoken.

        A name in an official language of the nation stands alone.
        """
        shown = named(names)
        if shown.tongue() in official_languages(office.settings().nation, de_facto=True):
            return []
        others = [code for code in office.settings().languages if code != shown.tongue() and names.get(code)]
        return [(code, names[code]) for code in others if names[code] != shown.render()]

    def doer(code: str) -> Text | str:
        """Return who did something: the person, or, for who may not know, the role."""
        may_know = bool(clauses(reader(), "audit", "read")) or not office.people.codes()
        if may_know or code == reader().account:
            return office.people.display(code)
        roles = office.people.roles(code) or [Role.OFFICE]  # the command is that of the office
        return text("{roles:list}", roles=[ROLES[role] for role in roles])

    def city_names() -> list[str]:
        """Return what the cities are called, in order, to be offered while one is typed; none of too many."""
        names = [str(say(one)) for one in office.register.names().values()]
        return sorted(names, key=in_order) if len(names) <= _MOST_NAMES else []

    def by_region(rows: Sequence[Any]) -> list[tuple[str, list[Any]]]:
        """Return rows of ticks by the part of the nation, or the sector, that each is or belongs to.

        The part or sector itself comes first; what is none of these stands in a group without a name.
        """
        solutions = {code: one.domain for code, one in office.catalogue.solutions.items()}
        regions = {domain: capital(label(domain)) for domain in solutions.values()}
        regions |= {key: str(say(one)) for key, one in office.register.provinces().items()}
        homes = solutions | dict(office.register.cities().select("code", "province_en").iter_rows())
        groups: dict[str, list[Any]] = {}
        for row in rows:
            code = row.cells[0].value
            group = groups.setdefault(code if code in regions else homes.get(code) or "", [])
            group.insert(0 if code in regions else len(group), row)
        named = ((regions.get(key, key), group) for key, group in groups.items())
        return sorted(named, key=lambda one: in_order(one[0]))

    return {
        "city_names": city_names,
        "by_region": by_region,
        "doer": doer,
        "city_name": lambda code: office.register.names().get(code, code),
        "region_name": lambda key: office.register.provinces().get(key, key) if key else "",
        "other_names": other_names,
    }
