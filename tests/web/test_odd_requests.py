"""Odd requests: whatever stands in an address, the answer is never a failure of the server."""

import inspect

import pytest

from urbium.web.api.nouns import NOUNS
from urbium.web.pages import PAGES

LONG, HUGE = "x" * 5_000, "9" * 80
ODD = (
    "", " ", "0", "-1", "-" + HUGE, HUGE, "1e400", "nan", "inf", "2017.5",
    "٢٠١٧", "５", "²", "合肥", "é\u0301",
    "\u202eabc", "\x00", "a\x00b", "\x7f\r\nSet-Cookie: a=b",
    "%", "%00", "%s%n",
    "{{7*7}}", "<script>", "'", '"', "\\",
    "../..", "..%2f", "*", "[", "(?:", "a" * 81, LONG,
    "😀" * 100, "None", "null", "true", "340100", "CHN",
)  # fmt: skip
RAW = ("%FF", "%ED%A0%80", "%C0%AF", "%", "%zz", "a%00b", "%F0%9F%98%80")
PARTS = {"code": "340100", "what": "score", "file": "cities.csv", "name": "yearbook", "solution": "IOC"}
QUERY = {"city": "340100", "solution": "IOC"}
WORDS = {"words": "q", "code": "city"}
CHANGES = ("w.economy", "w.", "way", "mean")


def filled(route, **given):
    for name, word in (PARTS | given).items():
        route = route.replace(f"{{{name}:str}}", word)
    return route


def asked():
    """Every route with the names of its query."""
    for handler in (*PAGES, *NOUNS):
        for route in sorted(handler.paths):
            given = inspect.signature(handler.fn).parameters.keys() - {"actor", "office", "drawer", "request"}
            names = [WORDS.get(name, name) for name in sorted(given) if f"{{{name}:" not in route]
            yield route, [each for name in names for each in (CHANGES if name == "given" else (name,))]


ASKED = [(route, name) for route, names in asked() for name in names]
ROUTES = [route for route, _ in asked()]


def test_every_name_of_a_query_is_known_here():
    assert {name for _, name in ASKED} == {
        "q", "province", "order", "year", "start", "a", "b", "page", "solution", "severity", "rule", "name",
        "period", "area", "city", "show", "least", "most", "payer", "model", "sector", "place", "readiness",
        "evidence", "mandate", "access", "by", "every", "late", "nature", "of", "indicator",
        "variable", "cities", "figure", "value", "kind", "since", "address", "shade", "tongue", "irr",
        "reference", "years", "per_million",
        *CHANGES,
    }  # fmt: skip


QUICK, LONG_RUN = (
    [(route, name, ODD[place % share :: share]) for place, (route, name) in enumerate(ASKED)]
    for share in (36, 12)
)
"""Each address with one or two of the words, others for the next one, or with a twelfth of them, which are a
minute of pages; all with all of them take hours."""


@pytest.mark.parametrize(
    ("route", "name", "words"),
    [
        *(pytest.param(*asked, id="-".join(asked[:2])) for asked in QUICK),
        *(
            pytest.param(*asked, id="-".join((*asked[:2], "more")), marks=pytest.mark.long)
            for asked in LONG_RUN
        ),
        *(
            pytest.param(*asked, ODD, id="-".join((*asked, "all")), marks=pytest.mark.release)
            for asked in ASKED
        ),
    ],
)
def test_no_query_makes_the_server_fail(client, route, name, words):
    for word in words:
        answer = client.get(filled(route), params=QUERY | {name: word})
        assert answer.status_code in {200, 400, 404, 422}, (word[:40], answer.text[:300])


@pytest.mark.parametrize(
    ("route", "name", "words"),
    [
        *(pytest.param(*each, RAW[place % 7 :: 7], id="-".join(each)) for place, each in enumerate(ASKED)),
        *(pytest.param(*each, RAW, id="-".join((*each, "all")), marks=pytest.mark.release) for each in ASKED),
    ],
)
def test_no_bytes_in_a_query_make_the_server_fail(client, route, name, words):
    for raw in words:
        answer = client.get(f"{filled(route)}?city=340100&solution=IOC&{name}={raw}&{name}=twice")
        assert answer.status_code in {200, 400, 404, 422}, (raw, answer.text[:300])


@pytest.mark.parametrize("route", [route for route in ROUTES if "{" in route])
def test_no_part_of_an_address_makes_the_server_fail(client, route):
    for part in [part for part in PARTS if f"{{{part}:" in route]:
        for raw in (*RAW, "CHN", HUGE, LONG, "%2e%2e%2f", "%0d%0a", "-1", "%E5%90%88%E8%82%A5"):
            answer = client.get(filled(route, **{part: raw}), params=QUERY)
            assert answer.status_code in {200, 400, 404, 422}, (part, raw[:40], answer.text[:300])


@pytest.mark.parametrize("raw", [*RAW, LONG, "..%2f..%2fapp.py", "%2e%2e/app.py", "a%00.css"])
def test_no_name_of_a_static_file_makes_the_server_fail(client, raw):
    assert client.get(f"/static/{raw}").status_code in {400, 404}
