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
- which language is spoken, and how its catalogue file is read: ``translation.py``
- what is said of a result: the sentence where it arises (``urbium.text``), its translation in
  ``text/locale/``
- what a thing is called wherever it occurs (a term): a row of ``text/locale/zh/terms.csv``, held by
  ``tests/text/test_terms.py``; how much is not translated: ``tests/text/test_languages.py``, which:
  ``tests/web/test_english_left.py``
- what a programme says of itself in one language: ``own_words.py``
- a language more: a folder of ``text/locale/``, and no code; how one is begun: ``CONTRIBUTING.md``
"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from functools import cache
from string import Formatter
from types import MappingProxyType
from typing import Any, Self

from urbium.text.own_words import in_own_words
from urbium.text.translation import (
    ENGLISH,
    FOLDER,
    MARKS,
    Translator,
    english,
    has_own,
    install,
    language,
    languages,
    marked,
    marking,
    pieces,
    spoken,
    translate,
    translated,
)

__all__ = [
    "ENGLISH", "FOLDER", "MARKS", "Name", "Text", "Translator", "coded", "declared", "install",
    "language", "languages", "listed", "marking", "meant", "named", "packed", "paragraph", "plain", "say",
    "sentences", "spoken", "text", "texts", "translate", "unpacked",
]  # fmt: skip


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
        said = super().__new__(cls, _fill(english(message, plural, count), parameters, ENGLISH))
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
        wanted = name or spoken()
        if wanted == ENGLISH:
            return str.__str__(self)
        message = translated(wanted, self.context, self.message, self.plural, self.number)
        said = _fill(message, self.parameters, wanted)
        return said if has_own(wanted, self.context, self.message) else marked(said, ENGLISH, wanted)

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
        return marked(self.names[tongue], tongue, name or spoken()) if tongue else str.__str__(self)

    def tongue(self, name: str | None = None) -> str:
        """Return in which language the name is said to a reader of one; empty where its code is said.

        >>> named({"en": "Delft", "zh": "代尔夫特"}).tongue("zh-Hant"), named({"es": "León"}).tongue("zh")
        ('zh', 'es')
        """
        wanted = name or spoken()
        if self.names.get(wanted):
            return wanted
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
    fields = pieces(message)
    speaker = _speaker(name)
    if fields is None:
        return speaker.vformat(message, (), parameters)
    parts: list[str] = []
    for literal, field, spec, conversion in fields:
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
