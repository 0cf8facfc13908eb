"""What a nation declares for itself: base databases, profiles of resources, outlines of designs, live rules.

The nation is Mexico, and what is declared for it is made up.
"""

import csv

import pytest

from urbium.catalogue import load_catalogue
from urbium.errors import InputError, NotFoundError
from urbium.model import City
from urbium.programme import new

WHO = {"by": "ana", "reason": "tables of Mexico"}
BASE_DATA = (
    "set,code,name_en,name_es,identifier,expected,days,source\n"
    "mexico,population,Population,Población,CURP,population,31,made up for a test: an assumption\n"
    "mexico,land,Cadastre,Catastro,cadastral key,,366,made up for a test: an assumption\n"
)
PROFILES = (
    "profile,nature,field,obligation,source\n"
    "mexico,dataset,licence,mandatory,made up for a test\n"
    "mexico,dataset,spatial,mandatory,made up for a test\n"
)
OUTLINES = "id,nation,name,source,note\nplan_director,MEX,Plan director,made up for a test,Of no standard.\n"
SECTIONS = (
    "outline,number,title,part,domains\n"
    "plan_director,I,Diagnóstico,,\n"
    "plan_director,I.1,El municipio,context,\n"
    "plan_director,II,Soluciones de agua,solutions,water\n"
)
TABLES = {
    "platform/base_data": BASE_DATA,
    "platform/profiles": PROFILES,
    "documents/outlines": OUTLINES,
    "documents/outline_sections": SECTIONS,
}


def folder(place, **changed):
    for table, content in {**TABLES, **changed}.items():
        path = place / f"{table}.csv"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
    return place


def begun():
    programme = new(":memory:", nation="MEX")
    programme.register(cities=[City("MX1", {"en": "Toluca"}, "city")], **WHO)
    return programme


@pytest.fixture
def programme():
    with begun() as opened:
        yield opened


@pytest.fixture(scope="module")
def untouched():
    with begun() as opened:
        yield opened


@pytest.fixture
def mexico(programme, tmp_path):
    programme.import_catalogue(folder(tmp_path / "own"), **WHO)
    programme.settings.change(**WHO, base_data="mexico", profiles=["mexico"])
    return programme


def test_a_city_is_asked_for_the_base_databases_of_its_nation(mexico):
    standing = mexico.base_data.standing("MX1")
    assert [one.database.code for one in standing] == ["population", "land"]
    assert standing[0].database.name["es"] == "Población"


def test_a_set_that_nobody_declared_is_not_there(untouched):
    with pytest.raises(NotFoundError, match="'mexico'"):
        untouched.settings.change(**WHO, base_data="mexico")
    with pytest.raises(NotFoundError, match="'mexico'"):
        untouched.settings.change(**WHO, profiles=["mexico"])


def test_a_resource_misses_what_the_profile_of_the_nation_asks(mexico):
    quality = mexico.resources.quality({"title": "Wells", "description": "Each well"})
    assert quality.completeness.missing_mandatory == ("spatial", "licence")


def test_a_design_follows_the_outline_of_the_nation_and_says_in_which_version_it_stands(mexico):
    document = mexico.documents.compose("design", "MX1")
    assert [f"{one.number} {one.title}".strip() for one in document.sections][:3] == [
        "I Diagnóstico",
        "I.1 El municipio",
        "II Soluciones de agua",
    ]
    assert [str(part) for part in document.sections[-1].parts[-2:]] == [
        "Outline: made up for a test. Of no standard.",
        "The outline is declared in version 1 of the catalogue.",
    ]


def test_a_second_version_holds_from_then_on_and_the_first_is_kept(mexico, tmp_path):
    shorter = "\n".join(SECTIONS.splitlines()[:3])
    mexico.import_catalogue(folder(tmp_path / "next", **{"documents/outline_sections": shorter}), **WHO)
    assert len(mexico.documents.compose("design", "MX1", outline="plan_director").sections) == 4
    first = mexico.export_catalogue(tmp_path / "first", version=1)
    sections = next(file for file in first if file.name == "outline_sections.csv")
    with sections.open(encoding="utf-8", newline="") as rows:
        assert len(list(csv.DictReader(rows))) == 3


def test_own_rows_of_a_set_take_the_place_of_all_of_urbium_s(programme, tmp_path):
    rows = BASE_DATA.replace("mexico,", "eif,")
    programme.import_catalogue(folder(tmp_path / "own", **{"platform/base_data": rows}), **WHO)
    codes = {one.code for one in programme.catalogue.base_data.values() if one.set == "eif"}
    assert codes == {"population", "land"}


def test_what_the_settings_name_is_not_taken_away(mexico, tmp_path):
    others = {
        "platform/base_data": BASE_DATA.replace("mexico,", "other,"),
        "platform/profiles": PROFILES.replace("mexico,", "other,"),
    }
    with pytest.raises(InputError) as refused:
        mexico.import_catalogue(folder(tmp_path / "none", **others), **WHO)
    named = [(fault.sheet, fault.cell) for fault in refused.value.faults]
    assert named == [("base_data", "mexico"), ("profiles", "mexico")]


WRONG = [
    ("platform/base_data", BASE_DATA.replace(",population,31", ",people,31"), "variable 'people'", "F2"),
    ("platform/base_data", BASE_DATA.replace(",31,", ",0,"), "days: 0 is out of range", "G2"),
    ("platform/profiles", PROFILES.replace("licence", "license"), "field: 'license' is not one of", "C2"),
    ("platform/profiles", PROFILES.replace("mandatory", "needed", 1), "obligation: 'needed' is not", "D2"),
    ("documents/outlines", OUTLINES.replace("MEX", "MX"), "'MX' is not a nation", "B2"),
    ("documents/outlines", OUTLINES + "empty,,Empty,nobody,\n", "the outline 'empty' has no section", "A3"),
    ("documents/outline_sections", SECTIONS.replace(",context", ",dance"), "part: 'dance' is not one", "D3"),
    ("documents/outline_sections", SECTIONS.replace(",water", ",watr"), "domain 'watr'", "E4"),
    ("documents/outline_sections", SECTIONS + "other,1,Other,,\n", "outline 'other'", "A5"),
]


@pytest.mark.parametrize("wrong", WRONG, ids=[f"{table} {said}" for table, _, said, _ in WRONG])
def test_what_is_wrong_is_named_by_file_and_cell(untouched, tmp_path, wrong):
    table, content, said, cell = wrong
    with pytest.raises(InputError) as refused:
        untouched.import_catalogue(folder(tmp_path / "own", **{table: content}), **WHO)
    places = [(fault.sheet, fault.cell) for fault in refused.value.faults if said in str(fault.message)]
    assert places == [(f"{table}.csv", cell)]
    assert untouched.catalogue_history().is_empty()


def test_an_outline_and_a_set_can_be_taken_out(programme):
    programme.retire("outlines", ["gbt36333"], **WHO)
    programme.retire("base_data", ["china-2012*"], **WHO)
    declared = programme.catalogue
    assert {one.outline for one in declared.outline_sections} == {"plain"}
    assert {one.set for one in declared.base_data.values()} == {"eif"}


def test_a_programme_without_any_outline_says_so(programme):
    programme.retire("outlines", ["*"], **WHO)
    with pytest.raises(NotFoundError, match="outline"):
        programme.documents.compose("design", "MX1")


def test_a_live_rule_of_ones_own_replaces_urbium_s(programme, tmp_path):
    first = next(iter(load_catalogue().live.values()))
    columns = ("id", "variable", "entity_type", "attribute", "statistic", "argument", "period", "interval",
               "coverage", "shortfall", "factor", "source")  # fmt: skip
    row = (first.id, first.variable, "Medición", first.attribute, "mean", "", "day", "1", "0.5", "refuse",
           "1", first.source)  # fmt: skip
    rules = f"{','.join(columns)}\n{','.join(row)}\n"
    programme.import_catalogue(folder(tmp_path / "own", **{"rules/live": rules}), **WHO)
    assert programme.catalogue.live[first.id].entity_type == "Medición"
