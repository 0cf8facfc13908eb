"""The catalogue is whole: what is declared resolves, and a wrong table of a user is refused by line."""

import csv
from collections import defaultdict
from dataclasses import replace
from pathlib import Path

import pytest

from urbium.catalogue import DATA, load_catalogue, read_claims
from urbium.errors import InputError
from urbium.model import Evidence


@pytest.fixture(scope="module")
def catalogue():
    return load_catalogue()


def rows(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as table:
        return list(csv.DictReader(table))


def extra(tmp_path: Path, table: str, header: str, *lines: str) -> Path:
    path = tmp_path / table
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join([header, *lines]), encoding="utf-8")
    return tmp_path


def test_every_solution_of_the_table_is_a_record(catalogue):
    assert set(catalogue.solutions) == {row["code"] for row in rows("solutions/solutions.csv")}
    assert len(catalogue.solutions) == 56


def test_u4ssc_has_its_ninety_one_indicators(catalogue):
    assert sum(indicator.standard == "U4SSC" for indicator in catalogue.indicators.values()) == 91


def test_the_weights_of_siblings_sum_to_one_in_every_index(catalogue):
    for index in catalogue.indices.values():
        totals = defaultdict(float)
        for node in index.nodes:
            totals[node.parent] += node.weight
        assert all(total == pytest.approx(1) for total in totals.values())


def test_an_effect_keeps_the_evidence_level_of_its_row(catalogue):
    counted = defaultdict(int)
    for effect in catalogue.effects:
        counted[effect.evidence.value] += 1

    # of 38 that a source publishes, 24 notes name where it was measured, and two that it is a ceiling
    elsewhere = {"measured_elsewhere": 24, "published_elsewhere": 12, "study_limit": 2}
    assert counted == {"by_construction": 53, "assumption": 48, "derived": 18} | elsewhere


def test_what_is_only_a_limit_equals_the_ceiling_that_its_report_names(catalogue):
    limits = {
        (row.direction, row.low, row.high, row.unit)
        for row in catalogue.effects
        if row.evidence is Evidence.STUDY_LIMIT
    }
    assert limits <= {(row.direction, row.low, row.high, row.unit) for row in catalogue.ceilings}


def test_the_crosswalk_says_of_each_name_whether_it_was_seen(catalogue):
    iso = [row for row in catalogue.crosswalk.iter_rows(named=True) if row["standard"].startswith("ISO")]

    assert len(iso) == 352
    assert all(row["status"] for row in iso)


def test_a_circle_of_prerequisites_is_refused_and_named(tmp_path):
    cyber = next(row for row in rows("solutions/solutions.csv") if row["code"] == "CYBERSEC")
    cyber["prerequisites"] = "IOC"
    folder = tmp_path / "solutions"
    folder.mkdir()
    with (folder / "solutions.csv").open("w", encoding="utf-8", newline="") as table:
        writer = csv.DictWriter(table, list(cyber))
        writer.writeheader()
        writer.writerow(cyber)

    with pytest.raises(InputError, match="form a cycle") as refused:
        load_catalogue(tmp_path)

    assert {"CYBERSEC", "IOC"} <= set(refused.value.faults[0].message.replace(":", " ").split())


HEADER = (
    "id,name_en,name_zh,unit,numerator,denominator,factor,direction,standard,edition,pillar,benchmark,"
    "evidence,status,source,note"
)


def test_an_indicator_over_an_unknown_variable_suggests_the_nearest(tmp_path):
    row = "own,Own,,%,hospitl_beds,,1,1,own,1,,,published,,ccsy,"

    with pytest.raises(InputError, match="did you mean 'hospital_beds'"):
        load_catalogue(extra(tmp_path, "indicators/own.csv", HEADER, row))


def test_adding_money_to_people_is_refused(tmp_path):
    row = "own,Own,,%,gdp+population_year_end,,1,1,own,1,,,published,,ccsy,"

    with pytest.raises(InputError, match="of different kinds: CNY and persons"):
        load_catalogue(extra(tmp_path, "indicators/own.csv", HEADER, row))


def test_weights_that_do_not_sum_to_one_are_refused(tmp_path):
    tree = extra(
        tmp_path,
        "indicators/index_tree.csv",
        "index,id,parent,weight,name_en,name_zh",
        "own,own,,1,Own,",
        "own,gdp_per_head,own,0.5,,",
        "own,waste_treatment,own,0.4,,",
    )
    extra(
        tmp_path,
        "indicators/indices.csv",
        "id,name_en,name_zh,steps,aggregate,availability,maximum_age,standard,note",
        "own,Own,,min-max,arithmetic,0.5,0,own,",
    )

    with pytest.raises(InputError, match=r"below own sum to 0\.9, not 1"):
        load_catalogue(tree)


def test_every_wrong_row_is_named_by_file_and_line_at_once(tmp_path):
    rows_ = ("a,A,,%,gdp,,one,1,own,1,,,,,,", "b,B,,%,gdp,,1,1,own,1,,nan,,,,")

    with pytest.raises(InputError) as refused:
        load_catalogue(extra(tmp_path, "indicators/own.csv", HEADER, *rows_))

    assert [(fault.sheet, fault.cell) for fault in refused.value.faults] == [
        ("indicators/own.csv", "G2"),
        ("indicators/own.csv", "L3"),
    ]


def test_a_city_replaces_a_definition_by_its_own(tmp_path):
    row = "waste_treatment,Ours,,%,waste_treatment_rate,,1,1,own,2026,,,published,,ccsy,"
    own = load_catalogue(extra(tmp_path, "indicators/own.csv", HEADER, row))

    assert own.indicators["waste_treatment"].edition == "2026"


def test_rows_of_the_package_are_the_same_records_in_every_catalogue(catalogue, tmp_path):
    row = "waste_treatment,Ours,,%,waste_treatment_rate,,1,1,own,2026,,,published,,ccsy,"
    own = load_catalogue(extra(tmp_path, "indicators/own.csv", HEADER, row))

    assert own.solutions["IOC"] is catalogue.solutions["IOC"]
    assert own.indicators["waste_treatment"] is not catalogue.indicators["waste_treatment"]


def test_two_catalogues_are_equal_when_every_row_is(catalogue):
    copied = replace(catalogue, crosswalk=catalogue.crosswalk.clone())

    assert copied == catalogue
    assert replace(catalogue, crosswalk=catalogue.crosswalk.head(1)) != catalogue
    assert replace(catalogue, funds={}) != catalogue


def test_the_claims_of_the_demo_are_read(catalogue):
    claims = read_claims(DATA / "demo" / "claims.csv")

    assert [claim.value for claim in claims] == [30, 30, 40, 9, 43, 48, 142, 277, 49]


def test_an_empty_table_of_claims_is_refused(tmp_path):
    path = tmp_path / "claims.csv"
    path.write_text("claim_id,text\n", encoding="utf-8")

    with pytest.raises(InputError, match="no claim"):
        read_claims(path)


def test_what_stands_in_for_what_is_declared_with_its_difference(catalogue):
    assert {proxy.use for proxy in catalogue.proxies} == {"value"}
    assert all(proxy.note for proxy in catalogue.proxies)


def test_a_proxy_for_an_unknown_indicator_is_refused(tmp_path):
    row = "EN: EN: AQ: 9X,so2_per_gdp,value,ASSUME,"

    with pytest.raises(InputError, match="EN: EN: AQ: 9X"):
        load_catalogue(extra(tmp_path, "rules/proxies.csv", "indicator,proxy,use,source,note", row))


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ("yearbook,weights,much,", "much"),
        ("yearbook,aggregate,Mean of all,", "is not a step of an index"),
        ("yearbook,min-max,min-max(low),", "has no value"),
        ("yearbock,data,1,", "'yearbock'"),
    ],
)
def test_a_variation_that_cannot_be_read_is_refused(tmp_path, row, told):
    folder = extra(tmp_path, "indicators/variations.csv", "index,part,alternative,note", row)
    with pytest.raises(InputError, match=told):
        load_catalogue(folder)


VARIABLE = (
    "id,name_en,unit,area,level,definition,hard_min,hard_max,plausible_min,plausible_max,direction,source,"
    "note"
)


def test_no_packaged_variable_gives_a_source_priority(catalogue):
    assert not [variable for variable in catalogue.variables.values() if variable.source_priority]


def test_a_variable_may_say_which_sources_go_first(tmp_path):
    row = "own_beds,Beds,beds,city,city,,,,,,0,,,ccsy; wdi"
    found = load_catalogue(extra(tmp_path, "variables/own.csv", f"{VARIABLE},source_priority", row))
    assert found.variables["own_beds"].source_priority == ("ccsy", "wdi")


def test_a_priority_of_a_source_that_is_not_declared_is_refused(tmp_path):
    row = "own_beds,Beds,beds,city,city,,,,,,0,,,nobody"
    with pytest.raises(InputError, match="'nobody', which is not declared"):
        load_catalogue(extra(tmp_path, "variables/own.csv", f"{VARIABLE},source_priority", row))


def test_every_wrong_cell_of_a_row_is_named_with_its_column(tmp_path):
    row = "own,Own,,%,gdp,,one,up,own,1,,high,,,ccsy,"

    with pytest.raises(InputError) as refused:
        load_catalogue(extra(tmp_path, "indicators/own.csv", HEADER, row))

    assert [str(fault.message) for fault in refused.value.faults] == [
        "factor: 'one' is not a number",
        "direction: 'up' is not a whole number",
        "benchmark: 'high' is not a number",
    ]


FUND = "id,name_en,name_zh,finance_models,share_max,is_foreign,scope,evidence,source,note"


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("own,Own,,PUB,0.5,perhaps,city,published,ccsy,", "is_foreign: 'perhaps' is neither true nor false"),
        ("own,Own,,PUB,0.5,,city,published,ccsy,", "is_foreign: a figure is missing"),
        ("own,Own,,PUB,0.5,false,city,hearsay,ccsy,",
         "evidence: 'hearsay' is not one of published, measured_here, .* and assumption"),
        ("own,Own,,PUB,0.5,false,city,,ccsy,", "evidence: a word is missing"),
        ("own,Own,,PUB,0.5,false,city,published", "cells is 8 in row 2, but 10 in the first row"),
        ("own,Own,,PUB,0.5,false,city,published,ccsy,a,b", "cells is 11 in row 2, but 10 in the first row"),
    ],
)  # fmt: skip
def test_a_cell_that_says_no_such_thing_is_refused(tmp_path, row, message):
    with pytest.raises(InputError, match=message):
        load_catalogue(extra(tmp_path, "funds/funds.csv", FUND, row))


def test_a_table_without_a_column_is_refused_by_the_column(tmp_path):
    folder = extra(tmp_path, "rules/proxies.csv", "indicator,proxy,use,source", "a,b,need,ASSUME")

    with pytest.raises(InputError, match="the column note is missing"):
        load_catalogue(folder)


EFFECT = (
    "solution_code,indicator,direction,effect_low_pct,effect_high_pct,lag_years,source_id,note,"
    "evidence_level,scope,unit,indicator_code,kind"
)


def test_health_time_safety_and_emissions_are_outcomes_and_roll_outs_are_outputs(catalogue):
    kinds = {effect.indicator_code: effect.kind.value for effect in catalogue.effects}

    outcomes = ("SC: SH: SA: 9C", "SC: SH: SA: 5A", "EN: EN: AQ: 1C", "EN: EN: AQ: 2C", "EC: I: T: 5A")
    assert [kinds[code] for code in outcomes] == ["outcome"] * 5
    assert {e.kind.value for e in catalogue.effects if e.evidence.value == "by_construction"} == {"output"}
    assert kinds["EC: ICT: WS: 1C"] == "output"


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("IOC,U4SSC:Air pollution,down,1,2,1,ASSUME,,by_construction,citywide,pct,EN: EN: AQ: 1C,outcome",
         "measures the roll-out of IOC itself"),
        ("IOC,U4SSC:Air pollution,down,1,2,1,ASSUME,,derived,citywide,pct,EN: EN: AQ: 1C,result",
         "kind: 'result' is not one of output and outcome"),
    ],
)  # fmt: skip
def test_an_effect_of_a_wrong_kind_is_refused(tmp_path, row, message):
    with pytest.raises(InputError, match=message):
        load_catalogue(extra(tmp_path, "solutions/effects.csv", EFFECT, row))


def test_an_indicator_that_is_output_and_outcome_is_refused(tmp_path):
    row = "IOC,U4SSC:Air pollution,down,1,2,1,ASSUME,,derived,citywide,pct,EN: EN: AQ: 1C,output"
    with pytest.raises(InputError, match="output in the effect of IOC"):
        load_catalogue(extra(tmp_path, "solutions/effects.csv", EFFECT, row))


def test_every_indicator_that_counts_in_a_plan_says_what_it_is_about(catalogue):
    told = {e.indicator_code for e in catalogue.effects if e.domain}
    counted = {e.indicator_code for e in catalogue.effects if e.indicator_code}
    assert counted == told


def test_a_domain_that_no_solution_has_is_refused_with_the_nearest(tmp_path):
    row = "IOC,U4SSC:Air pollution,down,1,2,1,ASSUME,,derived,citywide,pct,EN: EN: AQ: 1C,outcome,enviroment"
    with pytest.raises(InputError, match=r"domain 'enviroment', which is not declared.*'environment'"):
        load_catalogue(extra(tmp_path, "solutions/effects.csv", f"{EFFECT},domain", row))


@pytest.mark.parametrize(
    ("column", "word", "message"),
    [
        ("domain", "health", "domain of U4SSC:Air pollution is 'health' in the effect of IOC"),
        ("ceiling", "Greenhouse gas emissions", "the ceiling of U4SSC:Air pollution is 'Greenhouse gas"),
        ("ceiling", "Dust", "ceiling 'Dust', which is not declared"),
    ],
)
def test_an_indicator_of_two_domains_or_ceilings_is_refused(tmp_path, column, word, message):
    row = f"IOC,U4SSC:Air pollution,down,1,2,1,ASSUME,,derived,citywide,pct,EN: EN: AQ: 1C,outcome,{word}"
    with pytest.raises(InputError, match=message):
        load_catalogue(extra(tmp_path, "solutions/effects.csv", f"{EFFECT},{column}", row))


@pytest.mark.parametrize(
    "amounts", ["30,,kg per person", "30,130,", "130,30,kg per person", ",,kg per person"]
)
def test_the_amount_of_a_ceiling_is_whole_or_not_there(tmp_path, amounts):
    head = "indicator,direction,effect_low,effect_high,unit,source_id,evidence_level,note"
    row = f"Dust,down,1,2,pct,ASSUME,assumption,,{amounts}"
    columns = f"{head},amount_low,amount_high,amount_unit"
    with pytest.raises(InputError, match="the ceiling amount of Dust needs a low figure"):
        load_catalogue(extra(tmp_path, "solutions/ceilings.csv", columns, row))


def test_an_own_effect_need_not_repeat_what_the_indicator_is_about(tmp_path):
    row = "IOC,U4SSC:Air pollution,down,1,2,1,ASSUME,,derived,citywide,pct,EN: EN: AQ: 1C,outcome"
    assert load_catalogue(extra(tmp_path, "solutions/effects.csv", EFFECT, row))


def test_the_fiscal_column_is_defined_as_revenue_plus_expenditure(catalogue):
    """Beijing 2012 (recalled): 331.5 bn yuan taken in, 368.5 bn spent, output 1,787.9 bn; stored is 0.39."""
    stored = [
        float(row["value"])
        for row in rows("demo/observations.csv")
        if (row["city_code"], row["variable"], row["period"]) == ("110000", "fiscal_revenue_gdp", "2012")
    ]
    assert stored == [pytest.approx((331.5 + 368.5) / 1787.9, abs=0.01)]
    assert "the sum of both" in catalogue.variables["fiscal_revenue_gdp"].definition
    assert "expenditure" in catalogue.indicators["fiscal_revenue_ratio"].name["en"]


def test_nothing_that_is_saved_or_avoided_goes_down_by_a_solution():
    names = ("saved", "savings", "avoided", "prevented")
    wrong = [
        (row.solution, row.indicator)
        for row in load_catalogue().effects
        if row.direction == "down" and any(name in row.indicator.lower() for name in names)
    ]
    assert wrong == []


def test_standards_of_effects_are_written_as_people_write_them():
    standards = {row.standard for row in load_catalogue().effects}
    assert standards == {"", "ISO 37120", "ISO 37122", "U4SSC", "WHO"}
