"""Asking: what a form asks whom for: fields, the criteria of a review, the questions of a round."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from urbium.access import Actor, Role
from urbium.catalogue import Catalogue
from urbium.errors import NotFoundError
from urbium.model.dossiers import Dossier, circles_of_fields
from urbium.model.words import DOMAINS
from urbium.pilot.calls.forms import SOLUTIONS, is_asked
from urbium.pilot.calls.rounds import Criterion
from urbium.pilot.calls.rulesets import Question, rule_set, rule_sets
from urbium.pilot.contracts.taskbooks import SHARE, unit_said
from urbium.pilot.fields import MILLIONS, FieldWords
from urbium.platform.base_data import base_databases
from urbium.programme import Programme
from urbium.programme.cases.kinds import Kind
from urbium.programme.cases.sight import Seen
from urbium.spelling import in_order
from urbium.text import Name, Text, say, spoken, text
from urbium.units import typed_per_million
from urbium.web.desk.forms import Asked, Field, Record, ticked
from urbium.web.desk.shown import unit_of
from urbium.web.rendering.amounts import grouped
from urbium.web.rendering.choices import few_cities, known_currencies, mandate_choices, offer_choices
from urbium.web.rendering.words import capital, named_rows, read_back

_BY_FUND: Final = frozenset({"sources", "money"})
"""Amounts by name that are by source of money."""
_RATED: Final = frozenset({"mandate", "interest", "job_plan"})
"""Kinds in which only currencies count of which the programme has a rate."""
_INVESTORS: Final = frozenset({"mandate", "interest"})
"""Kinds in which an investor says what is looked for, by codes."""
_TICKED: Final = frozenset({"mandate", "circular"})
"""Kinds in which several of what is known by name are ticked."""
_WITH_ROLES: Final = frozenset({"account", "account_change"})
"""Kinds that say for which city, part of the nation or agreement somebody has a role."""
_OF_OFFICE: Final[Mapping[str, frozenset[str]]] = {"mandate": frozenset({"is_example", "source"})}
"""Open fields by kind that only the office fills in."""
_TYPED_CITY: Final = frozenset({"lesson", "job_plan"})
"""Kinds in which a city is written: a list would be long, or name it by chance."""
_MILLION: Final = 1_000_000
_MEASURES: Final = {"money": "money", "year": "year"}
_YES_NO: Final = {
    "yes": text("yes"),
    "no": text("no"),
}

_INTERNAL: Final = "internal"
_PREPARED: Final = frozenset({"planned", "note", "unit"})
"""What the programme fills in of a report from its task book."""
_TYPED_OF_PROMISES: Final = frozenset({"state", "evidence"})


def shown_fields(row: Kind, names: frozenset[str], circles: frozenset[str]) -> frozenset[str]:
    """Return the fields that a reader of circles is asked for: the office's own would be sent back empty."""
    if _INTERNAL in circles:
        return names
    return (
        names
        - _OF_OFFICE.get(row.name, frozenset())
        - {name for name, circle in circles_of_fields(row.content).items() if circle == _INTERNAL}
    )


@dataclass(frozen=True, slots=True)
class Asker:
    """Whoever fills in a form, and what it is of.

    Parameters
    ----------
    office, actor : the programme, and who asks
    kind, city, money : of the dossier; the city is empty where it has none, ``money`` is its currency
    """

    office: Programme
    actor: Actor
    kind: str
    city: str = ""
    money: str = ""
    _chosen_from: dict[str, Mapping[str, str]] = field(default_factory=dict)

    def dressed(self, fields: Iterable[Field]) -> list[Field]:
        """Return fields in which what the programme knows is chosen by name, and numbers have their unit."""
        fields = list(fields)
        named, beside = {"party": _pairs_in(fields, "parties")}, _currency_in(fields)
        return [self._dressed(one, named, beside) for one in fields]

    def _dressed(self, one: Field, named: Mapping[str, Mapping[str, str]], beside: str) -> Field:
        """Return a field so, given the currency that is typed beside it."""
        one = replace(one, unit=str(say(unit_of(one.words, self.money))))
        if one.form in ("rows", "pairs"):
            if self.kind == "report":
                one = replace(one, rows=tuple(_prepared(one)))
            rows = (
                replace(
                    row,
                    cells=tuple(
                        self._dressed(_said_share(cell), named, _currency_in(row.cells) or beside)
                        for cell in row.cells
                    ),
                )
                for row in one.rows
            )
            return replace(one, rows=tuple(self._files(row) for row in rows))
        if one.form == "amounts":
            funds = self._names("fund") if _last(one.name) in _BY_FUND else {}
            return replace(one, rows=tuple(self._amount(row, funds, one, beside) for row in one.rows))
        if one.form == "number":
            is_unsaid = self.kind in _INVESTORS and one.value == "0"  # of them 0 says nothing
            one = replace(one, read_back=_read_back(one, one.words.measure, self.money or beside))
            return replace(one, value="" if is_unsaid else grouped(one.value))
        if (self.kind, one.name) == ("round", "rules"):
            none = str(say(text("the rules common to all rounds")))
            sets = {name: rule_set(name).title for name in rule_sets()}
            return _chosen(one, {"": none} | sets, help_="")
        if one.form == "line" and not one.is_fixed:
            words = named.get(_last(one.name)) or self._names(_last(one.name))
            shown = one if words else _in_own_words(one)
            return _chosen(shown, words, is_needed=one.is_needed and "[" not in one.name)
        names = self._names(one.name) if one.form == "lines" and self.kind in _TICKED else {}
        if names and self.kind == "circular":
            one = replace(one, words=replace(one.words, help=""))  # it says how names are typed
        return ticked(one if names or one.is_fixed else _in_own_words(one), names)

    def _amount(self, row: Record, funds: Mapping[str, str], of: Field, beside: str) -> Record:
        """Return a row of an amount and its name, chosen where the names are known."""
        name, amount = row.cells
        said = _read_back(amount, of.words.measure, self.money or beside)
        amount = replace(self._dressed(amount, {}, beside), unit=of.unit, read_back=said)
        return replace(row, cells=(_chosen(name, funds, is_needed=False), amount))

    def _names(self, what: str) -> Mapping[str, str]:
        """Return what can be chosen in a field of a name, by code; nothing where anything can be written."""
        if what not in self._chosen_from:
            catalogue, is_lesson = self.office.catalogue, self.kind == "lesson"
            is_free = is_lesson or self.kind == "report"
            choices: Mapping[str, Callable[[], Mapping[str, str]]] = {
                "solution": lambda: _solutions(catalogue),
                "indicator": lambda: (
                    {} if is_free else _of_effects(catalogue) | named_rows(catalogue.indicators)
                ),
                "fund": lambda: named_rows(catalogue.funds),
                "currency": lambda: known_currencies(self.office) if self.kind in _RATED else {},
                "mandate": lambda: {one.code: one.title for one in self.office.market.mandates(self.actor)},
                "question": lambda: self.office.market.questions() if self.kind == "offer" else {},
                "cities": lambda: few_cities(self.office) if self.kind == "circular" else {},
                "city": lambda: {} if self.kind in _TYPED_CITY else self.office.register.names(),
                "database": lambda: _databases(self.office) if self.kind == "base_report" else {},
                "province": self._provinces if self.kind == "circular" else dict,
                "call": lambda: self._titles("round"),
                **(offer_choices(self.office, self.city) if self.kind == "offer" else {}),
                **(mandate_choices(self.office) if self.kind in _INVESTORS else {}),
            }
            names = choices[what]() if what in choices else {}
            self._chosen_from[what] = _by_name(names)
        return self._chosen_from[what]

    def _provinces(self) -> Mapping[str, str]:
        return self.office.register.provinces()

    def _titles(self, kind: str) -> Mapping[str, str]:
        return _titles_of(self.office, self.actor, kind)

    def _files(self, row: Record) -> Record:
        """Return a row of an offer's documents in which the file alone is chosen."""
        if self.kind != "offer" or not any(map(_is_file, row.cells)):
            return row
        files = _files_of(self.office, self.actor, self.city)
        return replace(
            row, cells=tuple(_chosen(cell, files, is_needed=False) for cell in row.cells if _is_file(cell))
        )


def _prepared(one: Field) -> Iterator[Record]:
    """Yield the rows of a report: those of its task book for what they are of, and new ones of indicators."""
    for row in one.rows:
        if row.is_empty and one.name == "progress":
            continue
        first = replace(row.cells[0], is_fixed=not row.is_empty)
        rest = (replace(cell, is_prepared=_last(cell.name) in _PREPARED) for cell in row.cells[1:])
        yield replace(row, cells=(first, *rest))


def _said_share(cell: Field) -> Field:
    """Return the unit of a share of a need in words, and not to be changed; any other cell as it is."""
    if _last(cell.name) != "unit" or cell.value != SHARE:
        return cell
    return replace(cell, is_fixed=True, words=replace(cell.words, words={SHARE: unit_said(SHARE)}))


def _in_own_words(one: Field) -> Field:
    """Return a field of words as the programme has them in the reader's language; so it is sent back."""
    if one.form == "lines":
        return replace(one, value="\n".join(map(worded, one.value.split("\n"))))
    return replace(one, value=worded(one.value)) if one.form in ("line", "text") else one


def worded(written: str) -> str:
    """Return words of a dossier as the programme has them in the reader's language."""
    return str(say(written))


def as_stored(typed: Any, stored: Any) -> Any:  # noqa: ANN401 - of any field
    """Return what was typed with words of a dossier as they are stored, where they were shown as worded.

    >>> from urbium.text import language, named
    >>> from urbium.text.own_words import own_words
    >>> words = {"The mayor": named({"en": "The mayor", "zh": "市长"})}
    >>> with own_words(lambda: words), language("zh"):
    ...     as_stored({"leader": "市长", "level": 3, "docs": ["市长", "县长"]}, {"leader": "The mayor"})
    {'leader': 'The mayor', 'level': 3, 'docs': ['The mayor', '县长']}
    """
    return _replaced(typed, {worded(one): one for one in _words_in(stored)})


def _replaced(typed: Any, words: Mapping[str, str]) -> Any:  # noqa: ANN401 - of any field
    if isinstance(typed, str):
        return words.get(typed, typed)
    if isinstance(typed, Mapping):
        return {name: _replaced(one, words) for name, one in typed.items()}
    return [_replaced(one, words) for one in typed] if isinstance(typed, list) else typed


def _words_in(stored: Any) -> Iterator[str]:  # noqa: ANN401 - of any field
    """Yield the words that stand anywhere in a content."""
    if isinstance(stored, str):
        yield stored
    elif isinstance(stored, Mapping | list):
        for one in stored.values() if isinstance(stored, Mapping) else stored:
            yield from _words_in(one)


def _currency_in(fields: Iterable[Field]) -> str:
    """Return the currency that is typed in one of some fields; empty where none is."""
    return next((one.value for one in fields if _last(one.name) == "currency"), "")


def _read_back(one: Field, measure: str, currency: str) -> Text | str:
    """Return what is said beside an amount of money; nothing beside other numbers and what is none."""
    if measure not in {*MILLIONS, "money"}:
        return ""
    per_million = typed_per_million() if measure in MILLIONS else _MILLION
    try:
        return read_back(float(one.value) / per_million, currency, per_million)
    except ValueError:
        return ""


def _last(name: str) -> str:
    return name.rpartition(".")[2]


def _pairs_in(fields: Iterable[Field], name: str) -> dict[str, str]:
    """Return code and title of the records of a field, as they stand in a form."""
    rows = [row for one in fields if one.name == name for row in one.rows if not row.is_empty]
    cells = [{_last(cell.name): cell.value for cell in row.cells} for row in rows]
    return {one["code"]: one["title"] or one["code"] for one in cells if one.get("code")}


def _chosen(
    one: Field, words: Mapping[str, str], *, help_: str | None = None, is_needed: bool = True
) -> Field:
    if not words:
        return one
    said = one.words.help if help_ is None else help_
    offered = dict(words) if is_needed or "" in words else {"": ""} | dict(words)
    return replace(one, form="choice", words=replace(one.words, help=said, words=offered))


def _is_file(cell: Field) -> bool:
    return cell.name.endswith(".sha256")


def _files_of(office: Programme, actor: Actor, city: str) -> dict[str, str]:
    """Return the files that are attached to applications of a city and that somebody sees, by digest."""
    sights = office.casework.listed(actor, "application", where={"city": city}) if city else []
    return {
        one["sha256"]: f"{one['name']} · {say(sight.dossier.content['title'])}"
        for sight in sights
        for one in sight.dossier.content.get("attachments", ())
    }


def as_signed(fields: list[Field]) -> list[Field]:
    """Return the promises of an agreement so that of what was signed only state and evidence can be typed."""
    return [
        replace(
            one,
            rows=tuple(
                replace(row, cells=tuple(_as_signed(cell) for cell in row.cells))
                for row in one.rows
                if not row.is_empty
            ),
        )
        for one in fields
    ]


def _as_signed(cell: Field) -> Field:
    return replace(cell, is_fixed=cell.name.rpartition(".")[2] not in _TYPED_OF_PROMISES)


def asked_of(office: Programme, sight: Seen) -> dict[str, dict[str, Asked]]:
    """Return by field of pairs what is asked for, in the order of the form."""
    rules, dossier = office.casework.rules_above(sight), sight.dossier
    if rules is None:
        return {}
    if dossier.kind == "review":
        return {
            "scores": {one.code: _criterion(one) for one in rules.criteria},
            "reasons": {
                one.code: Asked(FieldWords(capital(one.title), "", {}, ""), "long_text")
                for one in rules.criteria
            },
        }
    if dossier.kind == "application":
        answers = {"kind": dossier.content.get("kind", ""), **dossier.content.get("answers", {})}
        solutions = _by_name(_solutions(office.catalogue))
        return {
            "answers": {
                one.code: _asked(one, rules.words, solutions)
                for one in rules.questions
                if not one.calculation and is_asked(one, answers)
            }
        }
    return {}


def _criterion(one: Criterion) -> Asked:
    title = text("{title}, {weight:g}%", title=capital(one.title), weight=one.weight)
    return Asked(FieldWords(title, one.meaning, {}, "points"), "points")


def _asked(question: Question, called: Mapping[str, str], solutions: Mapping[str, str]) -> Asked:
    choices = {one: called.get(one, one) for one in question.choices}
    words = {"yes_no": _YES_NO, SOLUTIONS: solutions}.get(question.type, choices)
    title = capital(question.title)
    return Asked(FieldWords(title, "", dict(words), _MEASURES.get(question.type, "")), question.type)


def names_of(office: Programme, actor: Actor, dossier: Dossier) -> Mapping[str, str]:
    """Return what codes in a content are called: sources of money, parties, indicators, tasks of its book."""
    book = book_above(office, actor, dossier)
    named = [*dossier.content.get("parties", ()), *(() if book is None else book.content.get("tasks", ()))]
    codes = office.once(f"names of codes in {spoken()}", lambda: _of_codes(office))
    names = {**codes, **known_currencies(office)}
    if dossier.kind == "offer":
        names |= offer_choices(office, dossier.city)["question"]()
    if dossier.kind == "base_report":
        names |= _databases(office)
    if dossier.kind == "agreement":
        names |= _planned(office) | {code: one.title for code, one in office.sources().items()}
    if dossier.kind in _WITH_ROLES:
        agreements = office.casework.listed(actor, "agreement")
        names |= {one.dossier.code: str(one.dossier.content["title"]) for one in agreements}
    if dossier.kind in (*_WITH_ROLES, "circular"):
        names |= {**office.register.provinces(), **office.register.names()}
    if dossier.kind in _INVESTORS:
        names |= {code: said for make in mandate_choices(office).values() for code, said in make().items()}
    if dossier.kind == "interest":
        names |= _titles_of(office, actor, "mandate")
    if dossier.content.get("selection"):
        names |= _applicants(office, actor, dossier)
    return names | {one["code"]: one["title"] or one["code"] for one in named}


def _applicants(office: Programme, actor: Actor, round_: Dossier) -> dict[str, str]:
    """Return what the applications of a round are called: by their city, or by title where it has several."""
    sights = office.casework.listed(actor, "application", where={"round": round_.code})
    cities, names = Counter(one.dossier.city for one in sights), office.register.names()
    return {
        of.code: names.get(of.city, of.content["title"]) if cities[of.city] == 1 else of.content["title"]
        for of in (one.dossier for one in sights)
    }


def _of_codes(office: Programme) -> dict[str, str]:
    """Return what codes of the catalogue and of rules are called."""
    catalogue = office.catalogue
    funds = {str(one): one for one in (Name(row.name, code) for code, row in catalogue.funds.items())}
    return {
        **_of_effects(catalogue),
        **named_rows(catalogue.variables),
        **named_rows(catalogue.indicators),
        **named_rows(catalogue.funds),
        **funds,
        **office.solution_names(),
        **DOMAINS,
        **{name: rule_set(name).title for name in rule_sets()},
    }


def _of_effects(catalogue: Catalogue) -> dict[str, str]:
    """Return what the indicators of effects are called, by code."""
    return {one.indicator_code: one.title for one in catalogue.effects if one.indicator_code}


def _titles_of(office: Programme, actor: Actor, kind: str) -> dict[str, str]:
    """Return the titles of dossiers of a kind, by code, of those that their reader may see."""
    sights = office.casework.listed(actor, kind)
    return {one.dossier.code: str(one.dossier.content["title"]) for one in sights}


def _planned(office: Programme) -> dict[str, str]:
    """Return what the projects of the plan are called, each with its city, by code."""
    plan = office.adopted("plan")
    if plan is None:
        return {}
    solutions, cities = office.solution_names(), office.register.names()
    rows = plan.table.select("project", "solution", "city").iter_rows()
    return {
        project: text(
            "{project}, {place}", project=solutions.get(solution, solution), place=cities.get(city, city)
        )
        for project, solution, city in rows
    }


def _solutions(catalogue: Catalogue) -> dict[str, str]:
    """Return what the solutions of the catalogue are called, by code."""
    return {code: one.name for code, one in catalogue.solutions.items()}


def _databases(office: Programme) -> dict[str, str]:
    """Return what the base databases that the programme asks for are called, by code."""
    rows = base_databases(office.catalogue.base_data.values(), office.settings().base_data)
    return named_rows({one.code: one for one in rows})


def _by_name(names: Mapping[str, str]) -> dict[str, str]:
    """Return names by code in the order of the names, as they are said."""
    return dict(sorted(names.items(), key=lambda pair: in_order(str(say(pair[1])))))


def cities_of(office: Programme, actor: Actor) -> list[tuple[str, str]]:
    """Return the cities in which somebody has a role, by code and name."""
    names = office.register.names()
    codes = [grant.code for grant in actor.grants if grant.scope == "city"]
    return [(code, names.get(code, code)) for code in dict.fromkeys(codes)]


def experts_of(office: Programme, actor: Actor) -> list[tuple[str, str]]:
    """Return the experts that somebody may see, by account and name."""
    return [
        (one.dossier.code, str(one.dossier.content.get("display", one.dossier.code)))
        for one in office.casework.listed(actor, "account")
        if any(grant["role"] == Role.EXPERT for grant in one.dossier.content.get("grants", ()))
    ]


def currency_of(office: Programme, actor: Actor, dossier: Dossier) -> str:
    """Return the currency of a dossier's money: that of the task book it hangs on, or of the programme."""
    book = book_above(office, actor, dossier)
    return str((book and book.content.get("currency")) or office.settings().currency)


def book_above(office: Programme, actor: Actor, dossier: Dossier) -> Dossier | None:
    """Return the task book that a dossier hangs on, where its reader sees it."""
    if dossier.parent_kind != "taskbook" or not dossier.parent:
        return None
    try:
        return office.casework.opened(actor, "taskbook", dossier.parent).dossier
    except NotFoundError:
        return None
