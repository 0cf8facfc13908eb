"""What the doctor says of households: one way of several is enough, and each tells what it would give."""

import pytest

from urbium.model import City
from urbium.programme import new
from urbium.publish.documents import fonts

HEADS = "city,variable,period,value,unit,area,source_id\n"
PEOPLE = "0503,population_agglomeration,{year},{value},persons,agglomeration,wup14\n"
OF_CITY = "0503,household_size,2011,2.1,persons per household,city,wup14\n"
OF_NATION = "NLD,nation_household_size,2011,2.2,persons per household,national,wup14\n"


@pytest.fixture
def told(tmp_path):
    """Return what the doctor says of households, by what it is for, and whether they are ready."""

    def ask(*rows):
        with new(tmp_path / f"{len(rows)}.db", nation="NLD", currency="EUR", name="Proef") as programme:
            towns = [City("0503", {"en": "Delft"}, "municipality", province={"en": "Zuid-Holland"})]
            programme.register(cities=towns, by="test", reason="towns")
            file = tmp_path / "figures.csv"
            people = [PEOPLE.format(year=year, value=90_000 + year) for year in (2001, 2006, 2011)]
            file.write_text(HEADS + "".join([*people, *rows]), encoding="utf-8")
            programme.load(file, by="test", reason="figures")
            states = [one.state for one in programme.doctor() if one.stage == "households"]
            return states, programme.doctor.ready()["households"]

    return ask


def test_without_any_size_households_cannot_be_made(told):
    states, is_ready = told()
    assert (states.count("missing"), is_ready) == (2, False)


@pytest.mark.parametrize("row", [OF_CITY, OF_NATION], ids=["of the city", "of the nation"])
def test_a_size_of_the_nation_or_of_a_city_is_enough(told, row):
    states, is_ready = told(row)
    assert (sorted(states), is_ready) == (["lacking", "there", "there"], True)


def test_where_both_are_there_nothing_lacks(told):
    states, is_ready = told(OF_CITY, OF_NATION)
    assert (states, is_ready) == (["there"] * 3, True)


def test_people_of_one_year_alone_are_not_enough_for_an_outlook(tmp_path):
    file = tmp_path / "figures.csv"
    with new(tmp_path / "one.db", nation="NLD", name="Proef") as programme:
        programme.register(cities=[City("0503", {"en": "Delft"}, "municipality")], by="test", reason="towns")
        file.write_text(HEADS + PEOPLE.format(year=2011, value=90_000), encoding="utf-8")
        programme.load(file, by="test", reason="figures")
        assert not programme.doctor.ready()["population"]
        file.write_text(HEADS + PEOPLE.format(year=2006, value=88_000), encoding="utf-8")
        programme.load(file, by="test", reason="figures")
        assert programme.doctor.ready()["population"]


def test_names_that_no_font_here_can_write_are_named_by_their_field_before_a_pdf_is_refused(
    tmp_path, monkeypatch
):
    monkeypatch.setattr(fonts, "system_fonts", tuple)
    with new(tmp_path / "one.db", nation="GEO", name="Pilots") as programme:
        towns = [City("K", {"en": "ქუთაისი"}, "city"), City("R", {"en": "Run ᚠᚢ"}, "city")]
        programme.register(cities=towns, by="test", reason="towns")
        (finding,) = [one for one in programme.doctor() if one.stage == "documents"]
        assert programme.doctor.ready()["documents"]
    assert finding.state == "lacking"
    assert finding.known == (
        "no font on this machine has ᚠ (U+16A0) and ᚢ (U+16A2), which are needed to write name_en of R"
    )
    assert "fonts-noto-core" in finding.remedy


def test_the_levels_of_the_places_that_count_as_cities_are_said(tmp_path):
    with new(tmp_path / "one.db", nation="VNM", name="Pilots") as programme:
        places = [City("01", {"en": "Ha Noi"}, "province"), City("02", {"en": "Ha Giang"}, "city")]
        programme.register(cities=places, by="test", reason="places")
        (finding,) = [one for one in programme.doctor() if str(one.what) == "cities that take part"]
    assert str(finding.known) == "2 cities (level: city and province)"


def test_an_address_for_readers_is_asked_for_until_one_is_stated(tmp_path):
    with new(tmp_path / "one.db", nation="NLD", name="Proef") as programme:
        (found,) = [one for one in programme.doctor() if one.stage == "publication"]
        assert (found.state, "--sender" in found.remedy) == ("lacking", True)
        programme.settings.change(by="test", reason="address", sender="office@example.org")
        assert "publication" not in {one.stage for one in programme.doctor()}
