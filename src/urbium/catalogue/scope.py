"""Scope: for which nation a declared row was made, and which rows of another nation hold in a programme.

What was promised for one nation is owed in no other. A number that a stage cannot do without holds until the
nation declares its own, and is named wherever the stage is shown. See ADR 0098.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from urbium.catalogue.checks.findings import found
from urbium.catalogue.checks.norms import DRIVERS
from urbium.catalogue.tables.table_kinds import TABLES
from urbium.errors import Fault
from urbium.model import Norm
from urbium.nations import is_nation, nation
from urbium.text import Text, coded, named, spoken, text, texts
from urbium.units import unit_words

if TYPE_CHECKING:
    from urbium.catalogue import Catalogue
    from urbium.model import Assumption

PLAN_TABLE: Final = "assumptions"
NORMS_TABLE: Final = "norms"
"""The table whose numbers plans are made of."""
_LIMIT: Final = "fund_limit."
_SHOWN: Final = 11
"""Numbers that are listed one by one."""


@dataclass(frozen=True, slots=True)
class Borrowed:
    """Numbers made for one nation that hold in a programme of another.

    Attributes
    ----------
    table : in which they are declared
    nation : for which they were made
    rows : which they are, as they are declared
    """

    table: str
    nation: str
    rows: "tuple[Assumption | Norm, ...]"

    @property
    def names(self) -> tuple[str, ...]:
        """What they are called: assumptions by their id, norms by their service."""
        return tuple(dict.fromkeys(getattr(row, "service", row.id) for row in self.rows))

    @property
    def nation_name(self) -> str:
        """What the nation is called in the reader's language."""
        return nation(self.nation).name.get(spoken(), self.nation)

    @property
    def words(self) -> Text:
        """Which numbers hold here although they were made for another nation, each with its unit."""
        numbers, more = [_number(row) for row in self.rows[:_SHOWN]], len(self.rows) - _SHOWN
        if more > 0:
            numbers.append(texts("{count} more", "{count:,} more", count=more))
        return coded(
            "catalogue.borrowed",
            "{count} number that was set for another nation ({nation}) is used because the "
            "programme has not declared its own: {numbers:list}",
            "{count:,} numbers that were set for another nation ({nation}) are used because the "
            "programme has not declared its own: {numbers:list}",
            count=len(self.rows),
            nation=self.nation_name,
            numbers=numbers,
        )

    @property
    def remedy(self) -> Text:
        """How a programme declares its own."""
        return text(
            "declare your own under the same id in {file} (for a template: urbium catalogue start "
            "FOLDER; to import it: urbium catalogue import FOLDER --add)",
            file=TABLES[self.table].written,
        )


def borrowed(catalogue: "Catalogue", own: Collection[str]) -> list[Borrowed]:
    """Return the numbers that hold in a programme although they were made for another nation.

    Parameters
    ----------
    own : the nations of the programme (ISO 3166); none where they are not known

    Examples
    --------
    >>> from urbium.catalogue import load_catalogue
    >>> catalogue = load_catalogue()
    >>> first = borrowed(catalogue, [])[0]
    >>> [row.nation for row in borrowed(catalogue, [first.nation]) if row.table == first.table]
    []
    """
    numbers: dict[tuple[str, str], list[Assumption | Norm]] = {}
    for table, rows in _numbers(catalogue).items():
        for row in rows.values():
            if row.nation and set(own) != {row.nation} and _is_read(row.id, catalogue):
                numbers.setdefault((table, row.nation), []).append(row)
    return [Borrowed(table, nation, tuple(rows)) for (table, nation), rows in numbers.items()]


def _number(row: "Assumption | Norm") -> Text:
    """Return a number with what it is called and its unit.

    >>> from urbium.catalogue import load_catalogue
    >>> _number(load_catalogue().assumptions["city_budget.share_of_fiscal_revenue"])
    'city_budget.share_of_fiscal_revenue 0.0025 (share)'
    """
    if isinstance(row, Norm):
        return text(
            "{service} {value:.6g} {unit} per {per:,.6g} ({driver})",
            service=named(row.name, row.service), value=row.value, unit=unit_words(row.unit), per=row.per,
            driver=unit_words(DRIVERS.get(row.driver, row.driver)),
        )  # fmt: skip
    return text("{name} {value:.6g} ({unit})",
                name=row.id, value=row.value, unit=unit_words(row.unit))  # fmt: skip


def nations(c: "Catalogue") -> Iterator[Fault]:
    """Yield the rows whose nation is none."""
    for table, rows in {**_numbers(c), "promises": c.promises}.items():
        for row in rows.values():
            if row.nation and not is_nation(row.nation):
                yield found(
                    (table, row.id, "nation"),
                    coded(
                        "catalogue.instrument.nation",
                        "{nation!r} is not a nation listed in ISO 3166",
                        nation=row.nation,
                    ),
                    text("enter the nation's three-letter code, such as MEX"),
                    "nation",
                )


def _numbers(c: "Catalogue") -> Mapping[str, Mapping[str, "Assumption | Norm"]]:
    return {PLAN_TABLE: c.assumptions, **c.learned, NORMS_TABLE: c.norms}


def _is_read(name: str, c: "Catalogue") -> bool:
    """Return whether anything reads a number: the limit of a fund that is not there limits nobody."""
    return not name.startswith(_LIMIT) or name.removeprefix(_LIMIT) in c.funds
