"""How good are we: the programme's own nation first, and what has never been tested."""

import re


def test_the_own_nation_stands_first_and_what_was_never_tested_is_said(client):
    page = client.get("/about/how-good").text
    assert re.search(r"<h2>For China</h2>.*<h2>How to read this page</h2>", page, re.DOTALL)
    assert "5 years ahead, the median error of the forecast was 8.5%; 53% of the later figures" in page
    assert "costs that plans assume have never been tested here against outcomes" in page


def test_a_simple_method_with_a_smaller_error_is_named(client):
    page = client.get("/about/how-good").text
    assert "“damped trend of the last two years” (2.97) is smaller than that of the forecast (3.33)" in page
