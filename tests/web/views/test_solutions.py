"""The pages of solutions: found by a norm, with what each norm is about and how each effect was derived."""

import re
from dataclasses import replace
from html import unescape

from urbium.catalogue import load_catalogue
from urbium.packaged import packaged_rows
from urbium.web.views.plans.project import effects_found

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


def test_effects_stand_under_the_kind_of_their_evidence(client):
    effects = client.get("/about/solutions/LED_SL").text.partition('id="effects"')[2]
    kinds = re.findall(r'<th scope="rowgroup"[^>]*>(.*?)</th>', effects)
    assert kinds == ["Found elsewhere", "Derived from other figures", "By definition", "Assumed"]
    found = effects.partition("Found elsewhere")[2].partition("Derived from other figures")[0]
    assert "badge-assumption" not in found
    assert found.count("<tr>") == 3  # its two effects, and the heading of the next


def test_of_an_effect_that_was_derived_without_saying_how_that_is_said(programme, monkeypatch):
    effects = programme.market.effects_found("LED_SL")
    bare = [(replace(one, note=""), change, source) for one, change, source in effects]
    monkeypatch.setattr(type(programme.market), "effects_found", lambda *_: bare)
    said = {str(row["effect"].evidence): str(row["note"]) for row in effects_found(programme, "LED_SL")}
    assert said["derived"] == "How it was derived is not recorded."
    assert said["assumption"] == ""


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


def test_a_solution_with_an_income_names_its_share_where_it_was_counted_and_the_studies(client):
    page = client.get("/about/solutions/LED_SL").text.partition("What the income rests on")[2]
    assert "9.2 to 11.5% of the cost to build, each year (Los Angeles 2012-2013, counted" in page
    assert 'href="https://bsl.lacity.org/led.html"' in page
