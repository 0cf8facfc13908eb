"""A record of two places, made by hand, with awkward signs and every status, quality and kind of period."""

from datetime import UTC, datetime

import polars as pl

from urbium.publish.open_data import TABLES, OpenData, made, packed, units_of, unpacked

FIGURES = [
    ("air", "0503", "urban districts", "knmi", "2012", 0.1 + 0.2, "ug/m3", "reported", "measured"),
    ("air", "0503", "urban districts", "knmi", "2013", 1e-7, "ug/m3", "accepted", "survey extrapolated"),
    ("air", "0503", "urban districts", "knmi", "2013-07", -12.35, "ug/m3", "reported", "not graded"),
    ("air", "NLD", "national", "cbs, 2", "2012", 12345678901.0, "10k persons", "projected", "not graded"),
    ("cover", "0503", "city", "knmi", "2012-Q3", 61.5, "%", "reported", "personal estimate"),
    ("cover", "NLD", "national", "cbs, 2", "2012-03-31", 3.0, "%", "projected",
     "extrapolated from a higher level"),
]  # fmt: skip
MONEY = [
    ("0503:IOC", "budget", "capital", "CITY", "2020-04-01", "2021-03-31", 1_500_000.0, "EUR", "", "derived"),
    ("0503:IOC", "budget", "capital", "BANK", "2021-04-01", "2022-03-31", 500_000.25, "EUR", "", "derived"),
    ("0503:IOC", "forecast", "planned", "", "2020-04-01", "2021-03-31", 900_000.0, "EUR", "", ""),
    ("0503:IOC", "actual", "spent", "", "2020-04-01", "2021-03-31", 850_000.0, "EUR", "", ""),
    ("pilot:t1", "forecast", "households", "", "2022-04-01", "2023-03-31", 170.0, "count", "", ""),
    ("pilot:t1", "actual", "households", "", "2022-04-01", "2023-03-31", 160.0, "count", "survey", ""),
]
SCORES = [
    ("index:u4", "0503", "city; urban districts", "urbium:scores:2", "2013", 61.25, "score", "computed",
     "personal estimate", 1, 1, 2, 0.9),
    ("index:u4", "0599", "city", "urbium:scores:2", "2013", 100 / 3, "score", "computed", "measured", 2, None,
     None, 1.0),
]  # fmt: skip
OUTLOOK = [
    ("people", "0503", "city", "urbium:outlook:1", "2030", 101_234.5, "persons", "projected", "measured",
     99_000.0, 104_000.0, 97_000.25, 107_000.0, "expected"),
    ("people", "0503", "city", "urbium:outlook:1", "2031", 101_900.0, "persons", "projected", "measured",
     98_000.0, 106_000.0, 95_000.0, 110_000.0, "expected"),
]  # fmt: skip
FINANCE = [
    ("0503:IOC", "planned:BANK", "planned", "BANK", "development_bank_loan", "2021-04-01", "2022-03-31",
     500_000.25, None, None, 300_000.0, "EUR", "2020", "", "plan", "derived"),
    ("0503:IOC", "planned:CITY", "planned", "CITY", "budget", "2020-04-01", "2021-03-31", 1_500_000.0, None,
     None, 0.0, "EUR", "2020", "", "plan", "derived"),
    ("0503:IOC", "signed:a1:BANK", "signed", "BANK", "", "", "", 330_000.0, None, None, None, "USD", "",
     "2020-02-29", "Deal", ""),
    ("0503:IOC", "inflow", "inflow", "city", "city_saving", "2022-04-01", "", 15_000.0, 10_000.0, 20_000.0,
     None, "EUR", "2020", "", "plan", "published"),
]  # fmt: skip
STATISTICS = {
    "figures": {},
    "scores": {"rank": "rank", "rank_low": "rank", "rank_high": "rank", "coverage": "share"},
    "outlook": dict.fromkeys(("low80", "high80", "low95", "high95"), "persons"),
}
"""The numbers beside the value that a row of each table has, in the order of its columns, and their units."""


def told(table):
    """Every number of a table: what it is of, its statistic (empty for one alone), value and unit."""
    rows = {"figures": FIGURES, "scores": SCORES, "outlook": OUTLOOK}[table]
    several = STATISTICS[table]
    return sorted(
        (*row[:5], statistic, float(value), unit, *row[7:9])
        for row in rows
        for statistic, value, unit in [
            ("value" if several else "", row[5], row[6]),
            *((name, more, several[name]) for name, more in zip(several, row[9:], strict=False)),
        ]
        if value is not None
    )


def frame(table, rows, *names):
    columns = {column.name: column.dtype for column in TABLES[table].columns}
    first, *others = columns
    kinds = dict.fromkeys([first, *names], pl.String()) | {name: columns[name] for name in others}
    return pl.DataFrame(rows, schema=kinds, orient="row")


def record_of(figures=FIGURES, **changes):
    told = [*figures, *SCORES, *OUTLOOK]
    codes = sorted({row[1] for row in told})
    variables = sorted({row[0] for row in told})
    sources = sorted({row[3] for row in told})
    tables = {
        "places": frame(
            "places",
            [
                (code, f"Place {code}", "Zuid-Holland", "city", "NLD", 52.01, 4.36, "1900", "")
                if code != "NLD"
                else (code, "Netherlands", None, "nation", "", None, None, "", "")
                for code in codes
            ],
            "name_en",
            "province_en",
        ),
        "variables": frame(
            "variables",
            [(name, f"Variable {name}", "ug/m3", "city", f"what {name} counts") for name in variables],
            "name_en",
        ),
        "sources": frame(
            "sources",
            [(one, "A publisher", f"Title of {one}", "2013", "CC BY 4.0", "example.org") for one in sources],
        ),
        "figures": frame("figures", figures),
        "scores": frame("scores", SCORES),
        "outlook": frame("outlook", OUTLOOK),
        "projects": frame(
            "projects",
            [
                ("0503:IOC", 'Operations, "centre"', "0503", "mobility", "IOC", "plan", "identification",
                 "2020-04-01", "2022-03-31", "", "2020", "derived"),
                ("pilot:t1", "Pilot", "0503", "", "", "contract", "implementation", "2020-04-01",
                 "2023-03-31", "City works", "", ""),
            ],
        ),
        "project_figures": frame("project_figures", MONEY),
        "finance": frame("finance", FINANCE),
    }  # fmt: skip
    tables["units"] = units_of({row[6] for row in told})
    pins = dict.fromkeys(("settings", "catalogue", "policy", "content"), "0" * 64)
    return OpenData(
        **{
            "id": "0123456789abcdef",
            "known_on": datetime(2024, 5, 1, 12, tzinfo=UTC),
            "code": "0.1.0",
            "name": {"en": "Trial", "nl": "Proef"},
            "languages": ("en", "nl"),
            "nation": "NLD",
            "currency": "EUR",
            "address": "https://data.example.org",
            "licence": "https://creativecommons.org/licenses/by/4.0/",
            "tables": {name: tables[name] for name in TABLES} | changes.pop("tables", {}),
            **pins,
            **changes,
        }
    )


def files_of(record, *formats):
    files = packed(record, formats)
    return {
        one.name: b"".join(unpacked(one.content or made(record, one.name, files).content)) for one in files
    }
