"""Documents say which norms of another nation the demand for services stands on."""

import pytest

from urbium.model import City
from urbium.programme import new

HEADS = "city,variable,period,value,unit,area,source_id\n"
PEOPLE = "0503,population,{year},{value},persons,city,wup14\n"
BEDS = "0503,inpatient_beds,2011,500,beds,city,wup14\n"


@pytest.fixture(scope="module")
def delft(tmp_path_factory):
    folder = tmp_path_factory.mktemp("delft")
    with new(folder / "one.db", nation="NLD", currency="EUR", name="Proef") as programme:
        programme.register(cities=[City("0503", {"en": "Delft"}, "municipality")], by="test", reason="towns")
        people = [PEOPLE.format(year=year, value=90_000 + 40 * year) for year in (2001, 2006, 2011)]
        file = folder / "figures.csv"
        file.write_text(HEADS + "".join([*people, BEDS]), encoding="utf-8")
        programme.load(file, by="test", reason="figures")
        programme.adopt(programme.forecast(to=2020), by="test", reason="first")
        yield programme


@pytest.mark.parametrize(("kind", "about"), [("city", "0503"), ("brief", "")])
def test_norms_of_another_nation_are_said_beside_the_services_they_are_for(delft, kind, about):
    written = delft.documents.content(delft.documents.compose(kind, about), "md").decode()

    assert "were made for another nation (China) and are used here" in written
