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
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any, Final

from urbium.errors import InputError, NotFoundError
from urbium.nations import NO_CURRENCY, tenders
from urbium.packaged import words_of
from urbium.text import Text, coded, declared, named, spoken, text, texts

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

_MILLION: Final = 1e6
_MILLIONS: Final = "units.million"
"""What the codes of units of money in millions begin with."""
_SIZED: Final[Mapping[str, Callable[[str, Mapping[str, Any]], str]]] = {
    "": lambda unit, _: unit,
    ".basis": lambda unit, _: unit,
    ".nominal": lambda unit, _: text("{unit}, nominal", unit=unit),
    ".a_year": lambda unit, _: text("{unit} a year", unit=unit),
    ".more": lambda unit, _: text("{unit} more", unit=unit),
    ".prices": lambda unit, about: text("{unit}, prices of {prices}", unit=unit, prices=about["prices"]),
    ".terms": lambda unit, about: text(
        "{unit}, {basis}, prices of {prices}", unit=unit, basis=about["terms"], prices=about["prices"]
    ),
}
"""What amounts in another size than millions are called, by what the code of their unit ends with."""
_PEOPLE: Final = ("million people", "million persons")

_PERCENT: Final = frozenset({"%", "pct"})
_POINTS: Final = frozenset({"pp", "percentage points"})

_SMALL = 0.1
"""Below this a rate is told of more people."""

UNSAID: Final = ("", "count", "ratio")
"""Units that are not said behind a figure."""
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


def million(currency: str) -> Text:
    """Return the unit of money in millions.

    >>> million("EUR")
    'EUR million'
    """
    return coded("units.million", "{currency} million", currency=currency)


def million_a_year(currency: str) -> Text:
    """Return the unit of yearly amounts of money in millions."""
    return coded("units.million.a_year", "{currency} million a year", currency=currency)


def million_of(basis: Text, currency: str) -> Text:
    """Return the unit of money in millions, given its currency and prices in words."""
    return coded("units.million.basis", "million {basis}", basis=basis, currency=currency)


def million_at(currency: str, prices: str) -> Text:
    """Return the unit of money in millions at the prices of a year."""
    return coded(
        "units.million.prices", "{currency} million, prices of {prices}", currency=currency, prices=prices
    )


@dataclass(frozen=True, slots=True)
class MoneySize:
    """The size in which a table or a chart counts amounts that are given in millions.

    Attributes
    ----------
    words : the unit, such as "EUR million"
    factor : how many of it a million is
    digits : how many decimals its numbers have; None where millions stand as whoever shows them says
    """

    words: str
    factor: float = 1.0
    digits: int | None = None

    def of(self, millions: float) -> float:
        """Return an amount of millions in this size."""
        return millions if self.factor == 1 else round(millions * self.factor, 9)

    def form(self, digits: int) -> str:
        """Return how its numbers are written, in the words of Python and d3, given how millions would be."""
        return f",.{digits if self.digits is None else self.digits}f"

    def __call__(self, millions: float | None, digits: int = 0) -> str:
        """Write an amount of millions as a cell of the table."""
        from urbium.text.formats import written  # noqa: PLC0415 - Babel loads when a figure is written

        size = None if millions is None else self.of(millions)
        is_small = self.digits is not None and size is not None and 0 < abs(size) < _SMALL
        return written(size, ",.2g" if is_small else self.form(digits), spoken())


def money_size(
    currency: str, amounts: Iterable[float | None] = (), *, basis: Text | None = None
) -> MoneySize:
    """Return the size in which the language that is spoken counts amounts of millions that stand together.

    Parameters
    ----------
    currency : its code; empty where nobody said it
    amounts : those that stand together, in millions; the largest chooses
    basis : currency and prices in words, where the unit is to say both

    >>> from urbium.text import language
    >>> money_size("EUR", [811.0]).words
    'EUR million'
    >>> with language("zh"):
    ...     for most in (54.46, 81_117.0):
    ...         size = money_size("EUR", [most, 1.0])
    ...         print(size(most), size.words.render())
    5,446 万欧元
    811.17 亿欧元
    """
    from urbium.text.formats import size_of_millions  # noqa: PLC0415 - as above

    if not currency:
        return MoneySize(text("Million"))
    most = max((abs(amount) for amount in amounts if amount is not None), default=0.0)
    size, word = size_of_millions(spoken(), most * _MILLION)
    if not word:
        return MoneySize(million(currency) if basis is None else million_of(basis, currency))
    of = text("{currency:money}", currency=currency) if basis is None else basis
    return MoneySize(text("{word}{unit}", word=word, unit=of), _MILLION / size, 2 if size > _MILLION else 0)


def typed_per_million() -> int:
    """Return how many of the size in which the language that is spoken types money make a million.

    >>> from urbium.text import language
    >>> with language("zh"):
    ...     typed_per_million()
    100
    """
    from urbium.text.formats import size_of_millions  # noqa: PLC0415 - as above

    return int(_MILLION) // size_of_millions(spoken())[0]


def counts_money_otherwise(currency: str) -> bool:
    """Say whether the language that is spoken counts amounts of a currency in another size than millions."""
    return bool(currency) and money_size(currency).digits is not None


def typed_unit(currency: str) -> str:
    """Return the unit in which the language that is spoken types money; the size alone without a currency.

    >>> from urbium.text import language
    >>> typed_unit("EUR"), typed_unit("")
    ('EUR million', 'million')
    >>> with language("zh"):
    ...     typed_unit("EUR").render(), typed_unit("")
    ('万欧元', '万')
    """
    from urbium.text.formats import size_of_millions  # noqa: PLC0415 - as above

    return money_size(currency).words if currency else size_of_millions(spoken())[1] or text("million")


def size_of(unit: str, amounts: Iterable[float | None]) -> MoneySize:
    """Return the size in which amounts of a unit are counted; the unit itself unless it is money in millions.

    >>> size_of(million("EUR"), [81.0]).words, size_of("t", [3.0]).words
    ('EUR million', 't')
    """
    code = unit.code if isinstance(unit, Text) else ""
    if not isinstance(unit, Text) or not code.startswith(_MILLIONS):
        return MoneySize(unit)
    about = unit.parameters
    size = money_size(about["currency"], amounts, basis=about.get("basis"))
    if size.digits is None:  # millions are what the language counts in
        return MoneySize(unit)
    return replace(size, words=_SIZED[code.removeprefix(_MILLIONS)](size.words, about))


def sized(value: float | str | None, unit: str) -> tuple[float | str | None, str]:
    """Return a figure and its unit, money in millions in the size in which the language counts it.

    >>> sized(81.117, million("EUR")), sized(3.0, "t")
    ((81.117, 'EUR million'), (3.0, 't'))
    """
    if not isinstance(value, int | float):
        return value, unit
    if unit in _PEOPLE and money_size(NO_CURRENCY).digits is not None:
        return value * _MILLION, unit_words("persons")
    size = size_of(unit, [value])
    return size.of(value), size.words


def plain_digits(value: float, figures: int = 15) -> str:
    """Write a figure as a cell holds it in any language: no groups, and no power of ten.

    >>> plain_digits(4e-05), plain_digits(12_345_678.0), plain_digits(0.1 + 0.2)
    ('0.00004', '12345678', '0.3')
    """
    return format(Decimal(f"{value:.{figures}g}"), "f")


def _to_six_figures(number: float) -> Text:
    return text("{number:,.6g}", number=number)


def to_four_figures(number: float) -> Text:
    """Write a number of a range, of which four figures count."""
    return text("{number:,.4g}", number=number)


def bounds_words(low: float | None, high: float | None) -> Text:
    """Return what lies between two bounds, of which one may be open.

    >>> bounds_words(15, 3500), bounds_words(0, None), bounds_words(None, 100)
    ('15 to 3,500', '0 or more', '100 or less')
    """
    if low is None:
        return text("{high:,.10g} or less", high=high)
    if high is None:
        return text("{low:,.10g} or more", low=low)
    return text("{low:,.10g} to {high:,.10g}", low=low, high=high)


def range_words(
    low: float, high: float, unit: str, written: Callable[[float], Text] = _to_six_figures
) -> Text:
    """Return a range with its unit in words; one number where both ends are written the same.

    >>> range_words(40, 60, "%"), range_words(10, 10, "t"), range_words(50, 100, "pp")
    ('40 to 60%', '10 t', '50 to 100 percentage points')
    >>> range_words(10, 10, "count"), range_words(1, 2, "count")
    ('10', '1 to 2')
    """
    ends, is_one = {"low": written(low), "high": written(high)}, str(written(low)) == str(written(high))
    if unit in _POINTS:
        if is_one:
            return texts(
                "{low} percentage point", "{low} percentage points", count=1 if low == 1 else 2, **ends
            )
        return text("{low} to {high} percentage points", **ends)
    if unit in _PERCENT:
        return text("{low}%", **ends) if is_one else text("{low} to {high}%", **ends)
    if unit in UNSAID:
        return ends["low"] if is_one else text("{low} to {high}", **ends)
    ends["unit"] = unit_words(unit)
    return text("{low} {unit}", **ends) if is_one else text("{low} to {high} {unit}", **ends)


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
