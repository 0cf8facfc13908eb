"""The walker: as each person, along every link and through every form, as it is prefilled and spoiled.

How far it goes: of a route (with the names of its query) a few addresses stand for all, of a form (its route,
step and fields) the first that is met; each field of such a form is emptied and spoiled once. A form is first
spoiled and at last sent as it is prefilled, so that what is refused leaves the page as it was; after a form
was taken the page is read again.
"""

import re
from collections import Counter, deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from httpx import Response
from litestar.testing import TestClient

from laws import Breach, of_page
from page_reader import Entry, PageForm, PageReader, read_page
from site_visit import APART, Routes

SPOILED = {
    "emptied": "",
    "long": "long words " * 600,
    "no number": "12,5 of 3x",
    "no date": "2026-13-45",
    "script": "<script>alert(1)</script>",
    "digits": "9" * 5_000,
    "NUL": "a\x00b",
}
BEGIN = (
    "/", "/desk", "/account", "/people", "/figures", "/figures/suspects", "/outline", "/log", "/letters",
    "/sign-in",
)  # fmt: skip
_LOST = re.compile(r"^/(?:sign-out|demo/take-place|account/sessions/end|account/password|people/close)")
"""Forms that end the walk of a person."""
_REFUSED, _FAILED, _GONE, _WRONG = 400, 500, 404, 422
_SILENT = frozenset({"csrf", "version", "action", "ticks"})
"""Fields that no person types."""
_READABLE = ("text", "json", "xml", "svg")


@dataclass
class Walker:
    """Walks the pages of a programme as its people.

    Attributes
    ----------
    client : of the app, in which people take a place without a password
    each : how many addresses of a route are asked for by a person
    sorts : how many ways each field of a form is spoiled; all of them by default
    """

    client: TestClient
    each: int = 2
    sorts: int = len(SPOILED)
    breaches: list[Breach] = field(default_factory=list)
    spoiled: set[tuple[str, ...]] = field(default_factory=set)
    sent: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.routes = Routes(self.client.app)
        self._unmarked: dict[str, Breach] = {}
        self._alert = ""

    def walk_as(self, person: str, begin: Sequence[str] = BEGIN) -> None:
        """Follow the links of all pages as one person, and send the forms that they hold."""
        self.client.cookies.clear()
        if person:
            self.client.post("/demo/take-place", data={"code": person, "to": "/desk"}, follow_redirects=False)
        self.person = person or "the public"
        waiting, met, visited = deque(begin), set(begin), Counter[str]()
        forms: dict[tuple[str, ...], tuple[str, PageForm]] = {}
        while waiting:
            address = waiting.popleft()
            route = self.routes.of(address)
            if visited[route] >= self.each:
                continue
            visited[route] += 1
            page = self._read(address, is_linked=address not in begin)
            if page is None:
                continue
            for form in (form for form in page.forms if not form.is_scripted):
                forms.setdefault(self._shape(page, form), (address, form))
            for link in page.links:
                following = page.at(link)
                if link.startswith(("/", "?")) and following not in met and not APART.match(following):
                    met.add(following)
                    waiting.append(following)
        for shape, (address, form) in forms.items():
            self._through(shape, address, form)

    def _read(self, address: str, *, is_linked: bool = True) -> PageReader | None:
        answer = self.client.get(address, follow_redirects=False)
        kind, markup = answer.headers.get("content-type", ""), text_of(answer)
        if is_linked or answer.status_code >= _FAILED:
            self.breaches += of_page(f"{address} as {self.person}", answer.status_code, kind, markup)
        return read_page(address, markup) if kind.startswith("text/html") else None

    def _shape(self, page: PageReader, form: PageForm) -> tuple[str, ...]:
        """Return what tells a form from others: its route, step, and names of fields without numbers."""
        route = self.routes.of(page.at(form.action))
        kind = page.at(form.action).split("/")[2:3] if route.startswith("/desk") else []
        step = [entry.value for entry in form.entries if entry.name == "action"]
        names = {re.sub(r"\d+", "0", entry.name) for entry in form.entries}
        return (form.method, route, *kind, *step, *sorted(names))

    def _through(self, shape: tuple[str, ...], address: str, form: PageForm) -> None:
        """Send a form with each field spoiled, if nobody has yet, and then as it is prefilled."""
        action = read_page(address, "").at(form.action or address)
        if _LOST.match(action):
            return
        if shape not in self.spoiled:
            self.spoiled.add(shape)
            names = {re.sub(r"\d+", "0", entry.name): entry for entry in reversed(form.entries)}
            for place, entry in enumerate(reversed(list(names.values()))):
                if entry.name in _SILENT - {"version"} or entry.kind in {"submit", "file"}:
                    continue
                for sort in self._sorts(place, entry):
                    form = self._send(address, action, form, entry, sort)
        self._send(address, action, form)
        self._unmarked.pop(self._alert, None)  # what the form is told as it stands is of no field of it
        self.breaches += self._unmarked.values()
        self._unmarked.clear()

    def _sorts(self, place: int, entry: Entry) -> list[str]:
        """Return the ways in which a field is spoiled: in turn, where few are tried; a number by digits."""
        names = list(SPOILED)
        chosen = [names[(place + step) % len(names)] for step in range(min(self.sorts, len(names)))]
        return list(dict.fromkeys([*chosen, "digits"])) if entry.value.isdigit() else chosen

    def _send(
        self, address: str, action: str, form: PageForm, entry: Entry | None = None, sort: str = ""
    ) -> PageForm:
        """Send a form; return the form as it stands afterwards."""
        typed = SPOILED.get(sort, "")
        fields = form.prefilled("net" if entry else "")
        if entry is not None:
            fields = [(name, value) for name, value in fields if name != entry.name] + [(entry.name, typed)]
        if button := next(iter(form.buttons()), None):
            fields.append((button.name, button.value))
        data: dict[str, Any] = {}
        for name, value in fields:
            data.setdefault(name, []).append(value)
        self.sent[form.method] += 1
        self._alert = ""
        if form.method == "get":
            answer = self.client.get(action.partition("?")[0], params=data, follow_redirects=False)
        else:
            files = {"file": ("figures.csv", b"city,variable\n")} if form.is_multipart else None
            answer = self.client.post(action, data=data, files=files, follow_redirects=False)
        spoiled = f", {entry.name} {sort}" if entry else ""
        place = f"{form.method} {action} as {self.person}{spoiled}"
        self.breaches += of_answer(place, answer, typed)
        if answer.status_code < _REFUSED and form.method == "post":
            return self._again(address, form)
        if _REFUSED <= answer.status_code < _FAILED and form.method == "post":
            self.breaches += of_refusal(place, answer, form, dict(fields))
            page = read_page(action, text_of(answer))
            self._alert = page.alert
            if entry is not None and answer.status_code == _WRONG and not page.marked():
                words = f"{entry.name}: {page.alert[:200]}"
                self._unmarked[page.alert] = Breach("a fault stands at its field", place, words)
        return form

    def _again(self, address: str, form: PageForm) -> PageForm:
        """Return the form as the page shows it now; the old one where the page no longer has it."""
        page = self._read(address, is_linked=False)
        if page is None:
            return form
        shape = self._shape(page, form)
        return next((other for other in page.forms if self._shape(page, other) == shape), form)


def of_answer(place: str, answer: Response, typed: str) -> Iterator[Breach]:
    """No form makes the server fail, and nothing typed into one is ever markup."""
    kind, markup = answer.headers.get("content-type", ""), text_of(answer)
    if answer.status_code < _REFUSED or answer.status_code >= _FAILED:
        yield from of_page(place, answer.status_code, kind, markup, typed)
    if SPOILED["script"] in markup and "html" in kind:
        yield Breach("what is typed is never markup", place, SPOILED["script"])


def of_refusal(place: str, answer: Response, form: PageForm, sent: Mapping[str, str]) -> Iterator[Breach]:
    """A form that is refused says why, stands there again, and holds what was typed."""
    markup = text_of(answer)
    if "html" not in answer.headers.get("content-type", ""):
        return
    page = read_page("/", markup)
    if answer.status_code == _GONE and form.action not in {again.action for again in page.forms}:
        yield Breach("a form leads somewhere", place, f"404 {page.text[-200:]}")
    if 'role="alert"' not in markup and "<dt>" not in markup:
        yield Breach("a refusal of a form says why", place, f"{answer.status_code} {page.text[-200:]}")
    texts: dict[str, set[str]] = {}
    for again in page.forms:
        for entry in again.entries:
            texts.setdefault(entry.name, set()).add(compared(entry.value))
    for entry in (entry for entry in form.entries if entry.is_typed):
        typed = compared(sent.get(entry.name, ""))
        if typed and typed not in texts.get(entry.name, ()) and typed not in set(map(compared, page.words)):
            yield Breach(
                "what was typed is never lost", place, f"{entry.name} {typed[:40]!r}: {page.alert[:200]}"
            )


def text_of(answer: Response) -> str:
    """Return what an answer says, where it is text."""
    kind = answer.headers.get("content-type", "")
    return answer.text if any(part in kind for part in _READABLE) else ""


def compared(value: str) -> str:
    """Return what was typed as it is compared: line ends and blanks at its ends are nobody's."""
    return " ".join(value.replace("\x00", "").split())
