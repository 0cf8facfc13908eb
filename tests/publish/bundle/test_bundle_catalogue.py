from dataclasses import replace

import pytest

from urbium.catalogue import load_catalogue
from urbium.errors import InputError
from urbium.model import Choice
from urbium.publish.bundle.bundle_catalogue import declared_by, read_declared
from urbium.publish.bundle.plain_records import read_json, write_json
from urbium.units import units

CATALOGUE = load_catalogue()


def around(index):
    """Write what an index rests on, and read it back."""
    told = declared_by(index, CATALOGUE, CATALOGUE.sources, used=["ccsy", "nobody"], named=["%", "furlongs"])
    return told, read_declared(write_json(told.record()), place="catalogue.json")


@pytest.mark.parametrize("name", sorted(CATALOGUE.indices))
def test_every_packaged_index_comes_back_as_it_was(name):
    told, again = around(CATALOGUE.indices[name])

    assert again.index == CATALOGUE.indices[name]
    assert again.catalogue == told.catalogue
    assert again.other_units == ()


def test_steps_with_parameters_come_back_to_the_last_bit():
    row = Choice.row("winsorise(limit=5, then=log) > z-score(mean=0.1, spread=3.3333333333333335)")

    _, again = around(replace(CATALOGUE.indices["yearbook"], steps=row))

    assert again.index.steps == row
    assert again.index.steps[1].parameters["spread"] == 10 / 3


def test_only_what_the_index_rests_on_is_taken():
    told, _ = around(CATALOGUE.indices["yearbook"])

    assert {*told.catalogue.indicators} == {*CATALOGUE.indices["yearbook"].indicators}
    assert "gdp" in told.catalogue.variables
    assert {*told.catalogue.sources} == {"ccsy"}
    assert {*told.units} < {*units()}
    assert all(name.startswith("spread.") for name in told.catalogue.assumptions)


def test_a_proxy_and_its_variables_are_taken_with_the_indicator_it_stands_in_for():
    told, _ = around(CATALOGUE.indices["u4ssc"])
    expected = {
        each.proxy
        for each in CATALOGUE.proxies
        if each.use == "value" and each.indicator in CATALOGUE.indices["u4ssc"].indicators
    }

    assert expected
    assert expected <= {*told.catalogue.indicators}
    assert {each.use for each in told.catalogue.proxies} == {"value"}


def test_all_faults_are_named_at_once():
    told, _ = around(CATALOGUE.indices["yearbook"])
    record = told.record()
    record["indicators"][0]["factor"] = "x"
    record["variables"][1]["unit"] = 3

    with pytest.raises(InputError, match="2 faults") as error:
        read_declared(write_json(record), place="catalogue.json")
    assert [each.message for each in error.value.faults] == [
        "indicators 1, factor: 'x' is not a number",
        "variables 2, unit: 3 is not text",
    ]


def test_json_is_written_in_one_way():
    assert write_json({"b": [1.5, None], "a": "é"}) == (
        '{\n "a": "é",\n "b": [\n  1.5,\n  null\n ]\n}\n'.encode()
    )
    with pytest.raises(ValueError, match="Out of range"):
        write_json({"a": float("nan")})


@pytest.mark.parametrize("number", [0.1, 5e-324, 1.7976931348623157e308, -0.0, 1 / 3])
def test_numbers_survive_json_to_the_last_bit(number):
    assert repr(read_json(write_json(number), place="x")) == repr(number)


def test_a_folder_of_windows_is_no_half_letter():
    assert read_json(write_json({"file": "C:\\udata\\x 😀"}), place="x") == {"file": "C:\\udata\\x 😀"}
