"""The pages of the demo, each opened once and looked over: how large it is, and what axe finds in it.

The limits of size are those that the office and citizens were promised: a page answers a question, and is no
heap. axe looks for what keeps people out.
"""

import re
import time

import httpx
import pytest

from pages_of_demo import PAGES, SIZES, UNLIKE
from urbium.web import pages

pytestmark = [pytest.mark.browser, pytest.mark.long]
GRAVE = {"serious", "critical"}
HIGHEST = {"desk": 4000, "telephone": 9000}
WORDS, ROWS, BYTES, SECONDS = 1500, 100, 120_000, 0.15

MEASURED = """() => {
  const root = document.documentElement;
  const tables = [...document.querySelectorAll("tbody")].filter((each) => each.checkVisibility());
  const fetched = ["navigation", "resource"].flatMap((kind) => performance.getEntriesByType(kind))
    .filter((each) => !each.name.includes("/vega/"));
  const seen = {
    height: root.scrollHeight,
    head: document.querySelector("header.top").offsetHeight,
    sideways: root.scrollWidth - root.clientWidth,
    rows: Math.max(0, ...tables.map((each) => [...each.rows].filter((row) => row.checkVisibility()).length)),
    bytes: fetched.reduce((sum, each) => sum + each.encodedBodySize, 0),
  };
  const pictures = [...document.querySelectorAll("select, svg")].map((each) => [each, each.style.display]);
  for (const [each] of pictures) each.style.display = "none";
  const words = document.body.innerText.split(/\\s+/).filter(Boolean).length;
  for (const [each, display] of pictures) each.style.display = display;
  return { ...seen, words };
}"""
"""What a page measures: without the words of pictures and closed choices, and without the module that makes
charts live, which is fetched once, after the page can be read."""


@pytest.fixture(
    scope="module",
    params=[
        pytest.param(
            (*one, size),
            id=" ".join((*one, size)).strip(),
            marks=() if one in UNLIKE else pytest.mark.release,
        )
        for one in PAGES
        for size in SIZES
    ],
)
def shown(request, come):
    """A page as somebody sees it on a screen; and the screen."""
    who, path, size = request.param
    visit = come(viewport=SIZES[size]).become(who)
    yield visit.open(path), size
    visit.context.close()


@pytest.fixture(scope="module")
def axe():
    sync_playwright = pytest.importorskip("axe_playwright_python.sync_playwright", reason="carries axe-core")
    return sync_playwright.Axe()


def grave(axe, page):
    """Return what axe calls serious or critical on a page: the rule, how often, and an example."""
    violations = axe.run(page, options={"resultTypes": ["violations"]}).response["violations"]
    return [
        (one["id"], len(one["nodes"]), one["nodes"][0]["html"][:200])
        for one in violations
        if one["impact"] in GRAVE
    ]


def test_every_public_page_of_the_app_is_looked_at():
    looked_at = [path.partition("?")[0] for who, path in PAGES if not who]
    missed = [
        page.address
        for page in pages.ROWS.values()
        if not any(re.fullmatch(re.sub(r"\{[^}]*\}", "[^/]+", page.address), path) for path in looked_at)
    ]
    assert missed == ["/publications/{code:str}"]  # whose address is a digest of its instant, too


def test_a_page_is_no_larger_than_promised(shown):
    page, size = shown
    seen = page.evaluate(MEASURED)
    limits = {
        "height": HIGHEST[size],
        "head": 64,
        "sideways": 0,
        "words": WORDS,
        "rows": ROWS,
        "bytes": BYTES,
    }
    assert {name: value for name, value in seen.items() if value > limits[name]} == {}


def test_axe_finds_nothing_serious(axe, shown):
    page, _ = shown
    assert grave(axe, page) == []


def test_axe_finds_a_fault_that_is_put_into_a_page(axe, visit):
    page = visit().open("/notice")
    page.evaluate("document.querySelector('main').append(document.createElement('input'))")
    assert [rule for rule, *_ in grave(axe, page)] == ["label"]


@pytest.mark.release
@pytest.mark.parametrize(("who", "path"), PAGES)
def test_a_page_that_was_shown_before_is_shown_again_at_once(visit, who, path):
    person = visit().become(who)
    cookies = "; ".join(f"{one['name']}={one['value']}" for one in person.context.cookies())
    with httpx.Client(base_url=person.address, headers={"Cookie": cookies, "Accept": "text/html"}) as reader:
        assert min(seconds_of(reader, path) for _ in range(4)) <= SECONDS


def seconds_of(reader, path):
    """Return the processor time in which server and reader, both of this process, deal with a request."""
    began = time.process_time()
    reader.get(path, timeout=60)
    return time.process_time() - began
