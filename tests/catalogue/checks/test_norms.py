"""Declared norms: each says where it comes from, and a wrong one is refused by what is wrong in it."""

from collections import Counter

import pytest

from urbium.catalogue import load_catalogue
from urbium.errors import InputError
from urbium.examples.demo import DEMO
from urbium.model import Evidence

HEADER = (
    "id,service,name_en,name_zh,unit,per,driver,age_from,age_to,low,value,high,areas,provinces,capacity,use,"
    "indicator,valid_from,evidence,source,status,note"
)
ASKED = {
    "dwellings", "drinking_water", "power", "waste", "waste_water", "hospital_beds", "doctors", "nurses",
    "primary_school", "junior_school", "senior_school", "primary_staff", "roads", "trips", "transit_trips",
    "broadband", "police", "fire", "elderly_care", "parks", "public_toilets",
}  # fmt: skip


@pytest.fixture(scope="module")
def catalogue():
    return load_catalogue()


def row(**other):
    fixed = {
        "id": "own", "service": "own", "name_en": "Own", "unit": "beds", "per": "1000", "driver": "person",
        "low": "1", "value": "2", "high": "3", "areas": "prefecture", "capacity": "hospital_beds",
        "valid_from": "2010", "evidence": "assumption", "source": "ASSUME", "status": "assumed",
    } | other  # fmt: skip
    return ",".join(fixed.get(name, "") for name in HEADER.split(","))


def own(tmp_path, *rows):
    folder = tmp_path / "rules"
    folder.mkdir()
    (folder / "norms.csv").write_text("\n".join([HEADER, *rows]), encoding="utf-8")
    return tmp_path


def test_every_service_that_a_city_asks_for_has_a_norm(catalogue):
    assert {norm.service for norm in catalogue.norms.values()} >= ASKED


def test_what_is_called_published_or_derived_has_a_source_of_its_own(catalogue):
    founded = [norm for norm in catalogue.norms.values() if norm.evidence is not Evidence.ASSUMPTION]
    assert founded
    assert all(catalogue.sources[norm.source].publisher != "(none)" for norm in founded)


def test_an_assumption_gives_its_reason_and_is_not_called_confirmed(catalogue):
    assumed = [norm for norm in catalogue.norms.values() if norm.evidence is Evidence.ASSUMPTION]
    assert assumed
    assert all(norm.note and norm.status == "assumed" for norm in assumed)


def test_a_norm_whose_source_was_not_seen_is_called_recalled(catalogue):
    norms = [
        norm
        for norm in catalogue.norms.values()
        if catalogue.sources[norm.source].note.startswith(("recalled", "second-hand"))
        and norm.evidence is not Evidence.ASSUMPTION
    ]
    assert {norm.status for norm in norms} == {"recalled"}


def test_the_zones_of_drinking_water_hold_every_province_of_the_demo_once(catalogue):
    zones = [norm for norm in catalogue.norms.values() if norm.service == "drinking_water"]
    named = Counter(place for norm in zones for place in norm.provinces)
    text = (DEMO / "cities.csv").read_text(encoding="utf-8").splitlines()
    column = text[0].split(",").index("province_en")
    assert {line.split(",")[column] for line in text[1:]} <= named.keys()
    assert set(named.values()) == {1}


def test_the_zones_of_drinking_water_are_those_of_the_standard(catalogue):
    """GB/T 50331-2002, table 3.0.1: litres per resident and day in six zones."""
    printed = [(80, 135), (85, 140), (120, 180), (150, 220), (100, 140), (75, 125)]
    zones = [catalogue.norms[f"drinking_water.zone{number}"] for number in range(1, 7)]
    assert [(norm.low, norm.high) for norm in zones] == printed


@pytest.mark.parametrize(
    ("other", "told"),
    [
        ({"low": "0"}, "the low figure 0, the value 2 and the high figure 3"),
        ({"low": "2.5"}, r"the low figure 2\.5, the value 2 and"),
        ({"value": ""}, "a figure is missing"),
        ({"per": "0"}, "per 0"),
        ({"unit": "bedz"}, "did you mean 'beds'"),
        ({"driver": "persn"}, "the driver 'persn'"),
        ({"areas": "prefectur"}, "did you mean 'prefecture'"),
        ({"areas": ""}, "does not name a boundary"),
        ({"capacity": "hospitl_beds"}, "did you mean 'hospital_beds'"),
        ({"capacity": "gdp"}, "is measured in beds, but its variable gdp is measured in 10k CNY"),
        ({"use": "gdp"}, "is measured in beds, but its variable gdp is measured in 10k CNY"),
        ({"indicator": "SC: EH: H: 9Z"}, "the indicator 'SC: EH: H: 9Z'"),
        ({"source": "nobody"}, "the source 'nobody'"),
        ({"status": "sure"}, "the status 'sure'"),
        ({"evidence": "hearsay"}, "hearsay"),
        ({"age_to": "9"}, "no first age"),
        ({"age_from": "9", "age_to": "3"}, r"the age range \(9, 3\)"),
        ({"age_from": "3", "driver": "worker"}, "has an age range, but its driver is 'worker'"),
        ({"valid_from": "soon"}, "soon"),
    ],
)
def test_a_wrong_norm_is_refused_by_what_is_wrong_in_it(tmp_path, other, told):
    with pytest.raises(InputError, match=told):
        load_catalogue(own(tmp_path, row(**other)))


def test_rows_of_one_service_must_agree_in_what_they_count(tmp_path):
    rows = (row(id="own.1"), row(id="own.2", valid_from="2020", unit="persons", capacity="physicians"))
    with pytest.raises(InputError, match="the norms of own differ in unit"):
        load_catalogue(own(tmp_path, *rows))


def test_two_norms_of_one_year_and_province_are_refused(tmp_path):
    rows = (row(id="own.1", provinces="Anhui;Hubei"), row(id="own.2", provinces="Hubei"))
    with pytest.raises(InputError, match="own has 2 norms"):
        load_catalogue(own(tmp_path, *rows))


def test_services_that_drive_each_other_are_refused(tmp_path):
    rows = (
        row(id="one", service="one", driver="other"),
        row(id="other", service="other", driver="one"),
    )
    with pytest.raises(InputError, match="drive each other"):
        load_catalogue(own(tmp_path, *rows))


def test_a_figure_per_person_may_tell_the_capacity(tmp_path):
    folder = own(tmp_path, row(unit="persons", capacity="health_staff_per_1000"))
    assert load_catalogue(folder).norms["own"].capacity == ("health_staff_per_1000",)


def test_a_norm_cites_the_standard_itself_and_no_copy_on_a_site_of_others(catalogue):
    """A publisher who is named through somebody else was not seen; its address would be that of the copy."""
    cited = {norm.source: catalogue.sources[norm.source] for norm in catalogue.norms.values()}
    recalled = {source.id for source in cited.values() if source.note.startswith(("recalled", "second-hand"))}

    assert [name for name in recalled if catalogue.sources[name].origin != "(none)"] == []
    assert "GB/T 50331-2002" in cited["gbt50331_2002"].title
    assert {norm.status for norm in catalogue.norms.values() if norm.source in recalled} <= {
        "recalled", "assumed",
    }  # fmt: skip
