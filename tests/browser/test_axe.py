"""axe looks over each page of the demo, for the public and for people: nothing serious keeps anybody out."""

import pytest

from pages_of_demo import PAGES, SIZES, UNLIKE

pytestmark = [pytest.mark.browser, pytest.mark.long]
GRAVE = {"serious", "critical"}


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


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize(
    ("who", "path"),
    [
        pytest.param(*one, id=" ".join(one).strip(), marks=() if one in UNLIKE else pytest.mark.release)
        for one in PAGES
    ],
)
def test_axe_finds_nothing_serious(axe, visit, who, path, size):
    page = visit(viewport=SIZES[size]).become(who).open(path)
    assert grave(axe, page) == []


def test_axe_finds_a_fault_that_is_put_into_a_page(axe, visit):
    page = visit().open("/notice")
    page.evaluate("document.querySelector('main').append(document.createElement('input'))")
    assert [rule for rule, *_ in grave(axe, page)] == ["label"]
