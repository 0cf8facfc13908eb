"""Cities, sources and pilots as they are stored: versions under a code that never changes.

A record is written as a plain mapping (its content); the audit log keeps the content before and after, and
the tables of versions keep it in columns. The newest version of a code is the current one.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl
import sqlalchemy as sa

from urbium.control_characters import holds_control_characters
from urbium.errors import Fault, nearest, refuse
from urbium.model import City, Pilot, Quality, Source
from urbium.store import audit_log
from urbium.store.queries import query
from urbium.text import coded
from urbium.text import text as sentence

_PILOT_KEY = ("programme", "round", "kind", "province")
_MAPPINGS = ("name", "province")


@dataclass(frozen=True, slots=True)
class RecordKind:
    """A kind of record: the table of its codes, what several are called, and its fields that name a city."""

    table: str
    plural: str
    city_fields: tuple[str, ...] = ()

    def row(
        self, content: Mapping[str, Any], number: int, entry: int, cities: Mapping[str, int]
    ) -> dict[str, Any]:
        """Return the content as a row of the table of versions."""
        row: dict[str, Any] = {f"{self.table}_id": number, "entry": entry}
        for name, value in content.items():
            if name in self.city_fields:
                row[f"{name}_id"] = cities.get(value)
            elif name != "code":
                row[name] = audit_log.canonical(value) if isinstance(value, dict) else value
        return row

    def content(self, row: Mapping[str, Any]) -> dict[str, Any]:
        """Return the content that a row of versions holds."""
        content = {name: value for name, value in row.items() if name != "entry"}
        for name in _MAPPINGS:
            if str(content.get(name, "")).startswith("{"):
                content[name] = json.loads(content[name])
        return content

    def check(self, contents: Mapping[str, Mapping[str, Any]], cities: Sequence[str]) -> None:
        """Raise InputError that lists every record without a code or naming an unknown city."""
        faults = []
        for code, content in contents.items():
            if not code.strip():
                faults.append(
                    Fault(
                        "error",
                        coded("store.record.no_code", "a {table} has no code", table=self.table),
                        sentence("give it one"),
                        rule="code",
                    )
                )
            parts = [
                part
                for text in content.values()
                for part in (text.values() if isinstance(text, dict) else [text])
            ]
            if any(isinstance(part, str) and holds_control_characters(part) for part in parts):
                faults.append(
                    Fault(
                        "error",
                        coded(
                            "store.record.control_character",
                            "{table} {name!r} contains a control character",
                            table=self.table,
                            name=code,
                        ),
                        sentence("remove it"),
                        rule="text",
                    )
                )
            for name in self.city_fields:
                wanted = content[name]
                if wanted and wanted not in cities:
                    message = coded(
                        "store.record.no_city",
                        "{table} {name!r}: there is no city {wanted!r} ({name2})",
                        table=self.table,
                        name=code,
                        wanted=wanted,
                        name2=name,
                    )
                    remedy = sentence(
                        "add the city first, or correct it ({wanted})", wanted=nearest(wanted, cities)
                    )
                    faults.append(Fault("error", message, remedy, rule="known-city", city=code))
        refuse(
            faults,
            "",
            coded("store.record.refused", "the {plural} cannot be stored", plural=self.plural),
            sentence("correct them"),
        )


KINDS: Mapping[type, RecordKind] = {
    City: RecordKind("city", "cities", ("parent",)),
    Source: RecordKind("source", "sources"),
    Pilot: RecordKind("pilot", "pilots", ("city",)),
}
"""The kinds of records by their class."""


def content_of(record: City | Source | Pilot) -> dict[str, Any]:
    """Return a record as a plain mapping, with its ``code`` first.

    A pilot's code is made of its programme, round, kind, province and the name in its own language.
    """
    match record:
        case City():
            return {
                "code": record.code,
                "name": dict(record.name),
                "level": record.level,
                "province": dict(record.province),
                "latitude": None if record.latitude is None else float(record.latitude),
                "longitude": None if record.longitude is None else float(record.longitude),
                "parent": record.parent,
                "note": record.note,
                "valid_from": record.valid_from,
                "valid_to": record.valid_to,
            }
        case Source():
            names = ("publisher", "title", "year", "licence", "origin", "note", "quality")
            return {"code": record.id, **{name: str(getattr(record, name) or "") for name in names}}
        case Pilot():
            translated = [text for language, text in sorted(record.name.items()) if language != "en"]
            name = translated[0] if translated else record.name.get("en", "")
            key = [*(getattr(record, part) for part in _PILOT_KEY), name]
            return {
                "code": audit_log.canonical(key) if name else "",
                "programme": record.programme,
                "round": record.round,
                "kind": record.kind,
                "name": dict(record.name),
                "province": record.province,
                "level": record.level,
                "year": int(record.year),
                "source": record.source,
                "city": record.city,
                "status": record.status,
            }


def current_contents(kind: RecordKind, rows: Sequence[Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
    """Return the newest content of each code, in the order in which the codes first came."""
    return {row["code"]: kind.content(row) for row in rows}


def add(
    connection: sa.Connection,
    kind: RecordKind,
    contents: Mapping[str, dict[str, Any]],
    *,
    by: str,
    reason: str,
) -> None:
    """Store new and changed contents by code as versions, in one entry of the log."""
    numbers = dict(query.words(connection, kind.table).select("code", "id").iter_rows())
    cities = dict(query.words(connection, "city").select("code", "id").iter_rows())
    future = contents if kind.table == "city" else {}
    kind.check(contents, [*cities, *future])
    before = current_contents(kind, query.version_rows(connection, kind.table))
    changed = {code: new for code, new in contents.items() if before.get(code) != new}
    if not changed:
        return
    fresh = [code for code in changed if code not in numbers]
    numbers |= {code: place for place, code in enumerate(fresh, max(numbers.values(), default=0) + 1)}
    entry = audit_log.append(
        connection,
        who=by,
        what=f"add {kind.plural}",
        why=reason,
        before={kind.plural: {code: before[code] for code in changed if code in before}},
        after={kind.plural: changed},
    )
    query.add_rows(connection, kind.table, [{"id": numbers[code], "code": code} for code in fresh])
    cities = numbers if kind.table == "city" else cities
    rows = [kind.row(new, numbers[code], entry.seq, cities) for code, new in changed.items()]
    query.add_rows(connection, f"{kind.table}_version", rows)


def city_table(contents: Mapping[str, Mapping[str, Any]]) -> pl.DataFrame:
    """Return cities as a table sorted by code; a name that is not known in a language is null.

    Names in further languages than English and Chinese have columns of their own, at the end.
    """
    spread = [_with_languages(content, _MAPPINGS) for content in contents.values()]
    columns: dict[str, pl.DataType] = {
        "code": pl.String(),
        "name_en": pl.String(),
        "name_zh": pl.String(),
        "province_en": pl.String(),
        "province_zh": pl.String(),
        "level": pl.String(),
        "latitude": pl.Float64(),
        "longitude": pl.Float64(),
        "parent": pl.String(),
        "note": pl.String(),
        "valid_from": pl.String(),
        "valid_to": pl.String(),
    }
    parts = tuple(f"{part}_" for part in _MAPPINGS)
    further = sorted({name for row in spread for name in row if name.startswith(parts)} - columns.keys())
    columns |= dict.fromkeys(further, pl.String())
    absent = dict.fromkeys(further)
    return _table([absent | row for row in spread], columns).sort("code")


def pilot_table(contents: Mapping[str, Mapping[str, Any]]) -> pl.DataFrame:
    """Return pilots as a table in the order in which they were added."""
    texts = ("programme", "round", "kind", "name_en", "name_zh", "province", "level")
    columns: dict[str, pl.DataType] = dict.fromkeys(texts, pl.String())
    columns |= {"year": pl.Int64(), "source": pl.String(), "city": pl.String(), "status": pl.String()}
    rows = [_with_languages(content, ("name",)) for content in contents.values()]
    return _table(rows, columns)


def source_records(contents: Mapping[str, Mapping[str, Any]]) -> dict[str, Source]:
    """Return sources by their id."""
    return {code: _source(code, content) for code, content in contents.items()}


def document_table(rows: Sequence[Mapping[str, Any]]) -> pl.DataFrame:
    """Return kept documents as a table: id, version, sha256, recorded_at, recorded_by, reason."""
    columns: dict[str, Any] = {
        "name": pl.String(),
        "version": pl.Int64(),
        "sha256": pl.String(),
        "at": pl.Int64(),
        "who": pl.String(),
        "why": pl.String(),
    }
    table = pl.DataFrame([{name: row[name] for name in columns} for row in rows], schema=columns)
    return table.select(
        "version",
        "sha256",
        id="name",
        recorded_at=pl.from_epoch("at", time_unit="us").dt.replace_time_zone("UTC"),
        recorded_by="who",
        reason="why",
    ).select("id", "version", "sha256", "recorded_at", "recorded_by", "reason")


def _source(code: str, content: Mapping[str, Any]) -> Source:
    fields = {name: value for name, value in content.items() if name != "code"}
    fields["quality"] = Quality(fields["quality"]) if fields["quality"] else None
    return Source(id=code, **fields)


def _with_languages(content: Mapping[str, Any], names: Sequence[str]) -> dict[str, Any]:
    spread = {
        f"{name}_{code}": content[name].get(code)
        for name in names
        for code in dict.fromkeys(("en", "zh", *content[name]))
    }
    return {**content, **spread}


def _table(rows: Sequence[Mapping[str, Any]], columns: Mapping[str, pl.DataType]) -> pl.DataFrame:
    return pl.DataFrame([{name: row[name] for name in columns} for row in rows], schema=dict(columns))
