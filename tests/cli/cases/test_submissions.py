"""The commands on submitted figures."""

import json

import pytest

from people_of import staffed
from urbium.programme import open_programme


@pytest.fixture(scope="module")
def programme_file(tmp_path_factory):
    path = tmp_path_factory.mktemp("submitted") / "work.db"
    with staffed(str(path)) as programme:
        for code in ("olga", "carl"):
            programme.people.take_place(code)
    return path


def test_a_file_is_sent_listed_returned_sent_again_and_accepted(run, programme_file, tmp_path):
    def urbium(*arguments):
        return run(*arguments, "--database", programme_file)

    path = tmp_path / "figures.csv"
    path.write_text("city,variable,period,value,unit\n0503,population,2020,100000,persons\n")
    sending = ("submissions", "send", path, "--as", "carl", "--reason", "yearbook", "--json")
    first, second = (json.loads(urbium(*sending)[1])["submission"] for _ in range(2))
    listed = json.loads(urbium("submissions", "list", "--as", "olga", "--json")[1])
    assert {one["code"] for one in listed} == {first, second}
    assert urbium("submissions", "return", first, "the year is missing", "--as", "olga")[0] == 0
    assert urbium("submissions", "withdraw", first, "--as", "carl")[0] == 4
    assert urbium("submissions", "accept", second, "--as", "carl")[0] == 5
    assert urbium("submissions", "accept", second, "--as", "olga")[0] == 0
    with open_programme(programme_file) as programme:
        assert programme.observations()["source"].to_list() == ["city_0503"]


def test_a_file_is_checked_as_it_would_be_sent(run, programme_file, tmp_path):
    path = tmp_path / "figures.csv"
    path.write_text("city,variable,period,value,unit\n0503,green_cover_rate,2020,31,%\n")

    assert run("check", path, "--database", programme_file)[0] == 2
    assert run("check", path, "--as", "carl", "--database", programme_file)[0] == 0
    path.write_text(path.read_text() + "0599,green_cover_rate,2020,31,%\n")
    for verb in (("check",), ("submissions", "send", "--reason", "yearbook")):
        code, _, said = run(*verb, path, "--as", "carl", "--database", programme_file)
        assert (code, "you may not change the figures of these cities: 0599" in said) == (5, True)
