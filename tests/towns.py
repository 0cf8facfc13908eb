"""Two towns and three projects: a plan small enough that every figure of it is added up in the head."""

import polars as pl

from urbium.plan import NATIONWIDE, Plan, Roadmap, Settings

YEARS = range(2020, 2023)


def rows(columns, *given):
    return pl.DataFrame(list(given), schema=columns.split(), orient="row")


def towns_roadmap(*, with_people=True, **changes):
    """Return what may be built: an operations centre and online services in Aston and in Bourne."""
    people = {
        "occupations": rows("occupation name", ("eng", "Engineers")),
        "pools": rows(
            "place occupation year places evidence",
            *(("A", "eng", year, 3.0, "assumption") for year in YEARS),
            *((NATIONWIDE, "eng", year, 1.0, "assumption") for year in YEARS),
        ),
        "staff": rows(
            "project occupation building running",
            ("A:IOC", "eng", 4.0, 1.0),
            ("A:EGOV", "eng", 2.0, 1.0),
            ("B:IOC", "eng", 3.0, 1.0),
        ),
        "teaching": rows("project occupation places lag", ("A:EGOV", "eng", 2.0, 0)),
        "training": rows("occupation cost places most lag", ("eng", 2.0, 2.0, 3, 1)),
    }
    tables = {
        "cities": rows("city name weight", ("A", "Aston", 1.0), ("B", "Bourne", 2.0)),
        "indicators": rows("indicator name weight", ("calls", "Calls answered", 1.0)),
        "projects": rows(
            "project city solution capital operation build_years finance_models foreign_share_max evidence",
            ("A:IOC", "A", "IOC", 30.0, 3.0, 2, "PUB", 1.0, "assumption"),
            ("A:EGOV", "A", "EGOV", 10.0, 1.0, 1, "PUB", 1.0, "published"),
            ("B:IOC", "B", "IOC", 20.0, 2.0, 1, "PUB", 1.0, "assumption"),
            ("B:EGOV", "B", "EGOV", 8.0, 1.0, 1, "PUB", 1.0, "published"),
        ),
        "effects": rows(
            "project indicator effect lag",
            ("A:IOC", "calls", 0.5, 0),
            ("A:EGOV", "calls", 0.2, 0),
            ("B:IOC", "calls", 0.5, 0),
        ),
        "gaps": rows(
            "city indicator need ceiling evidence",
            ("A", "calls", 0.5, 1.0, "assumption"),
            ("B", "calls", 0.5, 1.0, "published"),
        ),
        "curve": rows("segment width slope", (1, 1.0, 1.0)),
        "funds": rows(
            "fund name finance_models share_max payer is_foreign evidence",
            ("NATION", "National grant", "PUB", 1.0, "nation", False, "assumption"),
            ("CITY", "City budget", "PUB", 1.0, "city", False, "assumption"),
            ("BANK", "Bank loan", "PUB", 1.0, "outside", False, "published"),
        ),
        "budgets": rows(
            "place year amount evidence",
            *((NATIONWIDE, year, 20.0, "") for year in YEARS),
            *(("A", year, 15.0, "assumption") for year in YEARS),
        ),
        "omitted": rows("city solution reason", ("B", "BACKBONE", "no cable reaches Bourne")),
        **(people if with_people else {}),
    }
    settings = Settings(price_year="2020", currency="CNY")
    return Roadmap(**{"years": YEARS, "settings": settings} | tables | changes)


def towns_plan(*, with_people=True, **changes):
    """Return a plan: the centre of Aston in 2020 and 2021, its services in 2021, Bourne's centre in 2022.

    Nothing was solved: worth and bound are given, and so is who pays.
    """
    table = rows(
        "project city solution start finish capital operation renewal lost_without_it status evidence",
        ("A:IOC", "A", "IOC", 2020, 2021, 30.0, 3.0, 0.0, 1.0, "candidate", "assumption"),
        ("A:EGOV", "A", "EGOV", 2021, 2021, 10.0, 1.0, 0.0, 0.4, "candidate", "published"),
        ("B:IOC", "B", "IOC", 2022, 2022, 20.0, 2.0, 0.0, 0.6, "candidate", "assumption"),
    )
    money = rows(
        "project city fund year kind amount",
        ("A:IOC", "A", "CITY", 2020, "capital", 10.0),
        ("A:IOC", "A", "NATION", 2020, "capital", 5.0),
        ("A:IOC", "A", "NATION", 2021, "capital", 15.0),
        ("A:EGOV", "A", "CITY", 2021, "capital", 10.0),
        ("B:IOC", "B", "BANK", 2022, "capital", 20.0),
        ("A:IOC", "A", "city", 2022, "operation", 3.0),
        ("A:EGOV", "A", "city", 2022, "operation", 1.0),
    )
    people = {
        "training": rows("occupation year units", ("eng", 2020, 1)),
        "shortfalls": rows("kind place what amount", ("standard", "B", "fire brigade", 1.0)),
    }
    parts = {
        "table": table,
        "settings": {"method": "by hand"},
        "years": YEARS,
        "objective": 2.0,
        "bound": 2.1,
        "money": money,
        "proof": rows("row price").cast({"row": pl.String, "price": pl.Float64}),
        "overruns": rows("limit place year amount", ("budget", "A", 2020, 1.5)),
        "roadmap": towns_roadmap(with_people=with_people),
        **(people if with_people else {}),
    }
    return Plan(**parts | changes)
