"""Ready-made sets of programme settings, as the tables of ``data/settings`` declare them.

No set is a default of another: what a set does not say is empty.
"""

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

from urbium.errors import NotFoundError
from urbium.model import ExchangeRate, Names, ProgrammeSettings
from urbium.packaged import packaged_rows
from urbium.text import coded, text
from urbium.text.naming import by_language

BLANK = "blank"
"""The set that says nothing."""


@cache
def ready_made_sets() -> Mapping[str, ProgrammeSettings]:
    """Return the ready-made sets by id; their name is that of the set, not of a programme.

    >>> ready_made_sets()["india-scm"].currency
    'INR'
    """
    words: dict[str, dict[str, Names]] = {}
    for row in packaged_rows("settings/words"):
        names = {code: name for code, name in row.items() if name and code not in ("set", "key")}
        words.setdefault(row["set"], {})[row["key"]] = MappingProxyType(names)
    rates: dict[str, list[ExchangeRate]] = {}
    for row in packaged_rows("settings/rates"):
        rate = ExchangeRate(
            row["currency"], row["per"], float(row["rate"]), row["period"], row["source"], row["evidence"]
        )
        rates.setdefault(row["set"], []).append(rate)
    return MappingProxyType(
        {
            row["id"]: ProgrammeSettings(
                name=MappingProxyType(by_language(row, "title")),
                nation=row["nation"],
                currency=row["currency"],
                price_year=row["price_year"],
                languages=tuple(row["languages"].split(";")),
                fiscal_year=int(row["fiscal_year"]),
                projection=row["projection"],
                words=MappingProxyType(words.get(row["id"], {})),
                rates=tuple(rates.get(row["id"], ())),
                ready_made=row["id"],
                base_data=row["base_data"],
            )
            for row in packaged_rows("settings/sets")
        }
    )


def ready_made(name: str) -> ProgrammeSettings:
    """Return a ready-made set; NotFoundError names all where there is none.

    >>> ready_made("eu-mission").currency
    'EUR'
    """
    sets = ready_made_sets()
    if name not in sets:
        raise NotFoundError(
            coded("catalogue.no_settings", "there is no set of settings called {name!r}", name=name),
            remedy=text("there are {names:list}", names=list(sets)),
        )
    return sets[name]
