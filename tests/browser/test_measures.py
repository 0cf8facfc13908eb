"""How large the pages of the demo are: high, long to read, heavy to fetch, dear to make, wide as a screen.

The limits are those that the office and citizens were promised: a page answers a question, and is no heap.
"""

import re
import time

import httpx
import pytest

from pages_of_demo import PAGES, SIZES, UNLIKE
from urbium.web import pages

pytestmark = [pytest.mark.browser, pytest.mark.long]
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
  for (const each of document.querySelectorAll("select, svg")) each.style.display = "none";
  return { ...seen, words: document.body.innerText.split(/\\s+/).filter(Boolean).length };
}"""
"""What a page measures: without the words of pictures and closed choices, and without the module that makes
charts live, which is fetched once, after the page can be read."""


def named(who, path):
    marks = () if (who, path) in UNLIKE else pytest.mark.release
    return pytest.param(who, path, id=f"{who} {path}".strip(), marks=marks)


def test_every_public_page_of_the_app_is_looked_at():
    looked_at = [path.partition("?")[0] for who, path in PAGES if not who]
    missed = [
        page.address
        for page in pages.ROWS.values()
        if not any(re.fullmatch(re.sub(r"\{[^}]*\}", "[^/]+", page.address), path) for path in looked_at)
    ]
    assert missed == ["/publications/{code:str}"]  # whose address is a digest of its instant, too


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize(("who", "path"), [named(*one) for one in PAGES])
def test_a_page_is_no_larger_than_promised(visit, who, path, size):
    seen = visit(viewport=SIZES[size]).become(who).open(path).evaluate(MEASURED)
    limits = {
        "height": HIGHEST[size],
        "head": 64,
        "sideways": 0,
        "words": WORDS,
        "rows": ROWS,
        "bytes": BYTES,
    }
    assert {name: value for name, value in seen.items() if value > limits[name]} == {}


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
