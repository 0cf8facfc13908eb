"""Environment: how templates are filled: every sentence in the reader's language, every value escaped."""

from collections.abc import Iterable
from importlib.metadata import version
from typing import Any, Final

from jinja2 import BaseLoader, ChoiceLoader, Environment, PackageLoader, StrictUndefined, TemplateNotFound
from jinja2.filters import do_urlencode
from markupsafe import Markup, escape

from urbium import charts
from urbium.columns import column, heading
from urbium.model import City
from urbium.periods import span
from urbium.programme.base.labels import label
from urbium.text import ENGLISH, MARKS, Text, declared, marking, named, say, spoken, translate
from urbium.text.formats import written
from urbium.units import money_size, size_of, typed_per_million, typed_unit
from urbium.web.rendering.language import in_language, language_names, this_page
from urbium.web.rendering.marks import COUNTED, MarkedTemplate
from urbium.web.rendering.words import FILTERS, currency_unit

_PLAIN: Final = frozenset({str, Markup})
"""Words that read in English as they are."""


class _OfPackages(BaseLoader):
    """Finds the templates of pages that other packages add: ``package:template.html``."""

    def get_source(self, environment: Environment, template: str) -> Any:  # noqa: ANN401
        package, colon, name = template.partition(":")
        if not colon:
            raise TemplateNotFound(template)
        return PackageLoader(package).get_source(environment, name)

    def list_templates(self) -> list[str]:
        return []  # what others add, they test


def environment() -> Environment:
    """Return the templates of the pages, with gettext for their sentences and filters for their figures."""
    templates = Environment(
        loader=ChoiceLoader([PackageLoader("urbium.web"), _OfPackages()]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
        finalize=_shown,
    )
    templates.template_class = MarkedTemplate
    templates.policies["ext.i18n.trimmed"] = True
    templates.install_gettext_callables(translate, translate, newstyle=True)  # type: ignore[attr-defined]
    templates.globals.update(
        gettext=_sentence,
        heading=heading,
        short_heading=lambda key: column(key).short,
        ngettext=_counted,
        pgettext=_meant,
        named=named,
        spoken=spoken,
        money_size=money_size,
        size_of=size_of,
        typed_per_million=typed_per_million,
        typed_unit=typed_unit,
        comma=lambda: _joined(["", ""], ", "),
        span=span,
        currency_unit=currency_unit,
        language_names=language_names,
        in_language=in_language,
        this_page=this_page,
        untranslated=lambda: Markup(COUNTED),  # noqa: S704 - a sign of ours
        version=version("urbium"),
        placed=str,
        vega=f"/vega/{charts.bundle_name()}",
    )
    templates.tests["message"] = lambda words: isinstance(words, Text)
    templates.filters.update(
        FILTERS, label=_label, capital=_capital, declared=declared, join=_joined, urlencode=_encoded
    )
    return templates


def _shown(value: object) -> object:
    """Return what a template shows of a value, in the language that is spoken; of a place its name."""
    if isinstance(value, City):
        value = value.title
    if not isinstance(value, str) or (type(value) in _PLAIN and spoken() == ENGLISH):
        return value  # most of a page: nothing is said of it, and nothing to be marked
    with marking():
        return say(value)


def _joined(parts: Iterable[object], sign: str = "") -> Markup:
    """Join parts, each in the language that is spoken, as that parts them: in Chinese by 、 and ；."""
    said = [escape(_shown(part)) for part in parts]
    spec = {", ": "commas", "; ": "semicolons"}.get(sign)
    return Markup(written(said, spec, spoken())) if spec else escape(sign).join(said)  # noqa: S704 - escaped


def _encoded(value: Any) -> str:  # noqa: ANN401 - whatever an address asks for
    """Write a value, or a mapping of them, as a part of an address, without escapes of a page."""
    return do_urlencode(value.unescape() if isinstance(value, Markup) else value)


def _label(code: str | None) -> str:
    with marking():
        return label(code)


def _capital(sentence: str) -> str:
    """Write a sentence with a capital letter first, behind the signs of another language."""
    said = str(_shown(sentence))
    start = said.rfind(MARKS[1], 0, said.find(MARKS[2])) + 1 if said.startswith(MARKS[0]) else 0
    return said[:start] + said[start : start + 1].upper() + said[start + 1 :]


def _sentence(message: str, /, **values: object) -> Markup:
    with marking():
        return _filled(translate(message), values)


def _counted(one: str, many: str, count: int, /, **values: object) -> Markup:
    with marking():
        return _filled(translate(one, many, count), values)


def _meant(context: str, message: str, /, **values: object) -> Markup:
    with marking():
        return _filled(translate(message, context=context), values)


def _filled(message: str, values: dict[str, object]) -> Markup:
    """Fill the values in, escaped; the message itself is a template's and may hold markup.

    A value called ``currency`` is written as the language does after an amount.
    """
    if isinstance(currency := values.get("currency"), str):
        values |= {"currency": written(currency, "money", spoken())}
    return Markup(message) % {name: _shown(value) for name, value in values.items()}  # noqa: S704
