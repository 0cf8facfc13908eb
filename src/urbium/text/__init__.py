"""Text: what a person reads, as a sentence with typed parameters; it stands once, and per language.

A sentence is written where it arises, in English, and is its own key in the catalogues, as gettext has it.
It has a context where the same English means something else elsewhere (:func:`meant`), and a code where a
program reads which message it is: errors, findings, reasons (:func:`coded`). Babel extracts the sentences of
code, templates and declared rows into one catalogue (``make texts``), and a language is one ``.po`` file. A
:class:`Text` is a string that reads as English and that the faces (page, command, API) render in the language
of the reader. Nothing takes a sentence apart again: who needs to know reads ``code`` and ``parameters``.
See ADR 0016, 0120.

>>> said = coded("example.paid", "{place} pays {amount:,.0f} in all", amount=1840.0, place="Delft")
>>> said, said.code, said.parameters["amount"]
('Delft pays 1,840 in all', 'example.paid', 1840.0)
>>> text("{place} pays", place="Delft"), texts("{count} project", "{count:,} projects", count=1)
('Delft pays', '1 project')

Where to change what:

- how numbers, money and dates are written: ``formats.py``
- what is said of a result: the sentence where it arises (``urbium.text``), its translation in
  ``text/locale/``
- what a programme says of itself in one language: ``own_words.py``
- a language more: a folder of ``text/locale/``, and no code; how one is begun: ``CONTRIBUTING.md``
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime
from functools import cache
from pathlib import Path
from string import Formatter
from types import MappingProxyType
from typing import Any, Final, Protocol, Self

from urbium.text.own_words import in_own_words

__all__ = [
    "ENGLISH", "FOLDER", "MARKS", "Name", "Text", "Translator", "coded", "declared", "install",
    "language", "languages", "listed", "marking", "meant", "named", "packed", "paragraph", "plain", "say",
    "sentences", "spoken", "text", "texts", "translate", "unpacked",
]  # fmt: skip

ENGLISH = "en"
FOLDER = Path(__file__).parent / "locale"
"""One folder a language, as gettext has it: ``zh/LC_MESSAGES/urbium.po``."""

_language: ContextVar[str] = ContextVar("language", default=ENGLISH)

MARKS: Final = ("\ue000", "\ue001", "\ue002")
"""Signs of private use around what is said in another language than the one that is spoken, for a page."""
_marking: ContextVar[bool] = ContextVar("marking", default=False)


class Translator(Protocol):
    """What a language says in place of an English message."""

    def __call__(self, context: str, message: str, plural: str, count: int) -> str:
        """Return the message of the language, with the same parameters in braces; the English one if none."""


_installed: dict[str, Translator] = {}
_WORD: Final = re.compile("[A-Za-z]{2}")


def install(name: str, translator: Translator) -> None:
    """Let a language be spoken by ``translator`` in place of its catalogue file."""
    _installed[name] = translator


@contextmanager
def language(name: str) -> Iterator[None]:
    """Speak another language inside the block; what was spoken before is spoken after it."""
    token = _language.set(name)
    try:
        yield
    finally:
        _language.reset(token)


@contextmanager
def marking() -> Iterator[None]:
    """Mark inside the block what is said in another language than the one that is spoken: :data:`MARKS`.

    >>> with language("zh"), marking():
    ...     named({"es": "León"}).render() == "\ue000es\ue001León\ue002"
    True
    """
    token = _marking.set(True)
    try:
        yield
    finally:
        _marking.reset(token)


def _marked(said: str, tongue: str, wanted: str) -> str:
    """Return what is said in a language, marked where marks are asked for and another language is wanted."""
    if not _marking.get() or not tongue or tongue.partition("-")[0] == wanted.partition("-")[0]:
        return said
    return f"{MARKS[0]}{tongue}{MARKS[1]}{said}{MARKS[2]}"


def languages() -> list[str]:
    """Return the languages that can be spoken, English first: those installed, and those with a folder."""
    folders = (path.name for path in FOLDER.iterdir() if path.is_dir()) if FOLDER.is_dir() else ()
    return [ENGLISH, *sorted({*_installed, *folders} - {ENGLISH})]


def spoken() -> str:
    """Return the language that is spoken now."""
    return _language.get()


def translate(message: str, plural: str = "", count: int = 1, *, context: str = "") -> str:
    """Return a sentence in the language that is spoken, unfilled.

    >>> translate("%(count)s city", "%(count)s cities", 3)
    '%(count)s cities'
    """
    said = _translated(spoken(), context, message, plural, count)
    return said if _has_own(spoken(), context, message) else _marked(said, ENGLISH, spoken())


class Text(str):
    """A message: reads as English, knows its code and parameters, and can be said in any language.

    Parameters
    ----------
    message : the English sentence with parameters in braces, formatted as Python formats them (``{n:,.0f}``,
        ``{share:.1%}``), or as ``written`` of ``formats.py`` knows them: ``{names:list}``, ``{day:date}``
    parameters : by name; a parameter that is itself a Text is said in the same language
    plural, count : the sentence for any count but one, and the count
    code : what programs call it, the same in every language, such as ``errors.seed``; empty where none asks
    context : what tells it from another meaning of the same sentence; empty where it has one meaning
    """

    __slots__ = ("code", "context", "message", "number", "parameters", "plural")

    code: str
    context: str
    message: str
    plural: str
    number: int
    parameters: Mapping[str, Any]

    def __new__(  # noqa: PLR0917 - as it is stored
        cls,
        message: str,
        parameters: Mapping[str, Any],
        plural: str = "",
        count: int = 1,
        code: str = "",
        context: str = "",
    ) -> Self:
        """Make the message in English."""
        said = super().__new__(cls, _fill(_english(message, plural, count), parameters, ENGLISH))
        said.message, said.plural, said.number, said.code, said.context = (
            message,
            plural,
            count,
            code,
            context,
        )
        said.parameters = MappingProxyType(dict(parameters))
        return said

    def __reduce__(self) -> tuple[Any, ...]:
        said = (self.message, dict(self.parameters), self.plural, self.number, self.code, self.context)
        return Text, said

    def render(self, name: str | None = None) -> str:
        """Return the sentence in a language; the one that is spoken now when none is named."""
        wanted = name or _language.get()
        if wanted == ENGLISH:
            return str.__str__(self)
        message = _translated(wanted, self.context, self.message, self.plural, self.number)
        said = _fill(message, self.parameters, wanted)
        return said if _has_own(wanted, self.context, self.message) else _marked(said, ENGLISH, wanted)

    def record(self) -> dict[str, Any]:
        """Return code, parameters and sentence, as programs read a message."""
        parameters = {name: plain(value) for name, value in self.parameters.items()}
        return {"code": self.code, "parameters": parameters, "text": self.render()}


class Name(Text):
    """What a declared thing is called: it reads as in English, and is said in any language that it has.

    Where there is no name in a language, the first one is said: whoever makes a name puts the programme's
    first language first.
    """

    __slots__ = ("names",)

    names: Mapping[str, str]

    def __new__(cls, names: Mapping[str, str], otherwise: str = "") -> Self:
        """Make the name from those by language; ``otherwise`` stands for none at all."""
        english = names.get(ENGLISH) or next(iter(names.values()), otherwise)
        said = super().__new__(cls, english.replace("{", "{{").replace("}", "}}"), {})
        said.names = MappingProxyType(dict(names))
        return said

    def __reduce__(self) -> tuple[Any, ...]:
        return Name, (dict(self.names), str.__str__(self))

    def render(self, name: str | None = None) -> str:
        """Return the name in a language; in the one that is spoken now when none is named."""
        tongue = self.tongue(name)
        return _marked(self.names[tongue], tongue, name or spoken()) if tongue else str.__str__(self)

    def tongue(self, name: str | None = None) -> str:
        """Return in which language the name is said to a reader of one; empty where its code is said.

        >>> named({"en": "Delft", "zh": "代尔夫特"}).tongue("zh-Hant"), named({"es": "León"}).tongue("zh")
        ('zh', 'es')
        """
        wanted = name or _language.get()
        codes = (wanted, wanted.replace("-", "_"), wanted.partition("-")[0], *self.names)
        return next((code for code in codes if self.names.get(code)), "")


def named(names: Mapping[str, str], otherwise: str = "") -> Name:
    """Return what a declared thing is called, in the language of whoever reads it.

    Parameters
    ----------
    names : by language; as the record of a row has them
    otherwise : what is said where it has none: its code

    >>> delft = named({"en": "Delft", "zh": "代尔夫特"}, "0503")
    >>> delft, delft.render("zh"), text("{place} pays", place=delft).render("zh")
    ('Delft', '代尔夫特', '代尔夫特 pays')
    """
    return Name(names, otherwise)


def plain(value: object) -> object:
    """Return a parameter as JSON can hold it."""
    if isinstance(value, Text):
        return value.record() if value.code or value.parameters else value.render()
    if value is None or isinstance(value, bool | int | float | str):
        return value
    return [plain(part) for part in value] if isinstance(value, Iterable) else str(value)


def packed(said: Text) -> dict[str, Any]:
    """Return a message as JSON can keep it, to be said in any language later.

    >>> kept = packed(text("{place} pays {amount:,.0f}", amount=1840.0, place="Delft"))
    >>> kept["parameters"], unpacked(kept)
    ({'amount': 1840.0, 'place': 'Delft'}, 'Delft pays 1,840')
    """
    if isinstance(said, Name):
        return {"names": dict(said.names), "otherwise": str.__str__(said)}
    parameters = {name: _packed(value) for name, value in said.parameters.items()}
    kept = {"message": said.message, "parameters": parameters}
    kept |= {name: getattr(said, name) for name in ("code", "context", "plural") if getattr(said, name)}
    return kept | ({"number": said.number} if said.plural else {})


def unpacked(kept: Mapping[str, Any]) -> Text:
    """Return the message that :func:`packed` wrote."""
    if "names" in kept:
        return Name(kept["names"], kept["otherwise"])
    parameters = {name: _unpacked(value) for name, value in kept["parameters"].items()}
    plural, code, context = (kept.get(name, "") for name in ("plural", "code", "context"))
    return Text(kept["message"], parameters, plural, kept.get("number", 1), code, context)


def _packed(value: object) -> object:
    if isinstance(value, Text):
        return {"text": packed(value)}
    if isinstance(value, date):
        return {"date": value.isoformat()}
    if hasattr(value, "item"):  # a number of NumPy
        value = value.item()
    if value is None or isinstance(value, bool | int | float | str):
        return str(value) if isinstance(value, str) else value
    return [_packed(part) for part in value] if isinstance(value, Iterable) else str(value)


def _unpacked(value: Any) -> object:  # noqa: ANN401 - whatever JSON held
    match value:
        case {"text": kept}:
            return unpacked(kept)
        case {"date": day}:
            return datetime.fromisoformat(day) if "T" in day else date.fromisoformat(day)
        case list():
            return [_unpacked(part) for part in value]
    return value


def text(message: str, /, **parameters: Any) -> Text:  # noqa: ANN401 - numbers, words, texts
    """Return a message; the sentence is a literal, so that the catalogue can be extracted."""
    return Text(message, parameters)


def texts(one: str, many: str, /, *, count: int, **parameters: Any) -> Text:  # noqa: ANN401
    """Return a message that says how many; ``one`` is said of exactly one."""
    return Text(one, {"count": count, **parameters}, many, count)


def meant(context: str, message: str, /, **parameters: Any) -> Text:  # noqa: ANN401
    """Return a message whose English has another meaning elsewhere; the context says which this is.

    >>> meant("of a page", "Open"), meant("of a call", "Open").context
    ('Open', 'of a call')
    """
    return Text(message, parameters, context=context)


def coded(code: str, message: str, many: str = "", /, **parameters: Any) -> Text:  # noqa: ANN401
    """Return a message that a program knows by its code; with ``many``, one that says how many (``count``).

    >>> coded("errors.faults", "one fault", "{count} faults", count=2).record()["code"]
    'errors.faults'
    """
    return Text(message, parameters, many, parameters["count"] if many else 1, code)


def declared(sentence: str) -> Text:
    """Return a sentence of a declared row, which the catalogue holds too; braces in it are braces.

    >>> declared("under review"), declared("{x} as it stands")
    ('under review', '{x} as it stands')
    """
    return Text(sentence.replace("{", "{{").replace("}", "}}"), {})


def sentences(parts: Iterable[str]) -> Text:
    """Return several messages one after the other, parted by semicolons; empty ones are left out.

    >>> sentences(["rank 3 of 286", "", "92% known"])
    'rank 3 of 286; 92% known'
    """
    return Text("{parts:semicolons}", {"parts": [part for part in parts if part]})


def paragraph(parts: Iterable[str]) -> Text:
    """Return several whole sentences one after the other, each with its own full stop.

    >>> paragraph(["All cells are the same.", "Versions differ."])
    'All cells are the same. Versions differ.'
    """
    return Text("{parts:sentences}", {"parts": list(parts)})


def listed(names: Iterable[str]) -> Text:
    """Return names as a list that a sentence can hold.

    >>> listed(["beds", "doctors", "pupils"])
    'beds, doctors and pupils'
    """
    return text("{names:list}", names=list(names))


def say(value: object, name: str | None = None) -> object:
    """Return a message in the language that is spoken; anything else as it is."""
    if type(value) is str and (name or spoken()) != ENGLISH:
        value = in_own_words(value)
    return value.render(name) if isinstance(value, Text) else value


def _english(message: str, plural: str, count: int) -> str:
    return plural if plural and count != 1 else message


def _translated(name: str, context: str, message: str, plural: str, count: int) -> str:
    if name == ENGLISH:
        return _english(message, plural, count)
    return _speaks(name)(context, message, plural, count)


def _speaks(name: str) -> Translator:
    return _installed.get(name) or _catalogue(name)


def _has_own(name: str, context: str, message: str) -> bool:
    """Whether a language has its own words for a sentence, or the sentence has no words."""
    if not _marking.get() or name == ENGLISH or name in _installed:
        return True
    return (context, message) in _catalogue(name) or not any(
        _WORD.search(part) for part in _literals(message)
    )


def _literals(message: str) -> Iterable[str]:
    """Return what a message says besides its parameters."""
    pieces = _pieces(message)
    return [message] if pieces is None else [literal for literal, *_ in pieces]


class _Catalogue:
    """What a language's catalogue file says; what it does not say is said in English."""

    def __init__(self, translations: Mapping[tuple[str, str], Sequence[str]], rule: str | None) -> None:
        self._translations, self._which = translations, _plural_rule(rule)

    def __contains__(self, key: tuple[str, str]) -> bool:
        return key in self._translations

    def __call__(self, context: str, message: str, plural: str, count: int) -> str:
        """Return the sentence in the language; the English one where it has none."""
        forms = self._translations.get((context, message))
        if not forms:
            return _english(message, plural, count)
        return forms[min(self._which(count), len(forms) - 1)] if plural else forms[0]


@cache
def _catalogue(name: str) -> _Catalogue:
    """Return what the language's catalogue file says."""
    from babel.messages.pofile import read_po  # noqa: PLC0415 - only where another language is spoken

    path = FOLDER / name / "LC_MESSAGES" / "urbium.po"
    translations: dict[tuple[str, str], Sequence[str]] = {}
    rule = None
    if path.is_file():
        with path.open("rb") as file:
            catalogue = read_po(file, locale=name)
        rule = catalogue.plural_expr
        for item in catalogue:
            if item.id and item.string:
                first = item.id if isinstance(item.id, str) else item.id[0]
                translations[item.context or "", first] = (
                    [item.string] if isinstance(item.string, str) else item.string
                )
    return _Catalogue(translations, rule)


def _plural_rule(expression: str | None) -> Any:  # noqa: ANN401 - a function of a count
    from gettext import c2py  # noqa: PLC0415

    return c2py(expression or "(n != 1)")


class _Speaker(Formatter):
    """Fills parameters into a message as a language writes them."""

    def __init__(self, name: str) -> None:
        self.name = name

    def convert_field(self, value: Any, conversion: Any) -> Any:  # noqa: ANN401
        """Return words in the quotes of the language; anything else as Python converts it."""
        if conversion != "r" or self.name == ENGLISH or not isinstance(value, str):
            return super().convert_field(value, conversion)
        from urbium.text.formats import quoted  # noqa: PLC0415 - as below

        return quoted(value, self.name)

    def format_field(self, value: Any, format_spec: str) -> str:  # noqa: ANN401
        """Return one parameter as the language writes it."""
        from urbium.text.formats import LISTS, written  # noqa: PLC0415 - Babel loads when a figure is written

        if type(value) is str and self.name != ENGLISH:
            value = in_own_words(value)
        if isinstance(value, Text):
            value = value.render(self.name)
        elif format_spec in LISTS and not isinstance(value, str):
            value = [say(part, self.name) for part in value]
        if isinstance(value, str) and not format_spec:
            return value
        return written(value, format_spec, self.name)


@cache
def _speaker(name: str) -> _Speaker:
    return _Speaker(name)


def _fill(message: str, parameters: Mapping[str, Any], name: str) -> str:
    if "{" not in message:
        return message
    pieces = _pieces(message)
    speaker = _speaker(name)
    if pieces is None:
        return speaker.vformat(message, (), parameters)
    parts: list[str] = []
    for literal, field, spec, conversion in pieces:
        parts.append(literal)
        if field is not None:
            value = parameters[field]
            if conversion:
                value = speaker.convert_field(say(value, name), conversion)
            word = speaker.format_field(value, spec)
            if word == "%" and literal == " " and parts[-2][-1:].isdigit():  # as near as in a share, 80%
                from urbium.text.formats import locale_of, percent_sign  # noqa: PLC0415 - as above

                parts[-1], word = "", percent_sign(locale_of(name))
            parts.append(word)
    return "".join(parts)


@cache
def _pieces(message: str) -> tuple[tuple[str, str | None, str, str | None], ...] | None:
    """Take a message apart, once for all its fillings; None where a parameter is more than its name."""
    pieces = tuple(
        (literal, field, spec or "", conversion)
        for literal, field, spec, conversion in Formatter().parse(message)
    )
    is_plain = all(
        field is None or (field.isidentifier() and "{" not in spec) for _, field, spec, _ in pieces
    )
    return pieces if is_plain else None
