"""A programme of one's own with cities and no figures yet: every page is there and says what is missing."""

import pytest


@pytest.mark.parametrize("address", ["/", "/cities/340100", "/nation", "/plan", "/indices", "/data"])
def test_a_page_is_there_before_any_figure_is(empty, address):
    assert empty.get(address).status_code == 200


def test_the_outlook_says_what_to_run(empty):
    assert "urbium forecast --to 2035 --adopt" in empty.get("/nation").text
