"""Without scripts each page of the demo says what it says with them, and each of its forms can be sent."""

import pytest

from pages_of_demo import PAGES, UNLIKE

pytestmark = [pytest.mark.browser, pytest.mark.long]

SAID = """() => ["h1", "h2", "h3", "th", "td", "dd", "figcaption p"]
  .flatMap((kind) => [...document.querySelectorAll(`main ${kind}`)])
  .filter((each) => each.checkVisibility() && !each.closest(".chart, [data-live-hint]"))
  .map((each) => each.innerText.replace(/\\s+/g, " ").trim()).filter(Boolean)"""
"""The words of headings, tables and captions that are seen."""

UNSENDABLE = """() => [...document.forms].filter((form) => {
  form.querySelectorAll("details").forEach((each) => (each.open = true));
  let above = form;
  while ((above = above.parentElement?.closest("details, [popover]"))) above.open = true;
  const buttons = [...form.querySelectorAll("button:not([type=button])")];
  const needed = [...form.querySelectorAll("[required]")];
  const isSeen = (each) => each.checkVisibility() && !each.disabled;
  return isSeen(form) && !(buttons.some(isSeen) && needed.every(isSeen));
}).map((form) => form.outerHTML.slice(0, 200))"""
"""The forms whose button, or a field that must be filled in, is not seen once all that folds is unfolded."""


@pytest.mark.parametrize(
    ("who", "path"),
    [
        pytest.param(*one, id=" ".join(one).strip(), marks=() if one in UNLIKE else pytest.mark.release)
        for one in PAGES
    ],
)
def test_a_page_says_all_and_takes_each_form(visit, who, path):
    reader, other = visit(java_script_enabled=False).become(who), visit().become(who)
    bare = reader.open(path)  # once both have come in, for the log says that they did
    said = other.open(path).evaluate(SAID)
    assert set(said) - set(bare.evaluate(SAID)) == set()
    assert bare.evaluate(UNSENDABLE) == []
