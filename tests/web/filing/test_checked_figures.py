"""The page of a checked file of figures: what was read, beside what counts now, before anything is sent."""

import re

import pytest

FILE = b"city,variable,period,value,unit\n340200,green_cover_rate,2025,41.9,%\n"


@pytest.fixture
def checked(client):
    """Return the page of a file that an officer of Wuhu has sent to be checked."""
    client.post("/demo/take-place", data={"code": "city"}, follow_redirects=False)
    csrf = re.search(r'name="csrf" value="(\w+)"', client.get("/figures").text)[1]
    sent = {"file": ("f.csv", FILE)}
    yield client.post("/figures/check", data={"csrf": csrf}, files=sent).text
    client.post("/demo/take-place", data={"code": ""}, follow_redirects=False)


def test_each_figure_stands_beside_the_newest_one_that_counts_and_who_will_see_it_is_said(checked):
    table = checked.partition('id="values"')[2].partition("</table>")[0]
    assert "41.9" in table
    assert re.search(r"41\.6.*<small>2012</small>", table)
    assert "Until then, only the city, its province and the office see them." in checked
