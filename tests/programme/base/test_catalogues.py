"""The catalogue of a programme: versions in its store, added to, retired from, and pinned by results."""

import csv

import polars as pl
import pytest

import towns
from urbium.catalogue import DATA, load_catalogue
from urbium.errors import ConflictError, InputError, NotFoundError
from urbium.model import City
from urbium.programme import new, open_programme, start_catalogue

WHO = {"by": "ana", "reason": "our own definitions"}
FIGURES = "code,variable,period,value,unit,area,source\n"


@pytest.fixture
def programme(tmp_path):
    with new(tmp_path / "own.db") as made:
        yield made


@pytest.fixture
def starter(tmp_path):
    start_catalogue(tmp_path / "starter")
    return tmp_path / "starter"


def rows(path):
    with path.open(encoding="utf-8", newline="") as table:
        return list(csv.DictReader(table))


def write(path, header, *lines):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join([",".join(header), *lines]) + "\n", encoding="utf-8")


def test_an_imported_catalogue_holds_for_whoever_opens_the_programme(programme, starter, tmp_path):
    change = programme.import_catalogue(starter, **WHO)

    assert (change.version, change.facts["taken_out"]) == (1, 2)
    assert "2 removed" in repr(change)
    assert "own_index" in programme.catalogue.indices
    with open_programme(tmp_path / "own.db") as again:
        assert "own_index" in again.catalogue.indices
        assert "own_census" in again.sources()


def test_an_import_is_an_entry_of_the_audit_log_with_who_and_why(programme, starter):
    programme.import_catalogue(starter, **WHO)

    entry = programme.store.audit().filter(what="keep catalogue").row(0, named=True)
    assert (entry["who"], entry["why"]) == ("ana", "our own definitions")
    programme.store.verify()


def test_the_same_catalogue_imported_twice_is_one_version(programme, starter):
    programme.import_catalogue(starter, **WHO)
    again = programme.import_catalogue(starter, **WHO)

    assert (again.version, again.shown.height) == (1, 0)
    assert programme.catalogue_history()["version"].to_list() == [1]


def test_a_dry_run_says_what_would_change_and_stores_nothing(programme, starter):
    change = programme.import_catalogue(starter, **WHO, dry_run=True)

    assert ("promises", "PLATFORM", "taken out") in change.table.rows()
    assert ("assumptions", "urban_share", "changed") in change.table.rows()
    assert ("indices", "own_index", "added") in change.table.rows()
    assert programme.catalogue_history().is_empty()
    assert "own_index" not in programme.catalogue.indices


def test_a_wrong_catalogue_is_refused_and_the_version_before_holds(programme, starter):
    programme.import_catalogue(starter, **WHO)
    write(starter / "rules" / "assumptions.csv", ["id", "value"], "urban_share,high")

    with pytest.raises(InputError, match="is missing"):
        programme.import_catalogue(starter, **WHO)

    assert programme.catalogue.assumptions["urban_share"].value == 0.8


@pytest.mark.parametrize("target", ["folder", "own.xlsx"])
def test_what_is_exported_imports_as_the_same_catalogue(programme, starter, tmp_path, target):
    programme.import_catalogue(starter, **WHO)
    programme.export_catalogue(tmp_path / target)

    with new(tmp_path / "other.db") as other:
        other.import_catalogue(tmp_path / target, **WHO)
        assert other.catalogue == programme.catalogue
        assert other.catalogue.version == programme.catalogue.version


def test_everything_that_is_declared_can_be_written_and_read_as_ones_own(programme, tmp_path):
    programme.export_catalogue(tmp_path / "whole", whole=True)

    assert load_catalogue(tmp_path / "whole") == load_catalogue()


def test_the_solutions_standards_and_needs_of_urbium_can_be_taken_out(programme):
    for table in ("promises", "needs", "solutions", "norms"):
        programme.retire(table, ["*"], **WHO)

    declared = programme.catalogue
    for table in (declared.solutions, declared.effects, declared.skills, declared.promises, declared.norms):
        assert not table
    assert not [name for name in declared.assumptions if name.startswith("treated_share.")]
    assert programme.catalogue_history()["retired"].to_list() == [1, 2, 3, 4]


def test_an_entry_that_others_refer_to_is_retired_with_them_or_not_at_all(programme):
    with pytest.raises(InputError, match=r"solution IOC refers to the solution 'DATA_PLATFORM'") as refused:
        programme.retire("solutions", ["DATA_PLATFORM"], **WHO)

    assert any("solutions, IOC" in fault.remedy for fault in refused.value.faults)
    assert all(fault.sheet and fault.cell for fault in refused.value.faults)


def test_a_plan_without_any_solution_says_so(programme):
    programme.register(cities=[City("1", {"en": "Alpha"}, "city")], **WHO)
    for table in ("promises", "needs", "solutions"):
        programme.retire(table, ["*"], **WHO)

    with pytest.raises(NotFoundError, match="no solution"):
        programme.roadmap(years="2026-2030", budget="1 bn CNY/year")


def test_what_the_program_needs_is_replaced_and_not_retired(programme):
    with pytest.raises(InputError, match="is needed and cannot be removed"):
        programme.retire("assumptions", ["discount_rate"], **WHO)


def test_an_own_entry_is_removed_by_retiring_it(programme, starter):
    programme.import_catalogue(starter, **WHO)
    programme.retire("promises", ["OWN_CLINICS"], **WHO)

    assert not programme.catalogue.promises


def test_rows_are_laid_over_the_version_that_holds(programme, starter, tmp_path):
    programme.import_catalogue(starter, **WHO)
    header = ["id", "value", "unit", "evidence", "source", "note"]
    write(tmp_path / "more" / "rules" / "assumptions.csv", header, "urban_share,0.7,share,assumption,ASSUME,")

    programme.import_catalogue(tmp_path / "more", **WHO, add=True)

    assert programme.catalogue.assumptions["urban_share"].value == 0.7
    assert "own_index" in programme.catalogue.indices


def test_an_index_with_a_step_that_does_not_exist_is_refused(programme, starter):
    path = starter / "indicators" / "indices.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("min-max", "minmax"), encoding="utf-8")

    with pytest.raises(InputError, match=r"there is no step 'minmax'.*'min-max'"):
        programme.import_catalogue(starter, **WHO)


def test_a_folder_that_holds_something_is_not_written_over(programme, starter):
    with pytest.raises(ConflictError):
        start_catalogue(starter)


def figures(programme, path, starter):
    programme.import_catalogue(starter, **WHO)
    programme.register(cities=[City(code, {"en": f"City {code}"}, "city") for code in "12345"], **WHO)
    lines = [
        f"{code},{variable},2020,{value},{unit},city,own_census"
        for code, number in zip("12345", (10, 20, 30, 40, 55), strict=True)
        for variable, value, unit in (
            ("own_clinics", number, "count"), ("population", 100_000, "persons"),
        )
    ]  # fmt: skip
    write(path, ["city_code", "variable", "period", "value", "unit", "area", "source_id"], *lines)
    programme.load(path, **WHO)


def one_leaf(starter):
    header = ["index", "id", "parent", "weight", "name_en"]
    tree = ["own_index,own_index,,1,Own", "own_index,own_clinics_per_100k,own_index,1,"]
    write(starter / "indicators" / "index_tree.csv", header, *tree)


@pytest.mark.filterwarnings("ignore")
def test_adopted_scores_stay_with_the_version_that_they_were_made_with(programme, starter, tmp_path):
    one_leaf(starter)
    figures(programme, tmp_path / "figures.csv", starter)
    programme.adopt(programme.measure("own_index", period=2020), by="ana")
    before = programme.adopted("scores").table.select("city", "score")

    path = starter / "indicators" / "own.csv"
    path.write_text(path.read_text(encoding="utf-8").replace(",100000,1,", ",100000,-1,"), encoding="utf-8")
    programme.import_catalogue(starter, by="ana", reason="fewer clinics are better")

    assert programme.adopted("scores").table.select("city", "score").equals(before)
    assert "made with version 1 of the catalogue, but version 2" in str(programme.outdated()[0])
    turned = programme.measure("own_index", period=2020).table
    turned_round = {city: 100 - score for city, score in before.iter_rows()}
    assert dict(turned.select("city", "score").iter_rows()) == pytest.approx(turned_round)


def test_a_variable_of_stored_figures_and_an_adopted_index_are_not_taken_away(programme, starter, tmp_path):
    one_leaf(starter)
    figures(programme, tmp_path / "figures.csv", starter)
    programme.adopt(programme.measure("own_index", period=2020), by="ana")
    write(tmp_path / "less" / "retired.csv", ["table", "id", "reason"], "promises,PLATFORM,not ours")

    with pytest.raises(InputError) as refused:
        programme.import_catalogue(tmp_path / "less", **WHO)

    messages = " ".join(str(fault.message) for fault in refused.value.faults)
    assert "figures for the variable 'own_clinics' are stored" in messages
    assert "the adopted scores are based on the index 'own_index'" in messages
    assert {fault.rule for fault in refused.value.faults} == {"catalogue-used"}


def test_a_folder_given_when_opening_is_kept_with_the_result_that_stands_on_it(programme, starter, tmp_path):
    one_leaf(starter)
    figures(programme, tmp_path / "figures.csv", starter)
    path = starter / "indicators" / "own.csv"
    path.write_text(path.read_text(encoding="utf-8").replace(",100000,1,", ",100000,-1,"), encoding="utf-8")
    with open_programme(tmp_path / "own.db", catalogue=starter) as trial:
        trial.adopt(trial.measure("own_index", period=2020), by="ana")
        adopted = trial.adopted("scores").table.select("city", "score")

    assert programme.adopted("scores").table.select("city", "score").equals(adopted)


def test_every_packaged_table_is_declared_as_a_kind(programme, tmp_path):
    from urbium.catalogue.tables.table_kinds import kind_of_file  # noqa: PLC0415

    apart = {"truth.csv", "catalogue_starter.csv", "solutions/mgi_applications.csv", "rules/claim_words.csv"}
    apart |= {"rules/stage_needs.csv"}  # what stages ask for is the code's to say
    apart |= {
        f"rules/{name}.csv" for name in ("kinds", "rights", "steps", "states", "fields", "letters", "values")
    }  # safety is no programme's to change
    files = {path.relative_to(DATA).as_posix() for path in DATA.rglob("*.csv")}
    apart |= {"unit_words.csv", "heading_words.csv"}  # words for units and headings in the languages of files
    apart |= {
        "addresses.csv",
        "answers.csv",
        "catalogue_tables.csv",
        "columns.csv",
        "words.csv",
        "facts.csv",
        "open_tables.csv",
        "source_names.csv",
        "mappings/keys.csv",
        "result_rows.csv",
        "solutions/standards.csv",
        "tools.csv",
    }  # what results are made of is the code's to say
    apart |= {
        "documents/workbook_sheets.csv",
        "documents/workbook_reading.csv",
    }  # what a workbook says of itself
    apart |= {"platform/frequencies.csv", "ngsi_ld/core_terms.csv"}  # words of DCAT and of NGSI-LD
    # what a programme begins with, the rules that its rounds and its market keep, and the form of roadmaps
    others = ("demo/", "examples/", "settings/", "rulesets/", "market/", "roadmap/", "store/")
    unknown = {file for file in files - apart if not file.startswith(others) and not kind_of_file(file)}
    assert not unknown
    assert isinstance(programme.catalogue_history(), pl.DataFrame)


def test_a_mapping_gives_a_column_in_a_unit_of_the_programme_s_own(programme, starter, tmp_path):
    header = ["id", "dimension", "factor", "name"]
    write(starter / "units.csv", header, "dozens of clinics,count,12,dozens of clinics")
    programme.import_catalogue(starter, **WHO)
    programme.register(cities=[City("1", {"en": "Aston"}, "city")], **WHO)
    table, mapping = tmp_path / "clinics.csv", tmp_path / "clinics.toml"
    write(table, ["Town", "Clinics"], "Aston,3")
    lines = [
        'source = "own_census"', "[[tables]]", 'city = "Town"', 'period = {value = "2020"}',
        'columns = [{column = "Clinics", variable = "own_clinics", unit = "dozens of clinics"}]',
    ]  # fmt: skip
    mapping.write_text("\n".join(lines), encoding="utf-8")

    with open_programme(tmp_path / "own.db") as again:
        assert again.check(table, mapping=mapping).table["value"].to_list() == [36.0]

    mapping.write_text("\n".join(lines).replace("dozens of", "scores of"), encoding="utf-8")
    (fault,) = [fault for fault in programme.check(table, mapping=mapping).faults if fault.rule == "unit"]
    assert "is measured in 'count'; write that unit" in fault.remedy


def test_an_adopted_plan_keeps_the_names_of_the_catalogue_that_it_was_made_with(programme, starter):
    plan = towns.towns_plan()
    code = plan.roadmap.projects["solution"][0]
    (row,) = [one for one in rows(DATA / "solutions" / "solutions.csv") if one["code"] == "BRT"]
    solutions = starter / "solutions" / "solutions.csv"
    declared = rows(solutions)

    def called(name):
        given = row | {"code": code, "name": name, "prerequisites": ""}
        with solutions.open("w", encoding="utf-8", newline="") as table:
            writer = csv.DictWriter(table, list(given), restval="")
            writer.writeheader()
            writer.writerows([*declared, given])
        programme.import_catalogue(starter, **WHO)

    called("Rapid buses")
    programme.adopt(plan, by="ana", accept_unproven=True)
    called("Trams")

    assert programme.solution_names()[code] == "Rapid buses"
    assert programme.catalogue_of("plan").solutions[code].name == "Rapid buses"
    assert programme.catalogue.solutions[code].name == "Trams"


def test_rows_of_ones_own_are_taken_out_by_a_row_of_retired_that_is_added(programme, starter, tmp_path):
    programme.import_catalogue(starter, **WHO)
    write(tmp_path / "less" / "retired.csv", ["table", "id", "reason"], "norms,own_clinics*,not needed")
    change = programme.import_catalogue(tmp_path / "less", **WHO, add=True)

    assert ("norms", "own_clinics.2020", "taken out") in change.table.rows()
    assert "own_clinics" not in {norm.service for norm in programme.catalogue.norms.values()}
    assert "1 of your rows is removed" in str(change.notes[0])
    assert "norms: own_clinics.2020" in str(change.notes[0])


def test_rows_of_retired_that_name_urbiums_entries_leave_those_of_ones_own(programme, tmp_path):
    programme.import_catalogue(own_solutions(tmp_path / "own", EFFECT), **WHO)
    write(tmp_path / "less" / "retired.csv", ["table", "id", "reason"], "solutions,*,of another nation")
    programme.import_catalogue(tmp_path / "less", **WHO, add=True)

    assert list(programme.catalogue.solutions) == ["BR_WIFI"]


def test_a_pattern_takes_out_rows_of_ones_own_too(programme, starter):
    programme.import_catalogue(starter, **WHO)
    programme.retire("norms", ["own_*"], **WHO)

    assert "own_clinics.2020" not in programme.catalogue.norms


def test_all_solutions_of_urbium_are_retired_at_once_with_what_is_a_part_of_them(programme):
    programme.retire("solutions", ["*"], **WHO)

    assert not programme.catalogue.solutions
    assert not programme.catalogue.promises
    assert programme.catalogue.needs  # of indicators that other solutions may change


SOLUTION = {
    "code": "BR_WIFI", "name_pt": "Wi-Fi nas escolas", "domain": "education", "description": "Redes",
    "cost_low": "10", "cost_high": "20", "cost_unit": "BRL/person", "price_year": "2022",
    "opex_share_per_year": "0.1", "lifetime_years": "10", "build_years": "1", "finance_models": "PUB",
    "evidence_level": "assumption", "sources": "ASSUME", "scale": "people",
    "prerequisites": "", "soft_prerequisites": "", "standards": "", "note": "",
}  # fmt: skip
EFFECT = {
    "solution_code": "BR_WIFI", "indicator": "Alunos com internet", "indicator_code": "", "direction": "up",
    "effect_low_pct": "1", "effect_high_pct": "2", "unit": "pct", "scope": "citywide", "lag_years": "1",
    "source_id": "ASSUME", "evidence_level": "assumption", "kind": "outcome", "domain": "education",
    "note": "",
}  # fmt: skip


def own_solutions(folder, *effects):
    """Write a solution of a programme's own, and effects of it."""
    write(folder / "solutions" / "solutions.csv", SOLUTION, ",".join(SOLUTION.values()))
    write(folder / "solutions" / "effects.csv", EFFECT, *(",".join(effect.values()) for effect in effects))
    return folder


def test_solutions_whose_effects_count_nowhere_are_noted_with_what_to_do(programme, tmp_path):
    (note,) = programme.import_catalogue(own_solutions(tmp_path / "words", EFFECT), **WHO).notes
    counted = EFFECT | {"indicator_code": "gdp_per_head"}
    change = programme.import_catalogue(own_solutions(tmp_path / "codes", counted), **WHO)

    assert "BR_WIFI" in note
    assert "indicator_code" in note
    assert change.notes == ()
    assert change.record()["notes"] == []


def test_a_dry_run_says_that_nothing_is_stored(programme, starter):
    tried = programme.import_catalogue(starter, **WHO, dry_run=True)
    assert "would" in repr(tried)
    assert not tried.facts["is_stored"]

    stored = programme.import_catalogue(starter, **WHO)
    assert "would" not in repr(stored)
    assert stored.facts["is_stored"]


def test_a_pattern_that_names_entries_of_ones_own_is_refused_with_the_way_to_keep_them(programme, tmp_path):
    folder = own_solutions(tmp_path / "own", EFFECT)
    programme.import_catalogue(folder, **WHO)

    with pytest.raises(InputError, match="BR_WIFI") as refused:
        programme.retire("solutions", ["*"], **WHO)

    assert "retired.csv" in refused.value.remedy
    write(folder / "retired.csv", ["table", "id", "reason"], "solutions,*,of another nation")
    programme.import_catalogue(folder, **WHO)
    assert list(programme.catalogue.solutions) == ["BR_WIFI"]
