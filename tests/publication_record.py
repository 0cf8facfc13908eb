"""A record of two places, made by hand, with awkward signs and every status, quality and kind of period."""

from datetime import UTC, datetime

import polars as pl

from urbium.publish.open_data import TABLES, OpenData, packed, unpacked

FIGURES = [
    ("air", "0503", "urban districts", "knmi", "2012", 0.1 + 0.2, "ug/m3", "reported", "measured"),
    ("air", "0503", "urban districts", "knmi", "2013", 1e-7, "ug/m3", "accepted", "survey extrapolated"),
    ("air", "0503", "urban districts", "knmi", "2013-07", -12.35, "ug/m3", "reported", "untraceable"),
    ("air", "NLD", "national", "cbs, 2", "2012", 12345678901.0, "kg", "projected", "untraceable"),
    ("cover", "0503", "city", "knmi", "2012-Q3", 61.5, "%", "reported", "personal estimate"),
    ("cover", "NLD", "national", "cbs, 2", "2012-03-31", 3.0, "%", "projected", "higher-level extrapolated"),
]  # fmt: skip
MONEY = [
    ("0503:IOC", "budget", "capital", "CITY", "2020-04-01", "2021-03-31", 1_500_000.0, "EUR", "", "derived"),
    ("0503:IOC", "budget", "capital", "BANK", "2021-04-01", "2022-03-31", 500_000.25, "EUR", "", "derived"),
    ("0503:IOC", "forecast", "planned", "", "2020-04-01", "2021-03-31", 900_000.0, "EUR", "", ""),
    ("0503:IOC", "actual", "spent", "", "2020-04-01", "2021-03-31", 850_000.0, "EUR", "", ""),
    ("pilot:t1", "forecast", "households", "", "2022-04-01", "2023-03-31", 170.0, "count", "", ""),
    ("pilot:t1", "actual", "households", "", "2022-04-01", "2023-03-31", 160.0, "count", "survey", ""),
]


def frame(table, rows, *names):
    columns = [column.name for column in TABLES[table].columns]
    at = columns[:1] + list(names) + columns[1:]
    numbers = {column.name for column in TABLES[table].columns if column.kind == "number"}
    kinds = {name: pl.Float64() if name in numbers else pl.String() for name in at}
    return pl.DataFrame(rows, schema=kinds, orient="row")


def record_of(figures=FIGURES, **changes):
    codes = sorted({row[1] for row in figures})
    variables = sorted({row[0] for row in figures})
    sources = sorted({row[3] for row in figures})
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
    }  # fmt: skip
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
            "tables": tables | changes.pop("tables", {}),
            **pins,
            **changes,
        }
    )


def files_of(record, *formats):
    return {one.name: b"".join(unpacked(one.content)) for one in packed(record, formats)}
