"""A page as its reader meets it: words, addresses, ids, and forms as they are prefilled."""

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urldefrag, urljoin, urlsplit

_VOID = frozenset({"meta", "link", "input", "br", "img", "hr", "wbr", "source", "col"})
_ALERT = "role=alert"
_UNSEEN = frozenset({"script", "style", "template"})


@dataclass
class Entry:
    """A field of a form: what it is prefilled with, and what a browser would take for it."""

    name: str
    kind: str
    value: str = ""
    choices: list[str] = field(default_factory=list)
    is_sent: bool = True
    is_required: bool = False

    def filled(self, blank: str) -> str:
        """What a person gives who must not leave it empty."""
        return blank if self.is_typed else next(filter(None, self.choices), "")

    @property
    def is_typed(self) -> bool:
        """Whether a person types into it."""
        return self.kind not in {
            "hidden",
            "submit",
            "checkbox",
            "radio",
            "select",
            "file",
            "password",
            "secret",
        }


@dataclass
class PageForm:
    """A form of a page."""

    action: str
    method: str
    is_multipart: bool = False
    is_scripted: bool = False
    entries: list[Entry] = field(default_factory=list)

    def prefilled(self, blank: str = "") -> list[tuple[str, str]]:
        """Return what a browser sends when nothing is changed; ``blank`` fills what must not stay empty."""
        sent = [entry for entry in self.entries if entry.is_sent and entry.kind != "file"]
        return [
            (entry.name, entry.value or (entry.filled(blank) if blank and entry.is_required else ""))
            for entry in sent
        ]

    def buttons(self) -> list[Entry]:
        """Return the named buttons; a press sends one of them."""
        return [entry for entry in self.entries if entry.kind == "submit"]


class PageReader(HTMLParser):
    """Gathers what a page holds; a browser opens folds and shows what is in them, so here all is open."""

    def __init__(self, address: str) -> None:
        super().__init__()
        self.address = address
        self.words: list[str] = []
        self.ids: list[str] = []
        self.links: list[str] = []
        self.forms: list[PageForm] = []
        self.unclosed: list[str] = []
        self.said: dict[str, str] = {}
        self.described: list[str] = []
        self._open: list[str] = []
        self._named: list[str] = []
        self._form: PageForm | None = None
        self._entry: Entry | None = None
        self._option: list[str] | None = None

    @property
    def alert(self) -> str:
        """The words that a refused form is told first."""
        return " ".join(self.said.get(_ALERT, "").split())

    def marked(self) -> set[str]:
        """Return the places of a refused form at which something is said of what was typed there."""
        return {name for name in self.described if self.said.get(name, "").strip()}

    @property
    def text(self) -> str:
        """The visible words, one blank between them."""
        return " ".join(" ".join(self.words).split())

    def at(self, address: str) -> str:
        """Return an address of the page as the server is asked for it: without its host and its fragment."""
        parts = urlsplit(urldefrag(urljoin(self.address, address)).url)
        return parts.path + (f"?{parts.query}" if parts.query else "")

    def fragments(self) -> set[str]:
        """Return the places within this page that its links lead to."""
        return {link[1:] for link in self.links if link.startswith("#") and len(link) > 1}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attrs}
        if tag not in _VOID:
            self._open.append(tag)
            self._named.append(_ALERT if said.get("role") == "alert" else said.get("id", ""))
        self.described += said.get("aria-describedby", "").split() if "aria-invalid" in said else []
        if said.get("id"):
            self.ids.append(said["id"])
        if tag in {"a", "link", "img", "script", "iframe", "source"}:
            self.links += [said[key] for key in ("href", "src") if said.get(key)]
        if tag == "form":
            self._form = PageForm(
                said.get("action", ""),
                said.get("method", "get").lower(),
                is_multipart="multipart" in said.get("enctype", ""),
                is_scripted="hidden" in said,
            )
            self.forms.append(self._form)
        elif self._form is not None:
            self._field(tag, said)

    def _field(self, tag: str, said: dict[str, str]) -> None:
        name, required = said.get("name", ""), "required" in said
        if tag == "input" and name:
            kind = said.get("type", "text")
            kind = "secret" if kind == "text" and "one-time" in said.get("autocomplete", "") else kind
            is_sent = kind not in {"checkbox", "radio", "submit"} or "checked" in said
            value = said.get("value", "on" if kind in {"checkbox", "radio"} else "")
            self._form.entries.append(Entry(name, kind, value, is_sent=is_sent, is_required=required))
        elif tag == "button" and name and said.get("type", "submit") == "submit":
            self._form.entries.append(Entry(name, "submit", said.get("value", ""), is_sent=False))
        elif tag in {"select", "textarea"} and name:
            self._entry = Entry(name, tag, is_required=required, is_sent="disabled" not in said)
            self._form.entries.append(self._entry)
        elif tag == "option" and self._entry is not None:
            value = said.get("value", "")
            if not self._entry.choices or "selected" in said:
                self._entry.value = value
            self._entry.choices.append(value)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in _VOID:
            self._open.pop()
            self._named.pop()

    def handle_endtag(self, tag: str) -> None:
        if not self._open or self._open.pop() != tag:
            self.unclosed.append(tag)
        if self._named:
            self._named.pop()
        if tag == "form":
            self._form = None
        elif tag in {"select", "textarea"}:
            self._entry = None

    def handle_data(self, data: str) -> None:
        if self._entry is not None and self._entry.kind == "textarea":
            self._entry.value += data.removeprefix("\n") if not self._entry.value else data
        elif not _UNSEEN.intersection(self._open[-1:]):
            self.words.append(data)
            for name in filter(None, self._named):
                self.said[name] = self.said.get(name, "") + data


def read_page(address: str, markup: str) -> PageReader:
    """Return what a page at an address holds.

    >>> page = read_page("/a/b", '<p id="x">Hi <a href="../c#d">you</a></p>')
    >>> page.text, page.ids, [page.at(link) for link in page.links]
    ('Hi you', ['x'], ['/c'])
    """
    reader = PageReader(address)
    reader.feed(re.sub(r"<!--.*?-->", "", markup, flags=re.DOTALL))
    reader.close()
    reader.unclosed += reader._open
    return reader
