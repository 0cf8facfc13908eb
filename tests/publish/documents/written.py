"""A document that is written by hand, with one of everything."""

from datetime import UTC, datetime

import polars as pl

from urbium import charts
from urbium.publish.documents.document import Document, Figure, Picture, Section, Table, figures

ALT = "The people of Delft from 2000 to 2040, in 合肥 as well."


def fan():
    rows = pl.DataFrame(
        {
            "year": [2000, 2020, 2040], "value": [1.0e5, 1.1e5, 1.2e5],
            "kind": ["observed", "observed", "projected"],
            "low80": [None, None, 1.1e5], "high80": [None, None, 1.3e5],
            "low95": [None, None, 1.0e5], "high95": [None, None, 1.4e5],
        }
    )  # fmt: skip
    return charts.fan(rows)


def document(title="Design of Hefei 合肥市", language="en", sections=None, **others):
    whole = [
        Section(
            "Needs", [figures([Figure("People", "101,000", "persons", "2019", "yearbook; city; reported")])]
        ),
        Section("Outlook", [Picture(fan(), ALT, "adopted outlook"), "A sentence."], 2),
        Section("Money", [Table(["Year", "EUR million"], [["2020", "1.5"]], "adopted plan", frozenset({1}))]),
    ]
    return Document(
        name="design-0503",
        title=title,
        programme="Cities of the North",
        created=datetime(2026, 5, 4, 3, 2, 1, tzinfo=UTC),
        language=language,
        sections=whole if sections is None else sections,
        **{"first_line": "A draft.", **others},
    )
