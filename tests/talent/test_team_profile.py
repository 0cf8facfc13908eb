"""What a city's team has and lacks; certificates that are over do not count."""

from datetime import date

import polars as pl
import pytest

from urbium.errors import InputError
from urbium.talent import profile, read_team

NEEDED = pl.DataFrame(
    {"isco08": ["2512", "7413"], "title": ["software developer", "electrician"], "posts": [3.0, 1.0]}
)
KNOWN = ["2512", "7413"]
DAY = date(2026, 6, 1)
HEAD = "person,isco08,skills,certificate,valid_from,valid_until\n"


@pytest.fixture
def team(tmp_path):
    def read(*rows):
        path = tmp_path / "team.csv"
        path.write_text(HEAD + "\n".join(rows) + "\n")
        return read_team(path, KNOWN)

    return read


def test_who_is_there_and_who_is_missing(team):
    table = profile(team("P1,2512,,,,", "P2,2512,,,,", "P3,7413,,,,"), NEEDED, DAY).table

    assert table.select("isco08", "people", "missing").rows() == [("2512", 2, 1.0), ("7413", 1, 0.0)]


def test_only_a_certificate_that_is_valid_on_the_day_counts(team):
    people = team(
        "P1,2512,,Cloud,2024-01-01,2026-05-31",  # over the day before
        "P2,2512,,Cloud,2024-01-01,2026-06-01",  # its last day
        "P3,2512,,Cloud,2026-06-02,",  # begins the day after
        "P4,2512,,Cloud,,",  # has no days
    )
    result = profile(people, NEEDED, DAY)

    assert result.table.filter(isco08="2512")["certified"].item() == 2
    assert result.lapsed.rows() == [("P1", "Cloud", "2026-05-31")]


def test_a_person_with_two_certificates_is_one_person(team):
    result = profile(team("P1,2512,,Cloud,,", "P1,2512,,Security,,"), NEEDED, DAY)

    assert result.table.filter(isco08="2512").select("people", "certified").row(0) == (1, 1)


def test_skills_that_nobody_has_come_first(team):
    asked = {"2512": pl.DataFrame({"skill": ["Python", "Linux"]}), "7413": pl.DataFrame({"skill": ["Excel"]})}
    result = profile(team("P1,2512,python; Git,,,"), NEEDED, DAY, asked)

    assert result.skills.rows() == [("2512", "Linux", 0), ("2512", "Python", 1)]


def test_every_fault_of_a_team_file_is_named_with_place_and_remedy(team):
    with pytest.raises(InputError) as refused:
        team(
            "P1,2521,,,,",
            ",2512,,,,",
            "P2,2512,,Cloud,soon,",
            "P3,2512,,Cloud,2026-02-01,2026-01-01",
            "P4,2512,,,2026-02-01,",
            "P5,7413,,,,",
            "P5,7413,,,,",
        )

    assert [(fault.cell, str(fault.message)) for fault in refused.value.faults] == [
        ("isco082", "'2521' is not an occupation in any solution"),
        ("person3", "no one is named"),
        ("valid_from4", "'soon' is not a date"),
        ("valid_until5", "the certificate ends before it begins"),
        ("certificate6", "no certificate is named"),
        ("person7", "this row appears twice"),
        ("person8", "this row appears twice"),
    ]
    assert all(str(fault.remedy) for fault in refused.value.faults)
