r"""How to read a table that is not ours: a mapping file in TOML says what each sheet and column holds.

``urbium mapping keys`` lists all its keys, each with a line. A file with several of them::

    source = "ccsy"
    missing = ["-", "n/a"]           # an empty cell always is a figure that is not known

    [names]
    "毫州市" = "341600"

    [[tables]]
    sheet = "2012"                   # a name, a list of names, or "*" for every sheet
    where = [{column = "Series", is = ["SP.POP.TOTL"]}]   # only such rows; or not = [...]; all must hold
    layout = "variables"
    city = {column = "城市"}          # or {column = "code"}, or {code = "340100"} when all is one city
    period = {column = "年份", strip = ["年"]}   # or {value = "2012"}, or {from = "sheet"}
    columns = [
      {column = "GDP, million", variable = "gdp", unit = "million EUR", area = "city"},
      {column = "2035", variable = "population", status = "projected", quality = "estimate with assumptions"},
    ]

With layouts ``periods`` and ``long``, ``variable`` says which it is; with ``periods``, ``from = "header"``
reads it from what stands above the years. A mark beside a year, as of preliminary figures, is said in the
same way, or the file is refused::

    variable = {column = "...", words = {"GDP" = "gdp"}}   # or {value = "gdp"}, or {from = "header"}
    quality = {from = "header", pattern = '(Prel)', words = {"Prel" = "estimate with assumptions"}}

Several rows of headings are one: a cell that is merged stands in all that it covers, and a column is named by
all that stands above it, as ``"Revenue 2018"``. A column is named by its heading, or by its letter as
``"$H"``; in ``columns``, ``optional = true`` is said of one that not every file has. More may be said of
where a part of the key stands::

    city = {column = "place", others = "skip"}   # rows whose text means nothing are left out, and counted
    period = {column = "time", pattern = '^(\d{4})-'}       # the part of the text that counts (RE2)

and of figures that are typed as texts, for the whole file: ``thousands = ","`` and ``decimal = "."``, signs
that part the digits (a space stands for every kind of space), and ``strip = ["%"]``, signs that stand beside
them. They mean nothing in a cell of a workbook that holds a number. With layout ``periods``, ``pattern`` of
the period finds the year in a heading that says more.

A table of cities is read for the register by the same keys of the file and::

    [cities]
    sheet = "Municípios"             # header and skip, too, as above
    code = "Código"                  # or {column = "...", pattern = "..."}, and all else that a place can be
    name = "Município"               # in the programme's first language; or name_en, name_pt: name_<language>
    province = "UF"                  # so, too, or province_<language>
    level = {value = "municipality"}
    latitude = "Latitude"            # and longitude, parent, note, valid_from, valid_to

Mappings of files that many have stand in ``data/mappings`` and are called by their name: ``oecd-cities``.
See ADR 0052.
"""

import difflib
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal, cast, get_args

import polars as pl

from urbium.errors import Fault, InputError, counted, nearest, refuse
from urbium.model import Quality, Status
from urbium.periods import Period
from urbium.sources.formats.size_limits import MAX_MAPPING_BYTES
from urbium.sources.formats.small_texts import small_text
from urbium.sources.formats.typed_figures import Signs
from urbium.sources.headings.headings import CITY_PARTS, in_language
from urbium.sources.mappings.mapping_keys import MAPPING_KEYS
from urbium.sources.mappings.mapping_plans import (
    PARTS,
    ColumnPlan,
    FilePlan,
    Layout,
    Place,
    RegisterPlan,
    TablePlan,
    Where,
)
from urbium.sources.mappings.packaged_mappings import mapping_path
from urbium.text import coded, text

_STATUSES = (Status.REPORTED.value, Status.PROJECTED.value)
_QUALITIES = tuple(grade.value for grade in Quality)
_TEXTS_OF_COLUMN = MAPPING_KEYS["columns"][:-1]
_OTHER_PART = {"tables": "cities", "cities": "tables"}
_MOST_HEADS = 5


def read_mapping(
    given: str | Path | Mapping[str, Any], *, part: Literal["tables", "cities"] = "tables"
) -> FilePlan:
    """Read a mapping file, or the same keys as a mapping; raise InputError with every fault in it.

    ``part`` is what is to be read by it: the tables of figures, or the cities; the other may be unfinished.

    >>> plan = read_mapping({"tables": [{"layout": "variables", "city": {"column": "City"},
    ...     "period": {"value": "2012"}, "columns": [{"column": "GDP", "variable": "gdp"}]}]})
    >>> plan.tables[0].columns[0].variable
    'gdp'
    """
    place = "the mapping"
    raw: Mapping[str, Any]
    if isinstance(given, str | Path):
        path = mapping_path(given)
        place = path.name
        try:
            raw = tomllib.loads(small_text(path, MAX_MAPPING_BYTES))
        except (tomllib.TOMLDecodeError, RecursionError) as error:
            raise InputError(
                coded("sources.mapping.not_toml", "the mapping file is not TOML ({error})", error=error),
                place=place,
                remedy=text("correct the line indicated"),
            ) from error
    else:
        raw = given
    reader = _Reader()
    plan = reader.file({key: raw[key] for key in raw if key != _OTHER_PART[part]})
    refuse(
        reader.faults,
        place,
        coded("sources.mapping.faults", "the mapping has {faults}", faults=counted(reader.faults)),
    )
    return plan


def _instead(key: str, allowed: tuple[str, ...]) -> str:
    """Return which keys there are, the nearest one first."""
    close = difflib.get_close_matches(key, allowed, 1)
    if close:
        return coded(
            "sources.mapping.unknown_key.meant", "did you mean {name!r}? The keys here are {known}",
            name=close[0], known=", ".join(allowed)
        )  # fmt: skip
    return text("the keys here are {known}", known=", ".join(allowed))


class _Reader:
    """Turns raw keys into plans and gathers what is wrong on the way."""

    def __init__(self) -> None:
        self.faults: list[Fault] = []

    def fault(self, where: str, message: str, remedy: str) -> None:
        self.faults.append(Fault("error", message, remedy, rule="mapping", cell=where))

    def keys(self, raw: object, allowed: tuple[str, ...], where: str) -> Mapping[str, Any]:
        if not isinstance(raw, Mapping):
            self.fault(
                where,
                coded("sources.mapping.not_keys", "is not a table of keys"),
                text("write keys such as {known} = ...", known=allowed[0]),
            )
            return {}
        for key in raw:
            if key not in allowed:
                self.fault(
                    where,
                    coded("sources.mapping.unknown_key", "{key!r} is not a key of a mapping file", key=key),
                    _instead(str(key), allowed),
                )
        return raw

    def texts(self, raw: object, where: str) -> tuple[str, ...]:
        items = [raw] if isinstance(raw, str) else raw
        if not isinstance(items, list | tuple) or not all(isinstance(item, str) for item in items):
            self.fault(
                where,
                coded("sources.mapping.not_texts", "is not a list of texts"),
                text('write, for example, ["-", "n/a"]'),
            )
            return ()
        return tuple(items)

    def word(self, raw: object, allowed: tuple[str, ...], where: str, default: str) -> str:
        if raw is None:
            return default
        if raw not in allowed:
            self.fault(
                where,
                coded("sources.mapping.not_allowed", "{raw!r} is not allowed here", raw=raw),
                nearest(str(raw), allowed),
            )
        return str(raw)

    def sign(self, raw: object, where: str) -> str:
        if raw == "" or (isinstance(raw, str) and len(raw) == 1 and not raw.isalnum()):
            return raw
        self.fault(
            where,
            coded("sources.mapping.not_a_sign", "{raw!r} is not a digit separator", raw=raw),
            text('write one character, for example ","'),
        )
        return ""

    def names(self, raw: object, where: str) -> dict[str, str]:
        if not isinstance(raw, Mapping):
            self.fault(
                where,
                coded("sources.mapping.not_words", "is not a table of words"),
                text('write, for example, "Den Haag" = "0518"'),
            )
            return {}
        return {str(key): str(value) for key, value in raw.items()}

    def file(self, raw: Mapping[str, Any]) -> FilePlan:
        keys = self.keys(raw, MAPPING_KEYS["the file"], "the file")
        tables = keys.get("tables", [])
        if not isinstance(tables, list) or not (tables or "cities" in keys):
            self.fault(
                "the file",
                coded("sources.mapping.no_tables", "neither [[tables]] nor [cities] is given"),
                text("describe the layout of each sheet"),
            )
            tables = []
        return FilePlan(
            tables=tuple(self.table(table, f"tables[{i}]") for i, table in enumerate(tables)),
            cities=self.cities(keys.get("cities")),
            source=str(keys.get("source", "")),
            status=self.word(keys.get("status"), _STATUSES, "status", Status.REPORTED),
            quality=self.word(keys.get("quality"), _QUALITIES, "quality", ""),
            missing=self.texts(keys.get("missing", []), "missing"),
            names=self.names(keys.get("names", {}), "names"),
            encoding=str(keys.get("encoding", "")),
            delimiter=str(keys.get("delimiter", ""))[:1],
            projected_from=self.period(keys.get("projected_from", ""), "projected_from"),
            signs=Signs(
                self.sign(keys.get("thousands", ""), "thousands"),
                self.sign(keys.get("decimal", "."), "decimal"),
                self.texts(keys.get("strip", []), "strip"),
            ),
        )

    def period(self, raw: object, where: str) -> str:
        if raw == "":
            return ""
        try:
            return str(Period.parse(str(raw)))
        except InputError as error:
            self.fault(where, error.message, error.remedy)
            return ""

    def table(self, raw: object, where: str) -> TablePlan:
        keys = self.keys(raw, MAPPING_KEYS["[[tables]]"], where)
        layout = self.word(keys.get("layout"), get_args(Layout), f"{where}.layout", "variables")
        columns = self.items(keys.get("columns", []), f"{where}.columns")
        header, heads = self.header(keys.get("header"), f"{where}.header")
        places: dict[str, Any] = {
            name: self.place(keys[name], f"{where}.{name}") if name in keys else Place() for name in PARTS
        }
        plan = TablePlan(
            layout=cast("Layout", layout),
            columns=tuple(self.column(c, f"{where}.columns[{i}]") for i, c in enumerate(columns)),
            sheets=self.texts(keys.get("sheet", "*"), f"{where}.sheet"),
            header=header,
            heads=heads,
            skip=self.rows(keys.get("skip", []), f"{where}.skip"),
            where=tuple(
                self.condition(one, f"{where}.where[{i}]")
                for i, one in enumerate(self.items(keys.get("where", []), f"{where}.where"))
            ),
            beside=tuple(("city", name) for name in self.texts(keys.get("name", []), f"{where}.name")),
            **places,
        )
        self.complete(plan, where)
        return plan

    def header(self, raw: object, where: str) -> tuple[int, int]:
        """Return the last row of headings and how many there are: rows below each other, or none named."""
        if raw is None:
            return 0, 1
        rows: list[Any] = raw if isinstance(raw, list) else [raw]
        are_rows = all(isinstance(row, int) and not isinstance(row, bool) and row > 0 for row in rows)
        if are_rows and 1 <= len(rows) <= _MOST_HEADS and rows == list(range(rows[0], rows[0] + len(rows))):
            return rows[-1], len(rows)
        self.fault(
            where,
            coded(
                "sources.mapping.header",
                "{header!r} is neither a row nor a block of consecutive rows",
                header=raw,
            ),
            text("write the number of the heading row, or the numbers of all heading rows: [3, 4]"),
        )
        return 1, 1

    def cities(self, raw: object) -> RegisterPlan | None:
        """Return how a table of cities is laid out."""
        if raw is None:
            return None
        of_languages = [key for key in raw if in_language(key)] if isinstance(raw, Mapping) else []
        keys = self.keys(
            raw,
            (*MAPPING_KEYS["[cities]"], "name_<language>", "province_<language>", *of_languages),
            "cities",
        )
        header, heads = self.header(keys.get("header"), "cities.header")
        return RegisterPlan(
            parts={
                in_language(name) or name: self.place(keys[name], f"cities.{name}")
                for name in (*CITY_PARTS, *of_languages)
                if name in keys
            },
            sheets=self.texts(keys.get("sheet", "*"), "cities.sheet"),
            header=header,
            heads=heads,
            skip=self.rows(keys.get("skip", []), "cities.skip"),
        )

    def complete(self, plan: TablePlan, where: str) -> None:
        """Say what a plan of its layout still needs."""
        needs = {"city": plan.city.is_given}
        if plan.layout == "variables":
            needs |= {"period": plan.period.is_given, "columns": bool(plan.columns)}
        elif plan.layout == "periods":
            needs |= {"variable": plan.variable.is_given}
        else:
            needs |= {
                "variable": plan.variable.is_given,
                "period": plan.period.is_given,
                "value": bool(plan.value.column),
            }
        for name, is_given in needs.items():
            if not is_given:
                self.fault(
                    where,
                    coded("sources.mapping.missing", "{name} is not stated", name=name),
                    text("state it: a table with layout {layout} needs it", layout=plan.layout),
                )

    def column(self, raw: object, where: str) -> ColumnPlan:
        keys = self.keys(raw, MAPPING_KEYS["columns"], where)
        for name in ("column", "variable"):
            if not keys.get(name):
                self.fault(
                    where,
                    coded("sources.mapping.missing", "{name} is not stated", name=name),
                    text("state the heading of the column and the variable it contains"),
                )
        self.word(keys.get("status"), _STATUSES, f"{where}.status", "")
        self.word(keys.get("quality"), _QUALITIES, f"{where}.quality", "")
        parts = {name: str(keys.get(name, "")) for name in _TEXTS_OF_COLUMN}
        return ColumnPlan(**parts, is_optional=keys.get("optional") is True)

    def items(self, raw: object, where: str) -> list[Any]:
        """Return a list of tables of keys; one table is a list of one."""
        if isinstance(raw, Mapping):
            return [raw]
        if not isinstance(raw, list | tuple):
            self.fault(
                where,
                coded("sources.mapping.not_a_list", "is not a list"),
                text('write, for example, [{{column = "GDP"}}]'),
            )
            return []
        return list(raw)

    def rows(self, raw: object, where: str) -> frozenset[int]:
        """Return the numbers of rows, from 1."""
        rows = raw if isinstance(raw, list | tuple) else [raw]
        if not all(isinstance(row, int) and not isinstance(row, bool) and row > 0 for row in rows):
            self.fault(
                where,
                coded("sources.mapping.not_rows", "is not a list of rows"),
                text("write the numbers of the rows, such as [2, 3]"),
            )
            return frozenset()
        return frozenset(rows)

    def condition(self, raw: object, where: str) -> Where:
        """Return a condition on rows."""
        keys = self.keys(raw, MAPPING_KEYS["where"], where)
        if not keys.get("column") or ("is" in keys) == ("not" in keys):
            self.fault(
                where,
                coded("sources.mapping.condition", "is not a condition on rows"),
                text('write {{column = "Series", is = ["a", "b"]}}, or replace "is" with "not"'),
            )
        is_left_out = "not" in keys
        words = keys.get("not" if is_left_out else "is", [])
        listed = [words] if isinstance(words, str | int | float) else words
        named = self.texts(
            [str(word) for word in listed] if isinstance(listed, list | tuple) else listed, where
        )
        return Where(str(keys.get("column", "")), frozenset(named), is_left_out)

    def place(self, raw: object, where: str) -> Place:
        if isinstance(raw, str):
            return Place(column=raw)
        keys = self.keys(raw, MAPPING_KEYS["a place"], where)
        from_ = self.word(keys.get("from"), ("sheet", "header"), f"{where}.from", "")
        return Place(
            column=str(keys.get("column", "")),
            value=str(keys.get("value", keys.get("code", ""))),
            from_sheet=from_ == "sheet",
            from_header=from_ == "header",
            strip=self.texts(keys.get("strip", []), f"{where}.strip"),
            words=self.names(keys.get("words", {}), f"{where}.words"),
            skips_others=self.word(keys.get("others"), ("skip",), f"{where}.others", "") == "skip",
            pattern=self.pattern(keys.get("pattern", ""), f"{where}.pattern"),
        )

    def pattern(self, raw: object, where: str) -> str:
        """Return a regular expression with one group; how it is written is that of the reader (RE2)."""
        if raw == "":
            return ""
        try:
            groups = len(pl.Series([""]).str.extract_groups(str(raw)).struct.fields)
        except pl.exceptions.PolarsError:
            groups = 0
        if groups != 1:
            self.fault(
                where,
                coded(
                    "sources.mapping.pattern", "{raw!r} is not a regular expression with one group", raw=raw
                ),
                text("write, for example, '^(\\d{{4}})'"),
            )
            return ""
        return str(raw)
