"""The pages of solutions: found by a norm, with what each norm is about and how each effect was derived."""

from html import unescape

from urbium.catalogue import load_catalogue
from urbium.packaged import packaged_rows

WITHOUT_WORDS = {"GB/T 30317"}
"""Norms of which nobody here could say what they are about."""


def test_a_solution_is_found_by_the_norm_that_it_has_to_meet(client):
    page = client.get("/about/solutions?q=TALQ").text
    assert 'href="/about/solutions/LED_SL"' in page
    assert 'href="/about/solutions/PAYT"' not in page


def test_a_solution_says_what_its_norms_are_about_and_how_an_effect_was_derived(client):
    page = unescape(client.get("/about/solutions/AQ_NET").text)
    assert "sensors alone: 0" in page
    assert "were not checked against its text" in page
    lamps = unescape(client.get("/about/solutions/LED_SL").text)
    assert 'TALQ 2.x <span class="fine">interface between street lighting networks' in lamps
    assert 'href="/plan/projects?solution=LED_SL"' in lamps


def test_a_norm_is_called_in_the_language_of_its_reader_where_it_has_a_name_there(client):
    page = client.get("/about/solutions?q=IWA", headers={"Accept-Language": "zh"}).text
    assert "IWA 水量平衡" in page


def test_a_solution_that_there_is_not_is_not_found(client):
    assert client.get("/about/solutions/DRAGON").status_code == 404


def test_every_norm_of_a_packaged_solution_has_words_and_no_words_are_of_another():
    named = {norm for one in load_catalogue().solutions.values() for norm in one.standards}
    described = {row["standard"] for row in packaged_rows("solutions/standards")}
    assert named - described == WITHOUT_WORDS
    assert described <= named
