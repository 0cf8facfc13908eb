"""In Chinese at most two in a hundred of the words that a reader sees are English.

Brand, codes, acronyms, addresses and what sources are called in their own language are no words of ours: they
are marked as quoted (class ``source``), written in capitals, or have a dot or a digit in them.
"""

import re
from collections import Counter
from html.parser import HTMLParser

import pytest

MOST = 0.02
HAN = re.compile("[\u3400-\u9fff]")
WORD = re.compile(r"(?<![\w./@-])[A-Za-z][a-z'-]{2,}(?![\w./@]|-\w)")
BRANDS = {
    "urbium",
    "Excel",
    "Word",
    "Chromium",
    "Gompertz",
    "Theta",
    "Cronbach",
    "Shapley",
    "Borda",
    "Copeland",
}
PER_WORD = 1.7
"""Chinese characters of one word."""
SPOKEN = {"alt", "aria-label", "placeholder", "title"}
VOID = {"meta", "link", "input", "br", "img", "hr"}
QUOTED = {"source", "languages", "code", "pre", "script", "style", "svg", "demo"}

PAGES = (
    "/", "/cities", "/cities/map", "/cities/340100", "/cities/340100/plan", "/cities/340100/people",
    "/cities/340100/services", "/cities/340100/figures", "/cities/340100/progress",
    "/cities/compare?city=110000&city=340100", "/nation", "/indices", "/indices/yearbook", "/plan",
    "/plan/money", "/plan/afterwards", "/plan/where-and-when", "/plan/staff", "/plan/risks",
    "/plan/projects", "/plan/proof", "/track", "/data", "/programme", "/market",
)  # fmt: skip
FIRST = ("/", "/cities", "/cities/340100", "/plan")
"""Pages that are looked at in every run; all of them, as everybody, in a long one."""
PEOPLE = ("", "office", "province", "city", "expert", "partner")


class Read(HTMLParser):
    """Collects what a reader sees or hears of a page, without what is quoted."""

    def __init__(self):
        super().__init__()
        self.words, self.hidden = [], [False]

    def handle_starttag(self, tag, attributes):
        named = dict(attributes)
        classes = {tag, *(named.get("class") or "").split()}
        hides = self.hidden[-1] or bool(classes & QUOTED)
        if not hides:
            self.words += [named[name] for name in SPOKEN & named.keys() if named[name]]
        if tag not in VOID:
            self.hidden.append(hides)

    def handle_endtag(self, tag):
        if tag not in VOID and len(self.hidden) > 1:
            self.hidden.pop()

    def handle_data(self, words):
        if not self.hidden[-1]:
            self.words.append(words)


def english_of(words):
    """Return the English words of a text by number, and their share of all its words."""
    english = Counter(word for word in WORD.findall(words) if word not in BRANDS)
    chinese = len(HAN.findall(words)) / PER_WORD
    return english, english.total() / max(chinese + english.total(), 1)


def read(page):
    seen = Read()
    seen.feed(page)
    return "\n".join(seen.words)


def said_of(address, page):
    english, share = english_of(read(page))
    words = " ".join(f"{word}:{count}" for word, count in english.most_common(25))
    return share, f"{address}: {share:.1%} English: {words}"


def test_a_page_half_in_english_is_found():
    share, said = said_of(
        "/", "<p>城市排名 Ranking of the cities<code>urbium doctor</code><i class=source>Yearbook</i>"
    )
    assert (round(share, 2), "Ranking:1" in said) == (0.63, True)


@pytest.mark.parametrize("address", FIRST)
def test_a_chinese_page_is_chinese(client, address):
    share, said = said_of(address, client.get(address, headers={"Accept-Language": "zh"}).text)
    assert share <= MOST, said


@pytest.mark.long
@pytest.mark.parametrize("person", PEOPLE)
@pytest.mark.parametrize("address", PAGES)
def test_every_chinese_page_is_chinese_for_everybody(programme, as_person, person, address):
    share, said = said_of(address, as_person(person).get(address, headers={"Accept-Language": "zh"}).text)
    assert share <= MOST, said


@pytest.fixture
def as_person(client):
    """Return what signs somebody of the demonstration in; nobody for an empty code."""

    def take(code):
        client.cookies.clear()
        if code:
            client.post("/demo/take-place", data={"code": code}, follow_redirects=False)
        return client

    yield take
    client.cookies.clear()
