"""Units of measurement: what each measures and how to turn one into another.

The table is ``data/units.csv``, and every currency that a nation pays with has the same units of money; a
programme may declare further units of its own. A unit that is not declared is refused, so that no figure is
ever converted by guess.
"""

import csv
import math
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from urbium.errors import InputError, NotFoundError
from urbium.nations import tenders
from urbium.packaged import words_of
from urbium.text import Text, coded, declared, named, text

_AMOUNTS = {"": 1.0, "1k ": 1e3, "10k ": 1e4, "million ": 1e6, "100 million ": 1e8, "billion ": 1e9}
"""How amounts of a currency are counted, and how many of its units that is."""

_MONEY: Mapping[str, Callable[[str], Text]] = {
    "": lambda currency: text("{currency:money}", currency=currency),
    "1k ": lambda currency: text("1k {currency:money}", currency=currency),
    "10k ": lambda currency: text("10k {currency:money}", currency=currency),
    "million ": lambda currency: text("million {currency:money}", currency=currency),
    "100 million ": lambda currency: text("100 million {currency:money}", currency=currency),
    "billion ": lambda currency: text("billion {currency:money}", currency=currency),
}
"""What amounts of a currency are called."""

_SMALL = 0.1
"""Below this a rate is told of more people."""

_COUNTS = frozenset({"count", "persons", "full-time equivalents"})


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit: its dimension (what it measures) and its size in the dimension's base unit.

    Attributes
    ----------
    dimension : what it measures; only units of one dimension are converted
    factor : how many base units of the dimension it is
    code : what UN/CEFACT Recommendation 20 calls it, as sensors do; empty where it has no code there
    ucum : the Unified Code for Units of Measure, empty where it has none, as money and multiples of others
    """

    id: str
    dimension: str
    factor: float
    name: str
    code: str = ""
    ucum: str = ""


@cache
def _packaged() -> dict[str, Unit]:
    with (Path(__file__).parent / "data" / "units.csv").open(encoding="utf-8", newline="") as table:
        rows = [
            Unit(r["id"], r["dimension"], float(r["factor"]), r["name"], r["code"], r["ucum"])
            for r in csv.DictReader(table)
        ]
    declared = {row.id: row for row in rows}
    return declared | {
        row.id: row for code in tenders() for row in _of_currency(code) if row.id not in declared
    }


def _of_currency(code: str) -> Iterator[Unit]:
    """Yield the units of money of a currency, at prices of the period."""
    for amount, size in _AMOUNTS.items():
        yield Unit(f"{amount}{code}", code, size, f"{amount}{code} at prices of the period")
    yield Unit(f"{code} per person", f"{code} per person", 1.0, f"{code} per person")


class _Declared:
    """The units of one's own of every programme of this process: a unit means one thing in all of them."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.known: Mapping[str, Unit] = {}


_DECLARED = _Declared()


def units() -> Mapping[str, Unit]:
    """Return every known unit by its id."""
    return _DECLARED.known or _packaged()


@contextmanager
def declared_units(own: Iterable[Unit]) -> Iterator[None]:
    """Declare units of one's own, for good unless the block ends with an error.

    Raises InputError for a unit that is declared otherwise already, by urbium or by another programme of this
    process: stored figures must not change their meaning.
    """
    with _DECLARED.lock:
        before = _DECLARED.known
        declared = dict(before or _packaged())
        for row in own:
            check_unit(row, declared)
            declared[row.id] = row
        _DECLARED.known = declared
    try:
        yield
    except BaseException:
        with _DECLARED.lock:
            if _DECLARED.known is declared:
                _DECLARED.known = before
        raise


def check_unit(row: Unit, known: Mapping[str, Unit] | None = None) -> None:
    """Raise InputError when a unit is declared otherwise among those ``known``: all units unless given."""
    other = (units() if known is None else known).get(row.id)
    if other is None or (other.dimension == row.dimension and math.isclose(other.factor, row.factor)):
        return
    raise InputError(
        coded(
            "units.declared_otherwise",
            "the unit {unit!r} is already defined as {factor:.6g} of {dimension}, not {other:.6g} of "
            "{other_dimension}",
            unit=row.id,
            factor=other.factor,
            dimension=other.dimension,
            other=row.factor,
            other_dimension=row.dimension,
        ),
        remedy=text("give your own unit a different id"),
    )


def unit(name: str) -> Unit:
    """Return the unit called ``name``; raise NotFoundError with the nearest one otherwise.

    >>> unit("10k persons").factor
    10000.0
    """
    table = units()
    if name not in table:
        raise NotFoundError.named("unit", name, table)
    return table[name]


def unit_words(name: str) -> Text:
    """Return a unit in words of the reader's language; one of a programme's own as it is written.

    What is said in words already stays.

    >>> unit_words("million EUR"), unit_words("million EUR").parameters["currency"], unit_words("xyz")
    ('million EUR', 'EUR', 'xyz')
    """
    if isinstance(name, Text):
        return name
    amount, _, currency = name.rpartition(" ")
    if f"{amount} ".lstrip() in _MONEY and currency in tenders():
        return _MONEY[f"{amount} ".lstrip()](currency)
    if name in _packaged():
        return declared(name)
    return words_of("unit of a declared number").get(name) or named({}, name)


def range_words(low: float, high: float, unit: str) -> Text:
    """Return a range with its unit in words; one number where both ends are equal.

    >>> range_words(40, 60, "%"), range_words(10, 10, "t")
    ('40 to 60%', '10 t')
    """
    if low == high:
        return text("{value:,.6g} {unit}", value=low, unit=unit_words(unit))
    return text("{low:,.6g} to {high:,.6g} {unit}", low=low, high=high, unit=unit_words(unit))


def counted(name: str) -> tuple[str, int]:
    """Return the unit that another counts, and the power of ten in which it counts it.

    >>> counted("10k USD"), counted("million constant PPP USD"), counted("per 1k persons")
    (('USD', 4), ('constant PPP USD', 6), ('per 1k persons', 0))
    """
    for amount, size in _AMOUNTS.items():
        if amount and name.startswith(amount) and name.removeprefix(amount) in units():
            return name.removeprefix(amount), round(math.log10(size))
    return name, 0


def convert(value: float, source: str, target: str) -> float:
    """Return ``value`` given in unit ``source``, in unit ``target``.

    Raises InputError when the two measure different things.

    >>> convert(370.45, "10k persons", "persons")
    3704500.0
    """
    a, b = unit(source), unit(target)
    if a.dimension != b.dimension:
        raise InputError(
            coded(
                "units.other_dimension",
                "{source!r} measures {dimension}, but {target!r} measures {dimension2}",
                source=source,
                dimension=a.dimension,
                target=target,
                dimension2=b.dimension,
            ),
            remedy=text("enter a figure of the same kind"),
        )
    return value * a.factor / b.factor


def readable(value: float, name: str) -> tuple[float, str]:
    """Return a figure in a unit that its reader takes at sight: money and people whole, rates above one.

    >>> readable(9_707_413.0, "10k MXN"), readable(452.1, "10k persons")
    ((97074130000.0, 'MXN'), (4521000.0, 'persons'))
    >>> readable(0.5, "per 1k persons"), readable(0.003, "per 1k persons"), readable(3.2, "t")
    ((0.5, 'per 1k persons'), (3.0, 'per million persons'), (3.2, 't'))
    """
    stored = units().get(name)
    if stored is None:
        return value, name
    if is_money(stored.dimension) or stored.dimension == "persons":
        return value * stored.factor, stored.dimension if stored.factor != 1 else name
    if stored.dimension == "per person" and 0 < abs(value) < _SMALL:
        for rate in ("per 100k persons", "per million persons"):
            shown = convert(value, name, rate)
            if abs(shown) >= 1:
                return shown, rate
        return shown, rate
    return value, name


def is_money(dimension: str) -> bool:
    """Say whether a dimension is that of money in a currency at prices of the period.

    >>> is_money("MXN"), is_money("constant USD"), is_money("mass")
    (True, False, False)
    """
    return dimension in tenders()


def is_per_person(name: str, whole: str) -> bool:
    """Say whether unit ``name`` tells per person what unit ``whole`` tells in all.

    Raises NotFoundError for a unit that is not known.

    >>> is_per_person("m2 per person", "ha"), is_per_person("per 1k persons", "beds")
    (True, True)
    >>> is_per_person("ha", "ha")
    False
    """
    per, of = unit(name).dimension, unit(whole).dimension
    return per == f"{of} per person" or (per == "per person" and of in _COUNTS)
