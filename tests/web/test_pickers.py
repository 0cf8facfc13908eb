"""Places are found by name: a city that is typed, and ticks of places by part of the nation."""

import re


def test_ticks_of_places_stand_under_their_province_with_a_search_for_who_has_scripts(as_somebody):
    form = as_somebody("partner").get("/desk/mandates/begin").text
    groups = re.findall(
        r'<details class="group"><summary><span translate="no">(.*?)</span>.*?</details>', form, re.DOTALL
    )
    last = groups.index("Zhejiang") + 1
    places, sectors = groups[:last], groups[last:]
    assert places[:2] == ["Anhui", "Beijing"]
    assert (places, sectors) == (sorted(places), sorted(sectors))
    anhui = form[form.index(">Anhui</span> <small>") : form.index(">Beijing</span> <small>")]
    ticks = re.findall(r'class="tick">.*?<span translate="no">(.*?)</span>', anhui, re.DOTALL)
    assert ticks[0].strip() == "Anhui"
    assert {"Hefei", "Wuhu"} < {tick.strip() for tick in ticks}
    assert re.search(r'<p class="pick" hidden>.*?type="search"[^>]*data-pick', form)
    assert "/static/pick.js" in form


def test_a_city_of_many_is_typed_by_name_with_all_names_offered(as_somebody):
    page = as_somebody("office").get("/desk/city-letters/begin?city=340200").text
    (field,) = re.findall(r'<input type="search" name="city"[^>]*>', page)
    assert 'value="Wuhu"' in field
    offered = page[page.index('<datalist id="cities-offered">') : page.index("</datalist>")]
    assert '<option value="Suzhou (Anhui)">' in offered
    assert offered.count("<option") == 286


def test_a_filter_takes_the_name_of_a_city(as_somebody):
    visitor = as_somebody("office")
    assert visitor.get("/figures/suspects?city=Wuhu&by=figure").text.count("Wuhu") > 10
    assert visitor.get("/figures/suspects?city=Wuhoo").status_code == 404
