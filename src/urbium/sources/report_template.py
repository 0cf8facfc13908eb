"""The workbook to be filled in: made from the rows of the catalogue, read back without a mapping file."""

import io
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal, Protocol

import polars as pl
import xlsxwriter

from urbium.csv_text import WORKBOOK
from urbium.errors import InputError, NotFoundError
from urbium.files import write_whole
from urbium.model import Quality, Variable
from urbium.model.words import AREAS
from urbium.packaged import words_of
from urbium.periods import Period
from urbium.sources.headings.headings import said_heading
from urbium.sources.own import GUIDE_TITLE, SHEETS
from urbium.sources.spoken import STATUS_WORDS, in_words
from urbium.text import ENGLISH, coded, declared, named, say, spoken
from urbium.text import text as sentence
from urbium.text.naming import by_language
from urbium.units import bounds_words, unit_words

_LAST_ROW = 1_048_576
_LONG = (
    "city_code",
    "name",
    "variable",
    "variable_name",
    "period",
    "value",
    "unit",
    "area",
    "status",
    "quality",
    "source_id",
    "plausible",
    "note",
)
_WIDE = ("city_code", "name", "period", "status", "quality", "source_id")
_HEADER_OF_WIDE = 5
_GUIDE = tuple(words_of("guide of the template").values())


class _Declared(Protocol):
    @property
    def variables(self) -> Mapping[str, Variable]: ...


def template(
    path: str | Path,
    catalogue: _Declared,
    *,
    variables: Sequence[str],
    cities: pl.DataFrame,
    periods: Iterable[str | int],
    form: Literal["long", "wide"] = "long",
    source: str = "",
) -> Path:
    """Write the workbook that a city or an office fills in, and return its path.

    Parameters
    ----------
    path : where to write, ending in .xlsx
    catalogue : gives the variables their names, units, boundaries and ranges
    variables : ids of the variables asked for
    cities : table with ``code`` and names; one row, or block of rows, for each
    periods : the periods asked for, as SDMX writes them
    form : ``long`` has a row for each figure; ``wide`` a row for each city and period, a column a variable
    source : id of the source, when it is the same for all

    Raises NotFoundError for an unknown variable, InputError for a period that is none, or too many rows.
    """
    target = Path(path)
    for name in variables:
        if name not in catalogue.variables:
            raise NotFoundError.named("variable", name, catalogue.variables)
    chosen = [catalogue.variables[name] for name in variables]
    spans = [str(Period.parse(period)) for period in periods]
    rows = cities.height * len(spans) * (len(chosen) if form == "long" else 1)
    if target.suffix.lower() != ".xlsx" or not rows or rows > _LAST_ROW - _HEADER_OF_WIDE - 1:
        raise InputError(
            coded(
                "sources.template.rows",
                "a template cannot be written to {name} (rows: {rows:,})",
                rows=rows,
                name=target.name,
            ),
            remedy=sentence(
                "use a name that ends in .xlsx, and request at least one city, variable and period, "
                "but no more than {most:,} rows",
                most=_LAST_ROW - _HEADER_OF_WIDE - 1,
            ),
        )
    named = [(str(row["code"]), _city_name(row)) for row in cities.iter_rows(named=True)]
    into = io.BytesIO()
    with xlsxwriter.Workbook(into, WORKBOOK) as workbook:
        styles = {
            "head": workbook.add_format({"bold": True, "bg_color": "#DDEBF7", "border": 1}),
            "about": workbook.add_format({"italic": True, "font_color": "#595959"}),
            "entry": workbook.add_format({"bg_color": "#FFF9E5", "border": 1, "border_color": "#BFBFBF"}),
        }
        _instructions(workbook.add_worksheet(SHEETS["Instructions"].render()), styles)
        sheet = workbook.add_worksheet(SHEETS["Data"].render())
        (_long if form == "long" else _wide)(sheet, styles, chosen, named, spans, source)
        _variables(workbook.add_worksheet(SHEETS["Variables"].render()), styles, chosen)
        _lists(workbook.add_worksheet(SHEETS["Lists"].render()), styles)
        sheet.activate()
    return write_whole(target, into.getvalue())


def _city_name(row: Mapping[str, Any]) -> str:
    return named(by_language(row), row.get("name") or "").render()


def _label(variable: Variable) -> str:
    """Return the name of a variable in the language that is spoken."""
    return named(variable.name, variable.id).render()


def _area(variable: Variable) -> str:
    return in_words(variable.area, AREAS.get(variable.area, {})).render()


def _statuses() -> list[str]:
    return [in_words(status, said).render() for status, said in STATUS_WORDS.items()]


def _grades() -> list[str]:
    return [in_words(grade, grade.label).render() for grade in Quality]


def _range_text(variable: Variable) -> str:
    low, high = variable.plausible_min, variable.plausible_max
    if low is None and high is None:
        return ""
    return str(say(bounds_words(low, high)))


def _instructions(sheet: Any, styles: Mapping[str, Any]) -> None:  # noqa: ANN401 - XlsxWriter has no types
    sheet.set_column(0, 0, 110)
    sheet.write_string(0, 0, GUIDE_TITLE.render(), styles["head"])
    for i, line in enumerate(_GUIDE, start=1):
        sheet.write_string(i, 0, line.render())


def _dropdowns(sheet: Any, top: int, bottom: int, status: int, quality: int) -> None:  # noqa: ANN401 - as above
    for column, words in ((status, _statuses()), (quality, _grades())):
        sheet.data_validation(
            top,
            column,
            bottom,
            column,
            {
                "validate": "list",
                "source": words,
                "error_title": sentence("Not in the list").render(),
                "error_message": sentence("Choose one.").render(),
            },
        )


def _long(  # noqa: PLR0917 - what a sheet is made of
    sheet: Any,  # noqa: ANN401 - as above
    styles: Mapping[str, Any],
    asked: Sequence[Variable],
    cities: Sequence[tuple[str, str]],
    periods: Sequence[str],
    source: str,
) -> None:
    for j, name in enumerate(_LONG):
        sheet.write_string(0, j, say(said_heading(name)), styles["head"])
    row = 0
    for code, name in cities:
        for variable in asked:
            for period in periods:
                row += 1
                label = _label(variable)
                key = (
                    code,
                    name,
                    variable.id,
                    label,
                    period,
                    "",
                    unit_words(variable.unit).render(),
                    _area(variable),
                )
                cells = (*key, _statuses()[0], "", source, _range_text(variable), "")
                for j, text in enumerate(cells):
                    if text:
                        sheet.write_string(row, j, text)
                sheet.write_blank(row, _LONG.index("value"), None, styles["entry"])
    _dropdowns(sheet, 1, row, _LONG.index("status"), _LONG.index("quality"))
    sheet.freeze_panes(1, 0)
    sheet.set_column(0, len(_LONG) - 1, 14)


def _wide(  # noqa: PLR0917 - what a sheet is made of
    sheet: Any,  # noqa: ANN401 - as above
    styles: Mapping[str, Any],
    asked: Sequence[Variable],
    cities: Sequence[tuple[str, str]],
    periods: Sequence[str],
    source: str,
) -> None:
    about = ("name", "unit", "boundary", "plausible")
    for i, label in enumerate(about):
        sheet.write_string(i, len(_WIDE) - 1, say(_said_of_variable(label)), styles["about"])
    for j, name in enumerate((*_WIDE, *(variable.id for variable in asked))):
        sheet.write_string(_HEADER_OF_WIDE - 1, j, say(said_heading(name)), styles["head"])
    for j, variable in enumerate(asked, start=len(_WIDE)):
        label = _label(variable)
        for i, text in enumerate(
            (label, unit_words(variable.unit).render(), _area(variable), _range_text(variable))
        ):
            sheet.write_string(i, j, text, styles["about"])
    row = _HEADER_OF_WIDE - 1
    for code, name in cities:
        for period in periods:
            row += 1
            for j, text in enumerate((code, name, period, _statuses()[0], "", source)):
                if text:
                    sheet.write_string(row, j, text)
            for j in range(len(_WIDE), len(_WIDE) + len(asked)):
                sheet.write_blank(row, j, None, styles["entry"])
    _dropdowns(sheet, _HEADER_OF_WIDE, row, _WIDE.index("status"), _WIDE.index("quality"))
    sheet.freeze_panes(_HEADER_OF_WIDE, 3)
    sheet.set_column(0, len(_WIDE) + len(asked) - 1, 16)


def _said_of_variable(word: str) -> str:
    """Return what is said of a variable as it is called in the language that is spoken."""
    heads = {} if spoken() == ENGLISH else {"name": "variable_name", "boundary": "area"}
    return said_heading(heads.get(word, word))


def _variables(sheet: Any, styles: Mapping[str, Any], asked: Sequence[Variable]) -> None:  # noqa: ANN401 - as above
    names = (
        "id",
        "name",
        "unit",
        "boundary",
        "plausible",
        sentence("smallest possible").render(),
        sentence("largest possible").render(),
        "definition",
    )
    for j, name in enumerate(names):
        sheet.write_string(0, j, say(_said_of_variable(name)), styles["head"])
    for i, v in enumerate(asked, start=1):
        ends = ["" if end is None else f"{end:.10g}" for end in (v.hard_min, v.hard_max)]
        name = " / ".join(v.name.values()) if spoken() == ENGLISH else _label(v)
        for j, text in enumerate(
            (
                v.id,
                name,
                unit_words(v.unit).render(),
                _area(v),
                _range_text(v),
                *ends,
                say(declared(v.definition)),
            )
        ):
            sheet.write_string(i, j, text)
    sheet.set_column(0, 6, 22)
    sheet.set_column(7, 7, 90)


def _lists(sheet: Any, styles: Mapping[str, Any]) -> None:  # noqa: ANN401 - as above
    for j, (name, words) in enumerate((("status", _statuses()), ("quality", _grades()))):
        sheet.write_string(0, j, say(said_heading(name)), styles["head"])
        for i, word in enumerate(words, start=1):
            sheet.write_string(i, j, word)
    sheet.set_column(0, 1, 30)
