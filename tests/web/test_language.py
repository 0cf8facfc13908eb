"""Language: under a pseudo-language, every word that a reader sees comes from a catalogue, or is data.

The own letters of each sentence of the gathered catalogue are accented; so a word of plain letters was never
gathered, was never looked up there, or is data: what stands in the store, the catalogue or the roadmap, or is
marked ``translate="no"``.
"""

import json
import re
from calendar import month_abbr
from dataclasses import fields
from html.parser import HTMLParser

import polars as pl
import pytest
from babel.messages.pofile import read_po

from urbium.access import ANYBODY
from urbium.model import Quality
from urbium.text import translation
from urbium.units import units
from urbium.web.rendering.language import COOKIE

PSEUDO = "en-XA"
ACCENTED = str.maketrans("aeiouyclnrstzAEIOUYCLNRSTZ", "åéîöüýçļñŕšţžÅÉÎÖÜÝÇĻÑŔŠŢŽ")
KEPT = re.compile(r"\{[^{}]*\}|%\(\w+\)s|%%|<[^>]*>|&\w+;")
WORDS = re.compile(r"[A-Za-z]{3,}")
WRITTEN = {"billion", "million", "thousand", "trillion", "and", "CNY", "USD", "UTC", "urbium", *month_abbr}
"""What Babel writes in the locale that stands in for the pseudo-language, and currencies."""
SPOKEN = {"alt", "aria-label", "placeholder", "title"}
REMARKS = {"note"}
"""Classes whose words are looked at even where they are marked as data: they must be declared somewhere."""
VOID = {"meta", "link", "input", "br", "img", "hr"}

PAGES = (
    "/",
    "/cities/340100",
    "/cities/110000?figure=green_cover&value=45",
    "/cities/340100/plan",
    "/cities/340100/people",
    "/cities/340100/services",
    "/cities/340100/figures",
    "/cities/340100/progress",
    "/cities/compare?city=110000&city=340100&city=440300",
    "/cities/340100/explain/score",
    "/nation",
    "/programme",
    "/indices",
    "/indices/yearbook",
    "/cities",
    "/plan",
    "/plan/money",
    "/plan/afterwards",
    "/plan/where-and-when",
    "/plan/staff",
    "/plan/risks",
    "/plan/projects",
    "/plan/proof",
    "/plan/why?city=110000&solution=CYBERSEC",
    "/plan/projects/340100/BACKBONE",
    "/plan/why?city=340100&solution=IOC",
    "/plan/compare",
    "/plan/compare?a=adopted&b=adopted",
    "/data",
    "/about/sources",
    "/about/assumptions",
    "/about/how-good",
    "/about/pilots",
    "/cities/340100/explain/figure?name=gdp&period=2011&area=prefecture",
    "/notice",
    "/nowhere",
)


def accented(message):
    """Return a message with its own letters accented and wrapped; what is filled in stays."""
    parts, end = [], 0
    for kept in KEPT.finditer(message):
        parts += [_accented(message[end : kept.start()]), kept.group()]
        end = kept.end()
    return "".join([*parts, _accented(message[end:])])


def _accented(words):
    return f"⟦{words.translate(ACCENTED)}⟧" if WORDS.search(words) else words


@pytest.fixture(scope="module")
def pseudo(gathered):
    """A language that accents what the gathered catalogue holds; what it does not hold stays English."""
    with gathered.open("rb") as file:
        held = {
            (one.context or "", one.id if isinstance(one.id, str) else one.id[0]) for one in read_po(file)
        }

    def say(context, message, plural, count):
        said = plural if plural and count != 1 else message
        return accented(said) if (context, message) in held else said

    return say


@pytest.fixture(scope="module")
def reader(client, pseudo):
    """Return what reads an address in the pseudo-language, which no test after these speaks."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(translation._installed, PSEUDO, pseudo)
        yield lambda address: client.get(address, headers={"Accept-Language": PSEUDO}).text


class Visible(HTMLParser):
    """Collects what a reader sees or hears, but for what is marked as data."""

    def __init__(self):
        super().__init__()
        self.words, self.marks = [], []

    def handle_starttag(self, tag, attributes):
        named = dict(attributes)
        is_data = self.marks[-1][1] if self.marks else False
        is_data = {"no": True, "yes": False}.get(named.get("translate"), is_data)
        is_data = is_data and named.get("class") not in REMARKS
        if not is_data:
            self.words += [named[name] for name in SPOKEN & named.keys() if named[name]]
        if tag not in VOID:
            self.marks.append((tag, is_data or tag in {"script", "style", "svg"}))

    def handle_endtag(self, _tag):
        if self.marks:
            self.marks.pop()

    def handle_data(self, words):
        if not (self.marks and self.marks[-1][1]):
            self.words.append(words)


def untranslated(page, data):
    """Return what is seen on a page and stands in no catalogue."""
    visible = Visible()
    visible.feed(page)
    return {words.strip() for words in visible.words if _is_plain(words, data)}


def _is_plain(words, data):
    rest = re.sub(r"⟦[^⟧]*⟧", " ", words).strip()
    if rest in data or not _unwritten(rest):  # most are, and need no look at every name
        return False
    for name in sorted((name for name in data if name in rest), key=len, reverse=True):
        rest = rest.replace(name, " ")
    return bool(_unwritten(rest))


def _unwritten(words):
    return {word for word in WORDS.findall(words) if word not in WRITTEN}


@pytest.fixture(scope="module")
def data(programme):
    """What stands in the store, the catalogue and the roadmap: names, units, remarks, reasons of figures."""
    cities, catalogue = programme.cities(), programme.catalogue
    names = {*cities["name_en"].drop_nulls(), *cities["province_en"].drop_nulls()}
    names |= {*cities["name_zh"].drop_nulls(), *units(), *map(str, Quality)}
    for table in (catalogue.solutions, catalogue.variables, catalogue.indicators, catalogue.funds):
        for row in table.values():
            names |= {row.name} if isinstance(row.name, str) else {*row.name.values()}
    for index in catalogue.indices.values():
        names |= {node.name.get("en", "") for node in index.nodes} | {index.name.get("en", "")}
        names |= {index.note, *(str(step) for step in index.steps)}
    names |= {indicator.note for indicator in catalogue.indicators.values()}
    names |= {*catalogue.variables, *catalogue.indicators, *catalogue.instruments}
    names |= {row.name["en"] for row in catalogue.instruments.values()}
    names |= {str(effect.title) for effect in catalogue.effects} | {*programme.faults()["rule"]}
    names |= {model for solution in catalogue.solutions.values() for model in solution.finance_models}
    names |= {term.model_name for term in catalogue.terms}
    names |= {norm.name.get("en", "") for norm in catalogue.norms.values()} | {"adopted (a)", "adopted (b)"}
    names |= {str(solution.cost_unit) for solution in catalogue.solutions.values()}
    names |= {variable.area for variable in catalogue.variables.values()}
    names |= {part for rule in catalogue.rules for part in (rule.message, rule.remedy)}
    names |= {*programme.observations()["reason"].drop_nulls()}
    names |= {source.publisher for source in programme.sources().values()}
    names |= {alert.dossier.content["title"] for alert in programme.operations.alerts()}
    names |= {sight.dossier.content["title"] for sight in programme.casework.listed(ANYBODY, "round")}
    names |= {"https://urbium.example.org"}  # stands for an address that nobody has said
    own = {word for words in programme.settings().words.values() for word in words.values()}
    names |= own | {word[:1].upper() + word[1:] for word in own}
    road = programme.adopted("plan").roadmap
    declared = (
        catalogue.assumptions, catalogue.variables, catalogue.solutions, catalogue.sources, catalogue.norms,
    )  # fmt: skip
    names.add("rules/norms.csv")
    rows = [*catalogue.effects, road.settings, *(row for table in declared for row in table.values())]
    names |= {getattr(row, field.name) for row in rows for field in fields(row) if field.type in {"str", str}}
    for table in road.tables.values():
        names |= {word for column in table.select(pl.col(pl.String)) for word in column.drop_nulls()}
    return {name for name in names if name and WORDS.search(name)}


@pytest.mark.parametrize("address", PAGES)
def test_every_word_of_a_page_is_in_the_catalogue_or_is_data(reader, data, address):
    assert untranslated(reader(address), data) == set()


def test_the_page_says_its_language(reader, client):
    assert f'<html lang="{PSEUDO}">' in reader("/notice")
    assert '<html lang="en">' in client.get("/notice", headers={"Accept-Language": "xx, en;q=0.5"}).text


def test_a_language_chosen_by_address_is_kept_for_the_next_page(reader, client):
    reader("/notice")
    answer = client.get(f"/notice?{COOKIE}={PSEUDO}")
    client.cookies.clear()
    assert answer.headers["set-cookie"].startswith(f"{COOKIE}={PSEUDO};")
    assert f'<html lang="{PSEUDO}">' in answer.text


def test_the_same_page_is_a_link_in_each_language_with_what_was_asked_of_it(reader):
    page = reader("/notice?show=all&of=a%20b")
    assert f'href="?show=all&amp;of=a+b&amp;{COOKIE}=en"' in page
    assert f'href="?show=all&amp;of=a+b&amp;{COOKIE}={PSEUDO}"' in page


def test_what_is_not_there_is_told_in_the_language_of_its_reader(reader):
    assert f'<html lang="{PSEUDO}">' in reader("/cities/nowhere?of=a")


def test_a_language_that_nobody_speaks_is_neither_spoken_nor_kept(client):
    answer = client.get("/notice?lang=tlh")
    assert '<html lang="en">' in answer.text
    assert "set-cookie" not in answer.headers


def test_a_chart_is_drawn_in_the_language_of_its_page(reader):
    page = reader("/plan/where-and-when")
    specification = json.loads(page.split('<script type="application/json">')[1].split("</script>")[0])
    titles = [legend["title"] for legend in specification["legends"]]
    assert all("⟦" in title for title in titles)
