"""Reference: what the manual says of commands and formats, made of what the code declares, never typed again.

A page asks for a part with a line ``<!-- made: commands -->``. What a field means is said by the docstring of
its record; a field of which nothing is said fails the build. See ADR 0051.
"""

import ast
import inspect
import re
import textwrap
from collections import ChainMap
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, Final, get_args, get_origin, get_type_hints

from cyclopts import App
from cyclopts.argument import Argument

import urbium
from urbium.catalogue import load_catalogue
from urbium.catalogue.tables.rows import Shape
from urbium.catalogue.tables.table_kinds import TABLES
from urbium.cli import app
from urbium.cli.bringing import Author
from urbium.cli.show import Common
from urbium.measure.means import MEANS
from urbium.measure.steps.registry import STEPS, step_words
from urbium.measure.weighting.registry import WEIGHTINGS
from urbium.model import Choice, City, Names, Observation, Quality, Status
from urbium.plan.problem.roadmap import Roadmap
from urbium.plan.problem.tables import DECLARED, Settings, Table, TableColumn
from urbium.publish.open_data import FORMATS
from urbium.publish.open_data import TABLES as PUBLISHED
from urbium.sources.headings.headings import CITY_PARTS
from urbium.sources.mappings import mapping
from urbium.sources.mappings.mapping_keys import mapping_keys as every_mapping_key
from urbium.sources.mappings.packaged_mappings import packaged_mappings
from urbium.sources.own import HEADINGS
from urbium.units import units

__all__ = ["PARTS", "filled", "said_of", "verbs"]

_ASKED = re.compile(r"<!-- made: (\w+) -->")
_SECTION = re.compile(r"\n *(?:Parameters|Attributes)\n *-+\n(.*?)(?=\n\n *\w+\n *-+\n|\Z)", re.DOTALL)
_ROLE = re.compile(r":\w+:(?=`)")
_ENTRY = re.compile(r"^(\w+(?:, \w+)*)(?: : (.*)|)$")
_CODE = re.compile(r"::\n\n((?: {4}.*\n|\n)+)")
_COMMON: Final[Mapping[str, str]] = {
    "id": "by which it is named everywhere",
    "name": "what people read, one column a language",
    "source": "id of the source",
    "evidence": "how well it is founded",
    "note": "a remark, shown with it",
}
"""Columns that mean the same in every table."""

_HOLDS: Final[Mapping[type, str]] = {
    str: "text", float: "number", int: "whole number", bool: "true or false",
}  # fmt: skip
_HOLDS_OF_ROADMAP: Final = {
    "text": "text", "list": "texts, with `;` between them", "number": "number", "whole": "whole number",
    "year": "year of the plan", "truth": "true or false",
}  # fmt: skip


def filled(page: str) -> str:
    """Return a page with what it asks for."""
    return _ASKED.sub(lambda asked: PARTS[asked[1]](), page)


def said_of(thing: Any) -> dict[str, str]:  # noqa: ANN401 - anything with a docstring
    """Return what a docstring says of each parameter or attribute, on one line."""
    said: dict[str, str] = {}
    names: list[str] = []
    for line in "\n".join(_SECTION.findall(inspect.getdoc(thing) or "")).splitlines():
        entry = _ENTRY.match(line)
        if entry:
            names = entry[1].split(", ")
            said |= dict.fromkeys(names, entry[2] or "")
        elif line.strip():
            said |= {name: f"{said[name]} {line.strip()}".strip() for name in names}
    return {name: words.replace("``", "`") for name, words in said.items()}


def _head(thing: Any) -> str:  # noqa: ANN401
    """Return what a docstring says before its sections."""
    head = _SECTION.split(inspect.getdoc(thing) or "", maxsplit=1)[0].strip()
    return _ROLE.sub("", head).replace("``", "`")


def _table(*heads: str, rows: Iterator[tuple[str, ...]]) -> str:
    lines = [heads, ("---",) * len(heads), *rows]
    cells = [[cell.replace("|", "\\|").replace("\n", " ") for cell in line] for line in lines]
    return "\n".join(f"| {' | '.join(line)} |" for line in cells)


# Commands


def commands() -> str:
    """Every command: what it does, what it is told."""
    shared = said_of(Common) | said_of(Author)
    options = [row for row in _options(app["load"], shared) if row[0].strip("`-").split("`")[0] in shared]
    parts = ["## Options of most commands", _table("option", "meaning", rows=iter(options))]
    for name, command in verbs():
        function = command.default_command
        kinds = [parameter.annotation for parameter in inspect.signature(function).parameters.values()]
        said = [said_of(function), *(said_of(kind) for kind in kinds if is_dataclass(kind))]
        rows = list(_options(command, dict(ChainMap(*said)), shared))
        usage = " ".join([f"urbium {name}", *(row[0].strip("`") for row in rows if "required" in row[1])])
        parts += [f"## {name}", _head(function), f"`{usage}`"]
        parts += [_table("option", "meaning", rows=iter(rows))] if rows else []
    return "\n\n".join(parts)


def verbs(above: App = app, before: str = "") -> Iterator[tuple[str, App]]:
    """Yield every command that is listed, with those of a group of commands (``catalogue start``)."""
    for name in sorted(name for name in above if name[0] != "-" and above[name].show):
        if above[name].default_command is None:
            yield from verbs(above[name], f"{before}{name} ")
        else:
            yield f"{before}{name}", above[name]


def _options(command: App, said: Mapping[str, str], apart: Collection[str] = ()) -> Iterator[tuple[str, str]]:
    """Yield how an option is written, and what is said of it, but for those that are described apart."""
    for argument in command.assemble_argument_collection():
        field = argument.field_info.name
        if field not in apart and argument.names != ("*",):  # which stands for a record of options
            meaning = f"{said[field]}{_usual(argument)}" if field in said else ""
            yield ", ".join(f"`{name}`" for name in argument.names), meaning


def _usual(argument: Argument) -> str:
    """What holds when an option is left out, and the variable that may give it."""
    default = argument.field_info.default
    variables = argument.parameter.env_var or ()
    own = [f"variable `{name}`" for name in variables]
    if argument.required:
        own.append("required")
    elif isinstance(default, str | int | float) and default not in (False, "") and "by" not in argument.keys:
        own.append(f"usually `{default}`")
    return f" ({'; '.join(own)})" if own else ""


# Mapping files


def mapping_keys() -> str:
    """The keys of a mapping file, as the modules that read it say them."""
    said = re.sub(r":mod:`([^`]*)`", r"`\1`", inspect.getdoc(mapping) or "").replace("``", "`")
    said = _CODE.sub(lambda code: f":\n\n```toml\n{textwrap.dedent(code[1]).strip()}\n```\n\n", said)
    rows = ((part, f"`{key}`", says) for part, key, says in every_mapping_key().rows())
    return f"{said}\n\n{_table('part', 'key', 'says', rows=rows)}"


def mappings_packaged() -> str:
    """Every mapping that comes along, by its name."""
    return _table("name", "reads", rows=((f"`{name}`", title) for name, title in packaged_mappings().rows()))


# Roadmaps


def roadmap() -> str:
    """Every table of a roadmap, and its settings."""
    said = said_of(Roadmap)
    parts = []
    for name, table in DECLARED.items():
        parts += [f"## {name}", f"{_capital(said[name])}.", _keyed(table)]
        parts += [_table("column", "holds", "when left out", rows=map(_column, table.columns))]
    parts += ["## settings", _settings()]
    return "\n\n".join(parts)


def _keyed(table: Table) -> str:
    key = " and ".join(f"`{column}`" for column in table.key)
    return f"A row is known by {key}." + (" The table may be left out." if table.is_optional else "")


def _column(column: TableColumn) -> tuple[str, str, str]:
    holds = _HOLDS_OF_ROADMAP[column.type]
    if column.words:
        holds = " or ".join(f"`{word}`" for word in column.words)
    elif column.names:
        holds = "a city, or the nation" if column.names == "places" else f"a row of `{column.names}`"
    ends = [f"at least {column.low:g}"] if column.low is not None else []
    ends += [f"at most {column.high:g}"] if column.high is not None else []
    left_out = "not allowed" if column.is_asked else _shown(column.default)
    return f"`{column.name}`", ", ".join([holds, *ends]), left_out


def _shown(default: object) -> str:
    return "empty" if default in ("", None) else f"`{default}`"


def _settings() -> str:
    said = said_of(Settings)
    years = [("`first_year`, `last_year`", "the plan years", "not allowed")]
    rows = [*years, *((f"`{row.name}`", said[row.name], _shown(row.default)) for row in fields(Settings))]
    return _table("setting", "meaning", "when left out", rows=iter(rows))


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]


# The catalogue


def catalogue() -> str:
    """Every table of a catalogue, and its columns."""
    parts = []
    for name, kind in TABLES.items():
        files = " or ".join(f"`{file}`" for file in kind.files)
        parts += [f"## {name}", f"File: {files}. A row is known by {_listed(kind.key, ' and ')}."]
        shape = kind.shape
        if isinstance(shape, Shape):
            rows = _columns_of(shape, kind.key)
            parts += [_head(shape.record), _table("column", "holds", "meaning", rows=rows)]
    return "\n\n".join(parts)


def _columns_of(shape: Shape[Any], key: tuple[str, ...]) -> Iterator[tuple[str, str, str]]:
    """Yield each column of a table: its name, what a cell holds, what it means."""
    said, hints = _COMMON | said_of(shape.record), get_type_hints(shape.record)
    columns = {column for name in hints for column in shape.columns_of(name)}
    yield from ((f"`{column}`", "text", said[column]) for column in key if column not in columns)
    for name, hint in hints.items():
        if not shape.columns_of(name):
            continue  # it is made of another table
        if hint == Names:
            yield "`name_en`, `name_zh` ...", "text", said[name]
            continue
        columns = _listed(shape.columns_of(name))
        held = "text" if name in shape.composed else _held(hint)
        blank = f"; blank: {shape.blank[name]}" if name in shape.blank else ""
        absent = "; the column may be left out" if name in shape.optional else ""
        yield columns, f"{held}{blank}{absent}", said[name]


def _held(hint: Any) -> str:  # noqa: ANN401 - any field of any record
    kinds = get_args(hint) or (hint,)
    if get_origin(hint) is tuple:
        return "texts, with `;` between them"
    words = [word for kind in kinds if isinstance(kind, type) and issubclass(kind, StrEnum) for word in kind]
    held = _listed(words) if words else _HOLDS[kinds[0]]
    return f"{held}, or blank" if type(None) in kinds else held


# Tables of figures and cities


def figures() -> str:
    """The columns of a long table of figures."""
    said = said_of(Observation)
    rows = ((_listed(words), said[part]) for part, words in HEADINGS.items())
    return _table("heading", "holds", rows=rows)


def cities() -> str:
    """The columns of a register of cities."""
    said = said_of(City)
    rows = ((_listed(words), said[part]) for part, words in CITY_PARTS.items())
    return _table("heading", "holds", rows=rows)


def statuses() -> str:
    """What a figure may be."""
    return _table("status", "means", rows=_members(Status))


def qualities() -> str:
    """The grades of figures, best first."""
    return _table("grade", "means", rows=((f"`{grade.value}`", grade.label) for grade in Quality))


def _listed(words: Iterable[str], between: str = " or ") -> str:
    return between.join(f"`{word}`" for word in words)


def _members(kind: type[StrEnum]) -> Iterator[tuple[str, str]]:
    """Yield the words of a kind, with the remark behind each in its source."""
    remarks = dict(re.findall(r'= "([^"]+)"  # (.+)', inspect.getsource(kind)))
    return ((f"`{word.value}`", remarks[word.value]) for word in kind)


# What is declared, one row each


def steps() -> str:
    """Every step of an index, in the words of the pages."""
    usual = ((name, Choice(name)) for name in STEPS)
    return _table("step", "does", rows=((f"`{name}`", step_words(choice, 0.6)) for name, choice in usual))


def weightings() -> str:
    """Every way to weights."""
    return _table("weighting", "is", rows=((f"`{name}`", row.words) for name, row in WEIGHTINGS.items()))


def means() -> str:
    """Every mean."""
    rows = ((f"`{name}`", f"{mean.noun}: {mean.effect}") for name, mean in MEANS.items())
    return _table("mean", "is", rows=rows)


def variables() -> str:
    """Every variable that comes along."""
    rows = (
        (f"`{row.id}`", row.name["en"], row.unit, row.area) for row in load_catalogue().variables.values()
    )
    return _table("variable", "is", "unit", "boundary", rows=rows)


def indices() -> str:
    """Every index that comes along."""
    rows = (
        (f"`{row.id}`", row.name["en"], f"{len(row.indicators)}", " > ".join(map(str, row.steps)), row.note)
        for row in load_catalogue().indices.values()
    )
    return _table("index", "is", "indicators", "steps", "note", rows=rows)


def units_known() -> str:
    """Every unit, and what it measures."""
    rows = ((f"`{unit.id}`", unit.dimension, unit.name) for unit in units().values())
    return _table("unit", "measures", "is", rows=rows)


def checks() -> str:
    """Every declared check of figures."""
    rules = load_catalogue().rules
    rows = ((f"`{rule.id}`", rule.severity, rule.message, rule.reference) for rule in rules)
    return _table("check", "finding", "asks", "from", rows=rows)


def publications() -> str:
    """Every file of a publication: what it holds, what it cannot hold, what it conforms to."""
    rows = (
        (f"`{row.file}`", row.name, str(row.title), str(row.lost), f"[standard]({row.standard})")
        for row in FORMATS.values()
    )
    return _table("file", "format", "holds", "cannot hold", "conforms to", rows=rows)


def published_tables() -> str:
    """Every table of a publication and its columns."""
    rows = (
        (f"`{name}.csv`", f"`{column.name}`", str(column.says))
        for name, table in PUBLISHED.items()
        for column in table.columns
    )
    return _table("table", "column", "says", rows=rows)


# The code


def rooms() -> str:
    """Every room of the code: what the head of its package says."""
    code = Path(urbium.__file__).parent
    heads = {file.parent.relative_to(code).as_posix(): file for file in code.rglob("__init__.py")}
    parts = []
    for room, file in sorted(heads.items()):
        head = ast.get_docstring(ast.parse(file.read_text(encoding="utf-8"))) or ""
        if room != ".":
            parts += [f"## {room}", _ROLE.sub("", head.split("\n\n>>>")[0]).replace("``", "`")]
    return "\n\n".join(parts)


PARTS: Final[Mapping[str, Callable[[], str]]] = {
    "catalogue": catalogue,
    "checks": checks,
    "cities": cities,
    "commands": commands,
    "figures": figures,
    "indices": indices,
    "mapping": mapping_keys,
    "mappings": mappings_packaged,
    "means": means,
    "publications": publications,
    "published_tables": published_tables,
    "qualities": qualities,
    "roadmap": roadmap,
    "rooms": rooms,
    "statuses": statuses,
    "steps": steps,
    "units": units_known,
    "variables": variables,
    "weightings": weightings,
}
"""What a page may ask for."""
