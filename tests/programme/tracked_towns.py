"""Task books and reports as they are in force, and twelve towns of which three finished a project."""

from typing import Any

import numpy as np
import polars as pl

from urbium.model import City
from urbium.model.dossiers import Dossier
from urbium.programme import Programme, new
from urbium.programme.people.invitations import FOUNDER
from urbium.store import FileStamp

OFFICE = ("olga", "oscar")
VARIABLE = "tertiary_share_gdp"
YEARS = range(2004, 2024)
FINISHED = ("T00", "T01", "T02")
TRUTH = 6.0
"""What the project adds, in points; before it, all towns are mixtures of two histories."""


def people(programme: Programme) -> None:
    for code in OFFICE:
        grants = [{"role": "office", "scope": "all", "code": ""}]
        programme.people.invite(FOUNDER, code, {"display": code, "grants": grants})
        programme.people.take_place(code)


def report_of(
    year: int, rows: list[dict[str, Any]], reached: list[dict[str, Any]] | None = None
) -> dict[str, Any]:
    return {
        "title": str(year), "year": year, "progress": rows, "reached": reached or [], "narrative": "done",
    }  # fmt: skip


def book_in_force(
    programme: Programme,
    code: str,
    city: str,
    book: dict[str, Any],
    reports: list[dict[str, Any]],
    *,
    states: tuple[str, str] = ("in_force", "accepted"),
) -> None:
    """Store a task book and its reports as they are after the steps that lead there."""
    in_book, in_report = states
    programme.store.dossiers.record(
        [
            Dossier(kind="taskbook", code=code, state=in_book, content={"title": city, **book}, city=city),
            *(
                Dossier(
                    kind="report", code=f"{code}-{one['year']}", state=in_report, content=one, city=city,
                    parent=code, parent_kind="taskbook",
                )
                for one in reports
            ),
        ],
        by="test", what="taskbook: put_in_force", reason="a test",
    )  # fmt: skip


def learning_programme(url: str = ":memory:", *, nation: str = "GBR", currency: str = "GBP") -> Programme:
    """Return a programme of twelve towns; the first three finished a data platform in 2015."""
    programme = new(url, nation=nation, currency=currency, name="Trial")
    towns = [f"T{at:02}" for at in range(12)]
    programme.register(
        cities=[City(code, {"en": code}, "municipality", province={"en": "Avon"}) for code in towns],
        by="test", reason="towns",
    )  # fmt: skip
    people(programme)
    random = np.random.default_rng(3)
    base = 40 + np.cumsum(random.normal(0.3, 0.4, (len(YEARS), 2)), axis=0)
    rows = []
    for at, code in enumerate(towns):
        mix = (at + 1) / 13
        values = mix * base[:, 0] + (1 - mix) * base[:, 1] + random.normal(0, 0.05, len(YEARS))
        values += TRUTH * ((np.array(YEARS) >= 2016) & (code in FINISHED))
        rows += [(code, VARIABLE, str(year), float(value)) for year, value in zip(YEARS, values, strict=True)]
    table = pl.DataFrame(rows, schema=["city", "variable", "period", "value"], orient="row")
    figures = table.with_columns(
        unit=pl.lit("%"), area=pl.lit("prefecture"), status=pl.lit("reported"), quality=pl.lit("measured"),
        source=pl.lit("ccsy"), file=pl.lit("f.csv"), sheet=pl.lit(""), cell=pl.lit(""), reason=pl.lit(""),
    )  # fmt: skip
    programme.store.record(figures, by="test", reason="figures", file=FileStamp("f.csv", "0" * 64))
    for number, code in enumerate(FINISHED):
        task = {"code": f"{code}:X", "title": "Platform", "solution": "DATA_PLATFORM", "starts": 2014,
                "ends": 2015, "money": {"CITY": 10.0}}  # fmt: skip
        done = {
            "task": task["code"],
            "planned": 5.0,
            "tendered": 5.0,
            "contracted": 5.0,
            "done": 5.0,
            "spent": 5.0,
        }
        book_in_force(
            programme, f"b{number}", code, {"currency": currency, "tasks": [task]},
            [report_of(2014, [done]), report_of(2015, [done])],
        )  # fmt: skip
    return programme
