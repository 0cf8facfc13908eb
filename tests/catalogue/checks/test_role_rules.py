"""Rules that name roles: a nation's own variable of that role is checked like urbium's."""

import polars as pl
import pytest

from urbium.catalogue import load_catalogue
from urbium.errors import InputError
from urbium.sources import read_file

NATION = pl.DataFrame(
    {"code": ["MEX"], "name_en": ["Mexico"], "level": ["nation"], "province_en": [None]},
    schema_overrides={"province_en": pl.String},
)
VARIABLES = (
    "id,name_en,unit,area,level,definition,hard_min,hard_max,plausible_min,plausible_max,direction,"
    "source,note\n"
)


@pytest.fixture(scope="module")
def own(tmp_path_factory):
    """A catalogue whose output shares, and whose urban people, are of the nation's own office."""
    folder = tmp_path_factory.mktemp("own")
    for name in ("variables", "rules"):
        (folder / name).mkdir()
    shares = [
        f"inegi_{name},{name},%,national,national,{name},0,100,,,0,,\n" for name in ("farm", "make", "serve")
    ]
    people = "inegi_urban,Urban people,persons,national,national,urban,0,,,,0,,\n"
    (folder / "variables" / "own.csv").write_text(VARIABLES + "".join(shares) + people, encoding="utf-8")
    (folder / "rules" / "roles.csv").write_text(
        "role,variable,rank,note\noutput_agriculture,inegi_farm,5,\noutput_industry,inegi_make,5,\n"
        "output_services,inegi_serve,5,\nurban_total,inegi_urban,5,\n",
        encoding="utf-8",
    )
    return load_catalogue(folder)


def read(tmp_path, catalogue, rows):
    lines = [f"MEX,{name},{year},{value},{unit},national,wdi" for name, year, value, unit in rows]
    path = tmp_path / "own.csv"
    path.write_text(
        "\n".join(["city,variable,period,value,unit,area,source", *lines]) + "\n", encoding="utf-8"
    )
    return read_file(path, catalogue=catalogue, cities=NATION)


def test_shares_of_a_nations_own_office_must_sum_to_a_whole_too(own, tmp_path):
    rows = [("inegi_farm", 2015, 3.0, "%"), ("inegi_make", 2015, 30.0, "%"), ("inegi_serve", 2015, 0.6, "%")]
    found = [fault for fault in read(tmp_path, own, rows).faults if fault.rule == "gdp-output-shares"]
    assert [fault.cell for fault in found] == ["D2", "D3", "D4"]


def test_urban_people_of_a_nations_own_office_do_not_jump(own, tmp_path):
    people = {2013: 90.0e6, 2014: 91.5e6, 2015: 200.0e6, 2016: 94.5e6, 2017: 96.0e6}
    reading = read(tmp_path, own, [("inegi_urban", year, count, "persons") for year, count in people.items()])
    assert "urban-population-change" in {
        fault.rule for fault in reading.faults if fault.severity == "warning"
    }


def test_a_rule_of_several_roles_holds_for_each_combination(own):
    sums = [rule.variables for rule in own.rules if rule.id == "gdp-output-shares"]
    assert len(sums) == 2**3
    assert ("inegi_farm", "inegi_make", "inegi_serve") in sums
    assert ("gdp_share_agriculture", "gdp_share_industry", "gdp_share_services") in sums


def test_without_variables_of_ones_own_a_rule_holds_for_urbiums_alone():
    sums = [rule.variables for rule in load_catalogue().rules if rule.id == "gdp-output-shares"]
    assert sums == [("gdp_share_agriculture", "gdp_share_industry", "gdp_share_services")]


def test_a_rule_of_a_role_that_is_none_is_refused(tmp_path):
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules" / "checks.csv").write_text(
        "id,kind,variables,severity,low,high,factor,message,remedy,reference\n"
        "mine,whole,role:urban_peple,warning,,,,no,look,mine\n",
        encoding="utf-8",
    )
    with pytest.raises(InputError, match="role:urban_peple"):
        load_catalogue(tmp_path)
