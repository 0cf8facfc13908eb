"""The whole life of a pilot at the desk, in a real browser without scripts: from call to certificate.

Aston's every step is taken on a page. The other towns, which only make the selection a selection, apply
beside it through the programme.
"""

import re

import pytest

from life_of import at_the_end, in_the_log, live, states, with_plan
from pdf_text import text_of
from people_of import actor
from rounds_of import DOCUMENTS, PDF
from urbium.access import ANYBODY
from urbium.pilot.steps import step
from urbium.programme.cases.kinds import kind_named

pytestmark = [pytest.mark.browser, pytest.mark.long]
SIZES = [
    pytest.param((1, 1), id="quick"),
    pytest.param((100, 97), id="third round", marks=pytest.mark.release),
]
"""Applications beside Aston's, and places; 101 and 97 are those of the third round of the reference."""


FIELDS = "all => all.map(one => [one.name, one.type, one.value])"
"""Name, kind and value of each field of a form."""

FILL = """(form, values) => values.forEach(([name, value]) => {
  const [field, ...others] = form.querySelectorAll(`[name="${name}"]`);
  const is_open = others.length === 0 && !field.disabled && !field.readOnly && field.checkVisibility();
  if (!is_open) throw new Error(`nobody can fill in ${name}`);
  if (field.type === "checkbox") field.checked = value;
  else field.value = value;
  if (field.type !== "checkbox" && field.value !== value) throw new Error(`${name} does not take ${value}`);
})"""
"""Fill in all fields of a form at once: each must be seen, open, and take its value."""


class Pages:
    """Takes each step on the page of the dossier; what the other towns do is done beside the pages."""

    def __init__(self, page, address, programme) -> None:
        self.page, self.address, self.programme, self.name = page, address, programme, ""

    def become(self, who):
        if self.name != who:
            self.page.goto(f"{self.address}/notice")
            menu = self.page.get_by_role("button", name="Menu")
            if menu.is_visible():
                menu.click()
            self.page.locator(".demo summary").click()
            self.page.locator(f'.demo button[value="{who}"]').click()
            self.name = who

    def begin(self, who, plural, code, content, **place):
        if code[0] == "b" or code.startswith("v-b"):
            self.programme.casework.begin(actor(self.programme, who), plural, code, content, **place)
            return content
        self.become(who)
        # without it, experts of a round are asked together
        of = f"?parent={place['parent']}" if "parent" in place else ""
        self.page.goto(f"{self.address}/desk/{plural}/begin{of}")
        form = self.page.locator('form[action$="/begin/send"]')
        for name, value in place.items():
            form.locator(f"select[name={name}]").select_option(value)
        later = ("answers", "projects", "attachments") if plural == "applications" else ()
        self._type(form, {name: value for name, value in content.items() if name not in later})
        form.locator("[name=code]").fill(code)
        form.get_by_role("button", name="Begin", exact=True).click()
        self._accepted(plural, code)
        if later:
            for name in ("projects", "answers", "answers"):  # some answers make the form ask more
                self.act(who, plural, code, "change", **{name: content[name]})
            self._attach()
        return self._content(plural, code)

    def act(self, who, plural, code, action, **changes):
        if code[0] == "b" or code.startswith("v-b"):
            version = self._stored(plural, code).version
            self.programme.casework.act(
                actor(self.programme, who), plural, code, action, changes, version=version
            )
            return changes
        self.become(who)
        self.page.goto(f"{self.address}/desk/{plural}/{code}")
        title = step(kind_named(plural).name, action, "china-2012").title
        form = self.page.locator("form.parts-form")
        button = form.locator(f'button[name=then][value="{action}"]')
        if action == "change":
            button = form.get_by_role("button", name="Save the changes", exact=True)
        elif not button.count():
            folded = self.page.locator(f'details.step:has(input[name=action][value="{action}"])')
            if folded.get_attribute("open") is None:
                folded.locator("summary").first.click()
            form = folded.locator("form")
            button = form.get_by_role("button", name=title[:1].upper() + title[1:], exact=True)
        self._type(form, changes)
        button.click()
        self._accepted(plural, code)
        return self._content(plural, code)

    def _accepted(self, plural, code):
        assert self.page.locator("[role=alert]").all_inner_texts() == []
        assert self.page.url == f"{self.address}/desk/{plural}/{code}"

    def _attach(self):
        for document in DOCUMENTS:
            form = self.page.locator('form[action^="/attachments/"]')
            form.locator("select[name=document]").select_option(document)
            form.locator("input[type=file]").set_input_files(
                {"name": "file.pdf", "mimeType": "application/pdf", "buffer": PDF}
            )
            form.get_by_role("button", name="Attach", exact=True).click()

    def _stored(self, plural, code):
        return self.programme.store.dossiers.one(kind_named(plural).name, code)

    def _content(self, plural, code):
        return self._stored(plural, code).content

    # --- typing ---------------------------------------------------------------------------------------------

    def _type(self, form, content):
        """Type a content into a form; what stands there already is left."""
        self.fields = {name: rest for name, *rest in form.locator("[name]").evaluate_all(FIELDS)}
        self.typed = {}
        for name, value in content.items():
            if isinstance(value, dict):
                self._answers(form, name, value)
            elif isinstance(value, list) and value and isinstance(value[0], dict):
                self._records(form, name, value)
            elif name in self.fields:
                self._put(form, name, value)
        form.evaluate(FILL, list(self.typed.items()))

    def _answers(self, form, name, answers):
        """Type the answers to the questions that the form asks."""
        for field, (_, asked) in self.fields.items():
            if field.startswith(f"{name}[") and field.endswith(".name") and asked in answers:
                self._put(form, field.replace(".name", ".value"), answers[asked])

    def _records(self, form, name, rows):
        """Type records over those that stand there; of what is not said, and of those left over, nothing."""
        form.locator(f'details.row:has([name^="{name}["])').evaluate_all(
            "all => all.forEach((one) => (one.open = true))"
        )
        prepared = {
            field.removeprefix(f"{name}[").partition("].")[0]: code
            for field, (kind, code) in self.fields.items()
            if kind == "hidden" and field.startswith(f"{name}[")
        }
        by_code = {next(iter(row.values())): row for row in rows}
        others = iter(
            [row for code, row in by_code.items() if code not in prepared.values()] if prepared else rows
        )
        taken = {number: by_code.get(code, {}) for number, code in prepared.items()}
        for field in self.fields:
            if field.startswith(f"{name}["):
                number, _, column = field.removeprefix(f"{name}[").partition("].")
                row = taken[number] if number in taken else taken.setdefault(number, next(others, {}))
                amount = re.fullmatch(r"(\w+)\[(\d+)\]\.(name|value)", column)
                if amount:
                    pair = dict(enumerate((row.get(amount[1]) or {}).items())).get(int(amount[2]), ("", ""))
                    self._put(form, field, pair[amount[3] == "value"])
                else:
                    self._put(form, field, row.get(column))

    def _put(self, form, name, value):
        kind, there = self.fields[name]
        if kind == "checkbox":
            self.typed[name] = bool(value)
        elif kind.startswith("select") and isinstance(value, bool):
            self.typed[name] = "yes" if value else "no"
        elif kind.startswith("select") and value is None:
            if form.locator(f'[name="{name}"] option[value=""]').count():
                self.typed[name] = ""
        elif kind != "hidden" and there != written(value):
            self.typed[name] = written(value)


def written(value):
    """Return a value as a person types it."""
    if value is None:
        return ""
    if isinstance(value, dict):
        return "; ".join(f"{key} = {each}" for key, each in value.items())
    return "; ".join(map(str, value)) if isinstance(value, list) else str(value)


@pytest.fixture(scope="module", params=SIZES)
def size(request):
    return request.param


@pytest.fixture(scope="module")
def programme(towns, size):
    with with_plan(towns, others=size[0]) as programme:
        yield programme


@pytest.fixture(scope="module")
def address(programme, serve):
    """Serve the programme as a demo, in which everybody's place can be taken."""
    with serve(programme, is_demo=True) as address:
        yield address


@pytest.fixture(scope="module")
def pages(chromium, address, programme, size):
    """Return the pages after a pilot of Aston has gone from the call to its grade on them."""
    others, places = size
    context = chromium.new_context(java_script_enabled=False, viewport={"width": 1280, "height": 900})
    context.set_default_timeout(10_000)
    pages = Pages(context.new_page(), address, programme)
    live(pages, programme, others=others, places=places)
    yield pages
    context.close()


def test_the_public_is_shown_what_came_of_it(pages, programme, size):
    others, places = size

    def listed(plural):
        sights = programme.casework.listed(ANYBODY, plural)
        return [(one.dossier.code, one.dossier.state) for one in sights]

    assert states(listed) == at_the_end(others=others, places=places)
    pages.become("")
    pages.page.goto(f"{pages.address}/programme")
    assert "Aston" in pages.page.locator("main").inner_text()


def test_every_step_stands_in_the_log_that_the_office_reads(pages, programme, size):
    in_the_log(programme.store.audit()["what"].to_list(), others=size[0])
    programme.store.verify()
    pages.become("olga")
    pages.page.goto(f"{pages.address}/log?what=grade")
    assert pages.page.locator("tbody tr").count() == 2


def test_the_list_as_known_on_the_instant_of_a_step_is_shown_again(pages, programme):
    at = programme.store.audit().filter(what="application: sign")["at"][-1]
    pages.become("olga")
    in_state = f"{pages.address}/desk/applications?in_state=signed"  # a list of 101 has several pages
    pages.page.goto(in_state)
    assert "There is nothing here that you may see." in pages.page.locator("main").inner_text()
    pages.page.goto(f"{in_state}&on={at.strftime('%Y-%m-%dT%H:%M:%S.%f')}")
    assert "with the province" in pages.page.locator("tbody").inner_text()
    pages.page.goto(f"{pages.address}/desk/applications?on=2001-01-01")
    assert "There is nothing here that you may see." in pages.page.locator("main").inner_text()


def test_a_stranger_fetches_the_certificate_and_verifies_its_code(pages, tmp_path):
    pages.become("")
    pages.page.goto(f"{pages.address}/programme/grades/g1")
    with pages.page.expect_download() as download:
        pages.page.get_by_role("link", name="Certificate (PDF)").click()
    download.value.save_as(tmp_path / "g1.pdf")
    code = re.search(r"([A-Z2-7]{5}-){3}[A-Z2-7]{5}", text_of((tmp_path / "g1.pdf").read_bytes()))[0]
    for typed, said in ((code, "This certificate is valid"), (code[::-1], "no valid certificate")):
        pages.page.goto(f"{pages.address}/verify")
        pages.page.locator("main input[name=code]").fill(typed)
        pages.page.get_by_role("button", name="Verify", exact=True).click()
        assert said.casefold() in pages.page.locator("main").inner_text().casefold()
