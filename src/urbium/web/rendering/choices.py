"""Choices: of what the codes in the forms of mandates and offers are chosen, with what each is called."""

from collections import Counter
from collections.abc import Callable, Mapping
from typing import Final

from babel.numbers import get_currency_name

from urbium.nations import nation_names
from urbium.packaged import packaged_rows
from urbium.pilot.fields import field_words
from urbium.programme import Programme
from urbium.programme.base.labels import label
from urbium.text import declared, say, spoken, text
from urbium.text.naming import names_by_code
from urbium.web.rendering.words import capital

_MOST_CITIES: Final = 320
_TWICE: Final = 2


def mandate_choices(office: Programme) -> Mapping[str, Callable[[], Mapping[str, str]]]:
    """Return by field of a mandate what makes its choices: what each code is called."""
    nation = office.settings().nation
    return {
        "country": lambda: nation_names(spoken()),
        "countries": lambda: {nation: nation_names(spoken())[nation]} if nation else {},
        "places": lambda: _places(office),
        "instruments": lambda: _models(office),
        "deliveries": lambda: {
            code: capital(said) for code, said in field_words("offer", "delivery").words.items()
        },
        "currencies": lambda: known_currencies(office),
        "sectors": lambda: _sectors(office),
    }


def offer_choices(office: Programme, city: str) -> Mapping[str, Callable[[], Mapping[str, str]]]:
    """Return by field of an offer what makes its choices; the projects are those of its city in the plan."""

    def projects() -> Mapping[str, str]:
        plan = office.adopted("plan")
        if plan is None or not city:
            return {}
        names = office.solution_names(city)
        rows = plan.table.filter(city=city).select("project", "solution").iter_rows()
        return {project: names.get(solution, solution) for project, solution in rows}

    questions = {row["id"]: row["title_en"] for row in packaged_rows("market/questions")}
    return {"project": projects, "question": lambda: questions}


def known_currencies(office: Programme) -> Mapping[str, str]:
    """Return the currencies from which a rate leads to that of the programme."""
    currency = office.settings().currency
    codes = office.settings.exchange().known_to(currency) if currency else ()
    return {code: f"{get_currency_name(code, locale=spoken())} ({code})" for code in codes}


def few_cities(office: Programme) -> Mapping[str, str]:
    """Return what the cities are called, where a form has room for all of them."""
    names = office.register.names()
    return names if len(names) <= _MOST_CITIES else {}


def _places(office: Programme) -> Mapping[str, str]:
    """Return the parts of the nation, and its cities where a form has room for all.

    The register tells cities of one name apart by their parts; a name shared with a part carries its kind.
    """
    parts, cities = office.register.provinces(), few_cities(office)
    times, alike = Counter(map(str, [*parts.values(), *cities.values()])), Counter(map(str, cities.values()))
    regions, word = names_by_code(office.register.cities(), part="province"), office.settings.word("region")
    return {
        code: text("{name} ({region})", name=name, region=word) if times[str(name)] > 1 else name
        for code, name in parts.items()
    } | {
        code: name
        if times[str(name)] < _TWICE
        else text("{name} (city in {region})", name=name, region=regions[code])
        if code in regions and alike[str(name)] < _TWICE
        else text("{name} (city {code})", name=name, code=code)
        for code, name in cities.items()
    }


def _models(office: Programme) -> Mapping[str, str]:
    """Return the ways to pay for a project that some solution takes."""
    catalogue = office.catalogue
    names = {one.model: declared(one.model_name) for one in catalogue.terms}
    used = {model for one in catalogue.solutions.values() for model in one.finance_models}
    return {model: names.get(model, model) for model in used}


def _sectors(office: Programme) -> Mapping[str, str]:
    solutions = office.catalogue.solutions
    domains = {one.domain for one in solutions.values()}
    return {code: capital(str(say(label(code)))) for code in domains} | {
        code: one.name for code, one in solutions.items()
    }
