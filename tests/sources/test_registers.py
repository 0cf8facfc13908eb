"""Cities are read, and every fault is named by its cell."""

import polars as pl
import pytest

from urbium.catalogue import DATA
from urbium.errors import InputError
from urbium.sources import read_cities


def test_the_demo_cities_are_read_as_records():
    register = read_cities(DATA / "demo" / "cities.csv")
    hefei = next(city for city in register.cities if city.code == "340100")
    assert len(register.cities) == 286
    assert [fault.rule for fault in register.faults] == ["unread-column"]
    assert (hefei.name["en"], hefei.name["zh"], hefei.province["en"]) == ("Hefei", "合肥市", "Anhui")
    assert hefei.latitude == pytest.approx(31.86, abs=0.05)


def test_a_city_twice_and_a_place_off_the_globe_are_faults(tmp_path):
    path = tmp_path / "cities.csv"
    path.write_text("code,name_en,level,lat,lon\n1,A,town,91,0\n1,B,,5,x\n", encoding="utf-8")
    register = read_cities(path)
    assert {(fault.cell, fault.rule) for fault in register.faults} == {
        ("D2", "hard-range"),
        ("A3", "duplicate"),
        ("C3", "missing"),
        ("E3", "type"),
    }
    with pytest.raises(InputError, match="faults: 4"):
        register.raise_if_refused()


def test_a_file_without_city_columns_is_refused(tmp_path):
    path = tmp_path / "cities.csv"
    path.write_text("a,b\n1,2\n", encoding="utf-8")
    with pytest.raises(InputError, match="no table with the columns code, level"):
        read_cities(path)


@pytest.mark.parametrize("code", ["A/1", "A 1", "A?1", "A#1", "A%201", "A&1"])
def test_a_code_that_cannot_stand_in_an_address_is_refused_with_its_cell(tmp_path, code):
    path = tmp_path / "cities.csv"
    path.write_text(f"code,name,level\n{code},Aston,city\n", encoding="utf-8")
    (fault,) = read_cities(path).faults
    assert (fault.cell, fault.severity) == ("A2", "error")
    assert "cannot be used in the address of a page" in str(fault.message)


@pytest.mark.parametrize(
    ("cell", "message"), [("2011-13", "2011-13"), ("soon", "soon"), ("1999", "before it begins in 2005")]
)
def test_a_city_whose_validity_cannot_be_is_refused(tmp_path, cell, message):
    path = tmp_path / "cities.csv"
    path.write_text(f"code,level,valid_from,valid_to\nA,prefecture,2005,{cell}\n", encoding="utf-8")
    read = read_cities(path)
    assert [message in str(fault.message) for fault in read.faults] == [True]


def test_the_validity_of_a_city_is_read(tmp_path):
    path = tmp_path / "cities.csv"
    path.write_text("code,level,valid_from,valid_to\nA,prefecture,,2011-08\n", encoding="utf-8")
    assert read_cities(path).cities[0].valid_to == "2011-08"


MEXICO = pl.DataFrame(
    {
        "code": ["MEX05", "MEX03"], "name_en": ["León", "Monterrey"], "name_zh": [None, "蒙特雷"],
        "province_en": ["Guanajuato", None], "province_zh": [None, None], "level": ["metropolitan area"] * 2,
        "latitude": [21.12, 25.67], "longitude": [-101.68, -100.31], "parent": ["", ""], "note": ["n", ""],
        "valid_from": ["", ""], "valid_to": ["", ""],
    }
)  # fmt: skip


@pytest.fixture
def register(tmp_path):
    def write_and_read(text):
        path = tmp_path / "cities.csv"
        path.write_text(text, encoding="utf-8")
        return read_cities(path, registered=MEXICO)

    return write_and_read


@pytest.mark.parametrize("empty", ["", ",,"])
def test_registering_a_city_again_without_coordinates_erases_nothing(register, empty):
    read = register(f"code,name_en,level{',lat,lon' if empty else ''}\nMEX05,León,metropolitan area{empty}\n")
    (city,) = read.cities
    assert (city.latitude, city.longitude, city.province, city.note) == (
        21.12, -101.68, {"en": "Guanajuato"}, "n",
    )  # fmt: skip
    assert read.changes.rows() == [("MEX05", "León", "unchanged", "")]


def test_a_name_in_one_language_keeps_the_name_in_another(register):
    (city,) = register("code,name_en,level\nMEX03,Monterrey,metropolitan area\n").cities
    assert city.name == {"en": "Monterrey", "zh": "蒙特雷"}


def test_what_a_register_changes_is_told_city_by_city(register):
    read = register(
        "code,name_en,level,latitude\nMEX05,León,metropolitan area,21.2\nMEX03,Monterrey,metropolitan area,\n"
        "MEX01,Mexico City,metropolitan area,19.4\n"
    )
    assert read.changes.select("code", "change", "fields").rows() == [
        ("MEX05", "changed", "latitude"), ("MEX03", "unchanged", ""), ("MEX01", "new", ""),
    ]  # fmt: skip


def test_a_code_with_the_name_of_another_registered_city_is_refused_with_both(register):
    (fault,) = register("code,name_en,level\nMEX05,Monterrey,metropolitan area\n").faults
    assert (fault.severity, fault.cell) == ("error", "B2")
    assert "'MEX05', which belongs to León, but the name 'Monterrey', which belongs to MEX03" in fault.message


def test_a_second_city_of_a_name_is_a_warning(register):
    (fault,) = register("code,name_en,level\nMEX77,Monterrey,town\n").faults
    assert (fault.severity, "with the code MEX03" in fault.message) == ("warning", True)


def test_headings_of_a_register_are_read_in_any_case_and_unread_columns_are_named(register):
    read = register("CODE,Name EN,Level,Lattitude\nMEX99,Toluca,town,19\n")
    (fault,) = read.faults
    assert (read.cities[0].name, fault.severity, fault.cell) == ({"en": "Toluca"}, "warning", "D1")
    assert "'latitude' instead of 'Lattitude'" in fault.remedy


def test_two_columns_of_one_meaning_that_disagree_are_refused(register):
    (fault,) = register("code,city_code,name_en,level\nMEX99,MEX98,Toluca,town\n").faults
    assert "'MEX99' in one column of the code but 'MEX98' in another" in fault.message


def test_what_the_register_knows_need_not_be_said_again(register):
    """English names of registered cities are two columns; only a new city needs its level."""
    read = register("code,name_en\nMEX05,Leon\nMEX99,Toluca\n")
    assert [(fault.cell, fault.rule) for fault in read.faults] == [("A3", "missing")]
    assert (read.cities[0].name["en"], read.cities[0].level) == ("Leon", "metropolitan area")


WITH_PROVINCE = {
    "cities": {
        **{part: part for part in ("code", "name", "level", "province")},
        "name_pt-BR": "name_pt_BR",
    }
}


@pytest.mark.parametrize("mapping", [None, WITH_PROVINCE])
def test_names_are_in_the_first_language_of_the_programme_or_in_that_of_their_column(tmp_path, mapping):
    path = tmp_path / "cities.csv"
    path.write_text(
        "code,name,name_pt_BR,level,province\nGE-TB,თბილისი,Tiblíssi,city,თბილისი\n", encoding="utf-8"
    )
    read = read_cities(path, registered=MEXICO, mapping=mapping, language="ka")
    assert [fault.message for fault in read.faults] == []
    (city,) = read.cities
    assert (city.name, city.province) == ({"ka": "თბილისი", "pt-br": "Tiblíssi"}, {"ka": "თბილისი"})


def test_a_column_of_names_in_no_language_is_named_as_not_read(register):
    (fault,) = register("code,level,name,name_old\nMEX99,town,Toluca,Tollocan\n").faults
    assert (fault.rule, fault.cell) == ("unread-column", "D1")


def test_names_with_accents_of_their_own_are_registered_joined(register):
    (city,) = register("code,level,name\nMEX98,town,Me\u0301rida\n").cities
    assert city.name == {"en": "M\u00e9rida"}


def test_a_key_that_is_not_there_is_refused_with_all_that_are(tmp_path):
    path = tmp_path / "cities.csv"
    path.write_text("code,level\n1,town\n", encoding="utf-8")
    with pytest.raises(InputError) as refused:
        read_cities(path, mapping={"cities": {"code": "code", "provins": "x"}})
    (fault,) = refused.value.faults
    assert "did you mean 'province'? The keys here are sheet, header" in fault.remedy
    assert "name_<language>" in fault.remedy
