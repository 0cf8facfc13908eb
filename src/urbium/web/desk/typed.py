"""Typed: what was sent by a form, read as values; a fault for each input that cannot be read."""

import re
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from itertools import chain, count
from typing import Any, Final

import msgspec
from babel.numbers import get_group_symbol

from urbium.errors import Fault, InputError
from urbium.money import with_decimal_point
from urbium.pilot.fields import MILLIONS, field_words
from urbium.text import Text, coded, say, spoken, text
from urbium.text.formats import compact_words, year_word
from urbium.web.desk.forms import (
    CODES,
    KEY,
    VALUE,
    Asked,
    chosen_in,
    form_of,
    is_needed_in_row,
    is_share_of_need,
    plain_type,
    record_class,
    rows_typed,
    typed_list,
)
from urbium.web.rendering.amounts import per_million_of

_GROUPED: Final = re.compile(r"[-+]?\d{1,3}(,\d{3})+(\.\d+)?")
_SPACES: Final = re.compile(r"[ \u00a0\u202f]")
_AS: Final[Mapping[str, Text]] = {
    "points": text("write points from 0 to 100, such as 75"),
    "per cent": text("write the number without the percentage sign, such as 12.5"),
    "rate": text("write the number without the percentage sign, such as 12.5"),
    **dict.fromkeys(MILLIONS, text("write the amount in the unit shown, such as 12.5")),
    "share": text("write a share of the whole, such as 0.3"),
    "year": text("write the year, such as 2027"),
    "count": text("write a whole number, such as 5"),
    "whole": text("write a whole number, such as 5"),
}
"""How a number of a measure is written; the others are as any number."""
_SHARES: Final = frozenset({"points", "per cent", "rate", "share"})
"""Measures of numbers that have no word for their size."""
_MILLION: Final = 1_000_000
_CODE: Final = "code"
_LONGEST_CODE: Final = 40
_FILL_IN: Final = text("fill it in, or clear the whole row")


def _is_sent(data: Mapping[str, str], name: str) -> bool:
    return any(key.startswith(f"{name}[") for key in data)


def read_form(
    kind: str,
    content: type[msgspec.Struct],
    names: frozenset[str],
    data: Mapping[str, str],
    asked: Mapping[str, Mapping[str, Asked]] | None = None,
    *,
    currency: str = "",
) -> tuple[dict[str, Any], list[Fault]]:
    """Return what was typed as values, without what cannot be read, and a fault for each input of that.

    The cell of a fault is the place of its input: ``budget``, ``projects.3.cost``, ``answers.PEOPLE``. A
    field that was not sent stays as it is; a list that was sent without any row becomes empty.
    """
    values: dict[str, Any] = {}
    reading = _Reading(kind, str(data.get("currency") or currency), per_million_of(data))
    for one in msgspec.structs.fields(content):
        form = form_of(one.name, one.type, field_words(kind, one.name))
        if one.name not in names or form == "shown" or one.name == "attachments":
            continue
        if form == "rows":
            record = record_class(one.type)
            if record is not None and _is_sent(data, one.name):
                values[one.name] = [
                    _read_record(reading, one.name, number, record, row)
                    for number, row in enumerate(rows_typed(data, one.name), start=1)
                ]
                if field_words(kind, f"{one.name}.{_CODE}").measure in CODES:
                    _name(values[one.name], one.name)
        elif form in ("pairs", "ticks") or (form == "lines" and _is_sent(data, one.name)):
            if _is_sent(data, one.name):
                rows = rows_typed(data, one.name)
                values[one.name] = (
                    _read_pairs(reading, one, rows, (asked or {}).get(one.name, {}))
                    if form == "pairs"
                    else [row[KEY] for row in rows if VALUE in row]
                )
        elif one.name in data or (form == "yes" and _is_form_sent(data)):
            written = data.get(one.name, "").replace("\r\n", "\n").strip()
            if written or form not in ("number", "choice"):
                measure = field_words(kind, one.name).measure
                values |= reading(one.name, one.name, _value, one.type, form, written, measure)
    return values, reading.faults


def unreadable(faults: Sequence[Fault], more: Sequence[Fault] = ()) -> InputError:
    """Return the refusal of what cannot be read, with what else is wrong at other inputs."""
    places = {one.cell for one in faults}
    others = [one for one in more if ".".join(filter(None, (one.sheet, one.cell))) not in places]
    return InputError(
        coded("web.form.unreadable", "some of the input cannot be read"),
        remedy=text("correct it where it is marked"),
        faults=[*faults, *others],
    )


class _Reading:
    """Gathers what of a form of a kind cannot be read, each by the place of its input.

    Parameters
    ----------
    kind : what the form is of
    currency : of its money
    per_million : how many of the size in which its amounts are typed make a million
    """

    def __init__(self, kind: str, currency: str, per_million: int) -> None:
        self.kind, self.currency, self.per_million = kind, currency, per_million
        self.faults: list[Fault] = []

    def refuse(self, place: str, message: str, remedy: str) -> None:
        self.faults.append(Fault("error", message, remedy, "form", cell=place))

    def __call__(
        self,
        name: str,
        place: str,
        read: Callable[..., Any],
        *written: Any,  # noqa: ANN401 - of any field
    ) -> dict[str, Any]:
        """Return the value by its name; nothing where it cannot be read."""
        try:
            return {name: read(*written, self.currency, self.per_million)}
        except InputError as error:
            self.refuse(place, error.message, error.remedy)
            return {}


def _is_form_sent(data: Mapping[str, str]) -> bool:
    """Say whether a whole form was sent: a tick that is not set is sent by no browser."""
    return "ticks" in data


def _read_record(
    reading: _Reading, name: str, number: int, record: type[msgspec.Struct], row: Mapping[str, str]
) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for one in msgspec.structs.fields(record):
        words = field_words(reading.kind, f"{name}.{one.name}")
        form = form_of(one.name, one.type, words, is_cell=True)
        written, place = row.get(one.name, ""), f"{name}.{number}.{one.name}"
        measure = "rate" if is_share_of_need(words, row) else words.measure
        if written or form == "yes":
            values |= reading(one.name, place, _value, one.type, form, written, measure)
        elif is_needed_in_row(one, form, words):
            reading.refuse(place, coded("web.form.empty", "nothing was entered here"), _FILL_IN)
    return values


def _name(records: list[dict[str, Any]], field: str) -> None:
    """Give each record without a code one of its title, or of its number, that no other has."""
    codes = {one[_CODE] for one in records if _CODE in one}
    for number, one in enumerate(records, start=1):
        if _CODE not in one:
            words = re.findall(r"[a-z0-9]+", str(one.get("title", "")).lower())
            plain = "-".join(words)[:_LONGEST_CODE].strip("-") or f"{field}-{number}"
            numbered = (f"{plain}-{again}" for again in count(2))
            one[_CODE] = next(code for code in chain([plain], numbered) if code not in codes)
            codes.add(one[_CODE])


def _read_pairs(
    reading: _Reading,
    one: msgspec.structs.FieldInfo,
    rows: list[dict[str, str]],
    asked: Mapping[str, Asked],
) -> dict[str, Any]:
    is_number = isinstance(plain_type(one.type).value_type, msgspec.inspect.FloatType)
    pairs: dict[str, Any] = {}
    for row in rows:
        key, written = row.get(KEY, ""), row.get(VALUE, "")
        if not written:
            continue
        if not key or key in pairs:
            reading.refuse(one.name, coded("web.form.pair", "every row needs its own name"), _FILL_IN)
            continue
        kind, measure = (asked[key].type, asked[key].words.measure) if key in asked else ("", "")
        read, words = (decimal, (written, measure)) if is_number else (_read_answer, (written, kind))
        pairs |= reading(key, f"{one.name}.{key}", read, *words)
    return pairs


def _read_answer(written: str, kind: str, currency: str, _per_million: int) -> Any:  # noqa: ANN401 - an answer
    match kind:
        case "yes_no":
            return written == "yes"
        case "number" | "whole" | "money" | "year":
            return decimal(written, kind, currency)
        case "list":
            return typed_list(written)
        case "solutions":
            return chosen_in(written)
        case "":
            return _number_or_words(written)
        case _:
            return written


def _number_or_words(written: str) -> Any:  # noqa: ANN401 - an answer
    """Return an answer as a number where it is written as one without a leading zero."""
    if re.fullmatch(r"-?(0|[1-9]\d{0,14})(\.\d+)?", written):
        return decimal(written)
    return written


def _value(  # noqa: PLR0911, PLR0917 - what is typed, as what, and in what
    kind: Any,  # noqa: ANN401 - of any field
    form: str,
    written: str,
    measure: str,
    currency: str,
    per_million: int,
) -> Any:  # noqa: ANN401 - of any field
    match form:
        case "yes":
            return bool(written)
        case "lines":
            return [line.strip() for line in written.split("\n") if line.strip()]
        case "list":
            return typed_list(written)
        case "amounts":
            return typed_pairs(written, measure, currency, per_million)
        case "number":
            return decimal(written, measure, currency, per_million)
        case "choice":
            is_number = isinstance(plain_type(kind), msgspec.inspect.IntType | msgspec.inspect.FloatType)
            return decimal(written, measure) if is_number else written
        case _:
            return written


def typed_pairs(
    written: str, measure: str = "", currency: str = "", per_million: int = 1
) -> dict[str, float]:
    """Return amounts by name; raise InputError for what is not written as ``name = 12.5; other = 3``.

    >>> typed_pairs("city budget = 1200; bank loan = 800.5")
    {'city budget': 1200, 'bank loan': 800.5}
    """
    pairs = {}
    for part in typed_list(written):
        name, is_equal, amount = part.rpartition("=")
        if not is_equal or not name.strip():
            raise InputError(
                coded("web.form.no_amounts", "{part!r} is not a name with an amount", part=part),
                remedy=text("write the name and the amount, or clear both"),
            )
        if name.strip() in pairs:
            raise InputError(
                coded("web.form.amount_twice", "{name!r} is listed twice", name=name.strip()),
                remedy=text("enter one amount for it"),
            )
        pairs[name.strip()] = decimal(amount.strip(), measure, currency, per_million)
    return pairs


def millions(written: str, currency: str = "", per_million: int = 1) -> float:
    """Return an amount in millions; raise InputError as :func:`decimal` does."""
    return decimal(written, "million", currency, per_million)


def decimal(written: str, measure: str = "", currency: str = "", per_million: int = 1) -> float | int:
    """Return a number as it is typed: with a decimal point, thousands parted as pages write them.

    A comma parts thousands where the language that is spoken writes them so, and nothing else can be meant.
    The language's word for a size may stand behind it, then that for the currency. Amounts that are kept in
    millions are typed, without such a word, in a size of which ``per_million`` make one. What is typed in per
    cent and kept as a share is of measure ``rate``. Raises InputError, whose remedy is of the measure.

    >>> decimal("8,000"), decimal("1 200 000"), decimal("1,234.5")
    (8000, 1200000, 1234.5)
    >>> from urbium.text import language
    >>> with language("zh"):
    ...     decimal("390万", "count"), decimal("2,000万欧元", "money", "EUR"), decimal("2016年", "year")
    ...     decimal("58.1", "million", "EUR", 100), decimal("58亿欧元", "million", "EUR", 100)
    (3900000, 20000000, 2016)
    (0.581, 5800)
    """
    plain, size = _without_words(_SPACES.sub("", written), measure, currency, per_million)
    if _GROUPED.fullmatch(plain) and get_group_symbol(spoken()) == ",":
        plain = plain.replace(",", "")
    try:
        number = float(plain)
    except ValueError:
        number = float("nan")
    if number != number or abs(number) == float("inf"):  # noqa: PLR0124 - not a number
        pointed = with_decimal_point(plain)
        raise InputError(
            coded("web.form.no_number", "{written!r} is not a number", written=written),
            remedy=text("write a decimal point: {pointed}", pointed=pointed)
            if pointed
            else _AS.get(measure) or text("write it as 1200000 or 12.5"),
        )
    if measure == "rate":
        return float(Decimal(plain) / 100)
    number = float(Decimal(plain) * Decimal(size.numerator) / Decimal(size.denominator))
    return int(number) if number.is_integer() else number


def _without_words(plain: str, measure: str, currency: str, per_million: int) -> tuple[str, Fraction]:
    """Return a number without the words of the language behind it, and by what these multiply it."""
    if measure == "year":
        return plain.removesuffix(year_word(spoken())), Fraction(1)
    if measure in _SHARES:
        return plain, Fraction(1)
    is_millions = measure in MILLIONS
    money = str(say(text("{currency:money}", currency=currency))) if currency else ""
    amount = plain.removesuffix(money) if measure == "money" or is_millions else plain
    for size, word in compact_words(spoken()):
        if amount.endswith(word) and (is_millions or not word.isascii()):  # 3M may mean anything
            return amount.removesuffix(word), Fraction(size, _MILLION if is_millions else 1)
    return (amount if measure == "money" else plain), Fraction(1, per_million if is_millions else 1)
