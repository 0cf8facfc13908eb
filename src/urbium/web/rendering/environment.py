"""Environment: how templates are filled: every sentence in the reader's language, every value escaped."""

from importlib.metadata import version

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from urbium import charts
from urbium.columns import column, heading
from urbium.model import City
from urbium.text import Text, named, say, spoken, translate
from urbium.text.formats import written
from urbium.web.rendering.labels import label
from urbium.web.rendering.language import in_language, language_names
from urbium.web.rendering.words import FILTERS


def environment() -> Environment:
    """Return the templates of the pages, with gettext for their sentences and filters for their figures."""
    templates = Environment(
        loader=PackageLoader("urbium.web"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
        finalize=_shown,
    )
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
        language_names=language_names,
        in_language=in_language,
        version=version("urbium"),
        vega=f"/vega/{charts.bundle_name()}",
    )
    templates.tests["message"] = lambda words: isinstance(words, Text)
    templates.filters.update(FILTERS, label=label)
    return templates


def _shown(value: object) -> object:
    """Return what a template shows of a value, in the language that is spoken; of a place its name."""
    return say(value.title if isinstance(value, City) else value)


def _sentence(message: str, /, **values: object) -> Markup:
    return _filled(translate(message), values)


def _counted(one: str, many: str, count: int, /, **values: object) -> Markup:
    return _filled(translate(one, many, count), values)


def _meant(context: str, message: str, /, **values: object) -> Markup:
    return _filled(translate(message, context=context), values)


def _filled(message: str, values: dict[str, object]) -> Markup:
    """Fill the values in, escaped; the message itself is a template's and may hold markup.

    A value called ``currency`` is written as the language does after an amount.
    """
    if isinstance(currency := values.get("currency"), str):
        values |= {"currency": written(currency, "money", spoken())}
    return Markup(message) % {name: _shown(value) for name, value in values.items()}  # noqa: S704
