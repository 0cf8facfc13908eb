"""Team: the people whom a city has, their skills and certificates, beside what its part of the plan needs."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

import polars as pl

from urbium.columns import schema_of
from urbium.errors import Fault, nearest, refuse
from urbium.periods import date_of
from urbium.sources.door import read_table
from urbium.text import Text, coded, text

TEAM: Final = schema_of("person isco08 skills certificate valid_from valid_until", skills=pl.String())
"""One row a person and certificate: a name or number, the occupation, skills between ``;``, the certificate,
and the days (YYYY-MM-DD) from and until which it is valid; empty for one that does not end."""
_SIGN: Final = ";"


@dataclass(frozen=True)
class Profile:
    """What a team has and lacks.

    Parameters
    ----------
    table : isco08, title, needed (posts in the year in which most are), people, certified (with a certificate
        that is valid), missing (posts)
    lapsed : person, certificate, valid_until: certificates that are over, and not counted
    skills : isco08, skill, people: technology that employers ask for, and who of the team has it; empty
        without files of O*NET
    day : on which certificates were looked at
    """

    table: pl.DataFrame
    lapsed: pl.DataFrame
    skills: pl.DataFrame
    day: date

    def __repr__(self) -> str:
        return text(
            "Team on {day:date}: {missing:,.1f} of {needed:,.1f} posts are unfilled; certificates that "
            "are no longer valid: {lapsed:,}",
            day=self.day, missing=float(self.table["missing"].sum()),
            needed=float(self.table["needed"].sum()), lapsed=self.lapsed.height
        ).render()  # fmt: skip


def read_team(path: str | Path, occupations: Collection[str]) -> pl.DataFrame:
    """Return a team file with the columns of :data:`TEAM`; raise InputError with every fault.

    Parameters
    ----------
    path : a CSV file or workbook
    occupations : the codes of ISCO-08 that are known
    """
    table = read_table(path, TEAM, needed=("person", "isco08"))
    refuse(check_team(table, occupations), Path(path).name)
    return table


def check_team(table: pl.DataFrame, occupations: Collection[str]) -> Iterator[Fault]:
    """Yield what is wrong with a team: who, which occupation, which days."""
    twice = table.select("person", "isco08", "certificate").is_duplicated()
    for at, (row, is_twice) in enumerate(zip(table.iter_rows(named=True), twice, strict=True), start=2):
        if not row["person"]:
            yield _fault(at, "person", "", coded("talent.team.nobody", "no one is named"),
                         text("enter a name or a number"))  # fmt: skip
        if row["isco08"] not in occupations:
            code = row["isco08"] or ""
            yield _fault(at, "isco08", code,
                         coded("talent.team.occupation",
                             "{occupation!r} is not an occupation in any solution",
                              occupation=code),
                         nearest(code, occupations))  # fmt: skip
        if is_twice:
            yield _fault(at, "person", row["person"], coded("talent.team.twice", "this row appears twice"),
                         text("keep one"))  # fmt: skip
        days = {name: date_of(row[name] or "") for name in ("valid_from", "valid_until")}
        for name, day in days.items():
            if row[name] and day is None:
                yield _fault(at, name, row[name],
                             coded("talent.team.day", "{day!r} is not a date", day=row[name]),
                             text("write it as 2026-12-31"))  # fmt: skip
        if days["valid_from"] and days["valid_until"] and days["valid_until"] < days["valid_from"]:
            yield _fault(at, "valid_until", row["valid_until"],
                         coded("talent.team.order", "the certificate ends before it begins"),
                         text("correct one of the two dates"))  # fmt: skip
        if (row["valid_from"] or row["valid_until"]) and not row["certificate"]:
            yield _fault(at, "certificate", "", coded("talent.team.no_certificate",
                "no certificate is named"),
                         text("name the certificate, or omit its dates"))  # fmt: skip


def profile(
    team: pl.DataFrame, needed: pl.DataFrame, day: date, asked: dict[str, pl.DataFrame] | None = None
) -> Profile:
    """Return what a team has and lacks beside what is needed.

    Parameters
    ----------
    team : as :func:`read_team` returns it
    needed : isco08, title, posts (of the year in which most are needed)
    day : on which certificates must be valid to count
    asked : technology of each occupation, as :class:`urbium.talent.curricula.Curriculum` has it; None where
        no files of O*NET were brought
    """
    starts, ends = (pl.col(name).str.to_date(strict=False) for name in ("valid_from", "valid_until"))
    is_named = pl.col("certificate").fill_null("") != ""
    is_over = is_named & (ends < day).fill_null(value=False)
    is_valid = is_named & ~is_over & (starts <= day).fill_null(value=True)
    rows = team.with_columns(is_over=is_over, is_valid=is_valid)
    people = rows.group_by("isco08").agg(
        people=pl.col("person").n_unique(), certified=pl.col("person").filter("is_valid").n_unique()
    )
    table = needed.join(people, on="isco08", how="left").with_columns(
        pl.col("people", "certified").fill_null(0)
    )
    return Profile(
        table.select(
            "isco08", "title", needed="posts", people="people", certified="certified",
            missing=(pl.col("posts") - pl.col("people")).clip(0.0),
        ).sort("missing", "isco08", descending=[True, False]),
        rows.filter("is_over").select("person", "certificate", "valid_until"),
        _skills(team, asked or {}),
        day,
    )  # fmt: skip


def _skills(team: pl.DataFrame, asked: dict[str, pl.DataFrame]) -> pl.DataFrame:
    """How many people of each occupation have each skill that employers ask for; what nobody has first."""
    rows = []
    there = set(team["isco08"])
    for code, technology in asked.items():
        if code not in there:
            continue  # who is missing is said already
        mine = team.filter(pl.col("isco08") == code).select("person", "skills").iter_rows()
        has = [{word.strip().casefold() for word in (skills or "").split(_SIGN)} for _, skills in mine]
        rows += [
            (code, skill, sum(skill.casefold() in words for words in has)) for skill in technology["skill"]
        ]
    schema = {"isco08": pl.String, "skill": pl.String, "people": pl.Int64}
    return pl.DataFrame(rows, schema=schema, orient="row").sort("people", "isco08", "skill")


def _fault(row: int, column: str, value: object, message: Text, remedy: str) -> Fault:
    return Fault("error", message, remedy, rule="team", sheet="team", cell=f"{column}{row}",
                 value=str(value or ""))  # fmt: skip
