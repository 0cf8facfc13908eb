"""Doctor: what each stage needs of a programme, what of it is there, and what the missing parts would need.

What a stage needs is declared (``rules/stage_needs.csv``) by roles; which variables fill them, too.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Final

import polars as pl

from urbium.catalogue.price_index import PRICE_INDEX, missing_levels
from urbium.catalogue.scope import PLAN_TABLE, Borrowed, borrowed
from urbium.catalogue.tables.table_kinds import TABLES
from urbium.errors import InputError, few
from urbium.model import NATION, StageNeed
from urbium.observations.in_force import figures_in_force
from urbium.observations.roles import missing_remedy, stage_needs
from urbium.programme.base.age_counts import NATIONAL
from urbium.programme.base.labels import level
from urbium.programme.base.register import Register
from urbium.programme.base.settings import Settings
from urbium.programme.base.workspace import Workspace
from urbium.programme.results.city_ages import counted_cities
from urbium.text import Text, declared, listed, sentences, text, texts

FOREIGN: Final = "foreign"
"""The state of numbers that hold and were made for another nation."""

_ALL: Final = (
    "register",
    "scores",
    "population",
    "nation",
    "workforce",
    "ages",
    "households",
    "pressure",
    "plan",
)
"""The stages in the order in which they build on each other."""

_REGISTER_NATION: Final = text(
    "create the programme with --nation CODE, or register one place with the level nation"
)


@dataclass(frozen=True, slots=True)
class Finding:
    """What a stage has or lacks of one thing it needs.

    Parameters
    ----------
    stage, what : the stage, and what it is for
    state : ``there``, ``missing`` (the stage cannot be made), ``lacking`` (it is poorer without), or
        ``foreign`` (it holds, and was made for another nation)
    known : what is there, in words
    remedy : what to do; empty for what is there
    roles : the roles that would do, each way of several
    variables : of scores, the variables that the nearest index lacks; of pressure, one that would do
    """

    stage: str
    what: str
    state: str
    known: str
    remedy: str = ""
    roles: tuple[tuple[str, ...], ...] = ()
    variables: tuple[str, ...] = ()


class Doctor:
    """Says for each stage what it needs, what of it is there, and what to do for what is missing."""

    def __init__(self, workspace: Workspace, register: Register, settings: Settings) -> None:
        self._workspace = workspace
        self._register = register
        self._settings = settings
        self._store = workspace.store

    def __call__(self) -> list[Finding]:
        """Return the findings, stage by stage."""
        findings = [*self._of_others(), *self._cities(), *self._scores()]
        needs = stage_needs()
        for stage in _ALL:
            findings += self._of_stage([need for need in needs if need.stage == stage])
        return [*findings, *self._labour(), *self._letters(), *self._address()]

    def borrowed_by_plans(self) -> list[Borrowed]:
        """Return those of the numbers made for another nation that plans are made of."""
        return [row for row in self.borrowed() if row.table == PLAN_TABLE]

    def borrowed(self) -> list[Borrowed]:
        """Return the numbers made for another nation that hold here for want of the programme's own."""
        nations = self._register.places().filter(level=NATION)["code"].to_list()
        return borrowed(self._workspace.catalogue, {self._settings().nation, *nations} - {""})

    def _of_others(self) -> list[Finding]:
        what = text("the nation's own numbers")
        return [Finding("assumptions", what, FOREIGN, row.words, row.remedy) for row in self.borrowed()]

    def _labour(self) -> list[Finding]:
        """Name the solutions for which a source counts more people than their cost pays."""
        from urbium.talent import PHASES, unpaid_in_catalogue  # noqa: PLC0415 - talent is heavy

        named = unpaid_in_catalogue(self._workspace.catalogue, PHASES)
        what = text("solutions whose costs cover the posts they need")
        too_low = text("too low for {solutions:list}", solutions=named)
        remedy = text("declare their cost, wage or posts in solutions.csv from your own sources")
        return [Finding("plan", what, "lacking", too_low, remedy)] if named else []

    def _letters(self) -> list[Finding]:
        """Name what no PDF of this machine can write: names with letters that no font here has."""
        what = text("PDF files that can show all names")
        try:
            from urbium.publish.documents.fonts import fonts_beside, named_letters  # noqa: PLC0415
        except InputError as error:  # the extra is not installed
            return [Finding("documents", what, "lacking", error.message, error.remedy)]
        places = self._register.places()
        names: dict[str, str] = {text("name of the programme"): self._settings.name()}
        for column in places.select(pl.col("^(name|province)_.*$")).columns:
            named = places.drop_nulls(column).select("code", column)
            names |= {f"{column} of {code}": name for code, name in named.iter_rows()}
        _, lacking = fonts_beside(names)
        if not lacking:
            return []
        unwritten = [field for field, name in names.items() if not lacking.isdisjoint(name)]
        return [
            Finding(
                "documents",
                what,
                "lacking",
                text("no font on this machine has {letters:list}, which are needed to write {fields}",
                     letters=named_letters(lacking), fields=few(unwritten)),
                text(
                    "install a font that has these letters, such as the package fonts-noto-core; "
                        "documents in .docx, .html and .md format do not need the font"
                ),
            )
        ]  # fmt: skip

    def _address(self) -> list[Finding]:
        """Say that readers cannot write to anybody, where no address is stated."""
        if self._settings().sender:
            return []
        return [
            Finding(
                "publication",
                text("an address to which readers can write"),
                "lacking",
                text("none is stated"),
                text("state your own address: urbium settings --sender office@example.org"),
            )
        ]

    def _of_stage(self, needs: Sequence[StageNeed]) -> list[Finding]:
        """Return the findings of a stage; where one of several needs is met, the others are not missing."""
        pairs = [(need, self._finding(need)) for need in needs]
        is_met = any(need.is_one_of and finding.state == "there" for need, finding in pairs)
        return [
            replace(finding, state="lacking")
            if is_met and need.is_one_of and finding.state == "missing"
            else finding
            for need, finding in pairs
        ]

    def table(self) -> pl.DataFrame:
        """Return the findings as a table: stage, state, what, known, remedy."""
        rows = [(row.stage, row.state, str(row.what), str(row.known), str(row.remedy)) for row in self()]
        return pl.DataFrame(
            rows, schema=dict.fromkeys(("stage", "state", "what", "known", "remedy"), pl.String), orient="row"
        )

    def ready(self) -> dict[str, bool]:
        """Return for each stage whether everything it cannot do without is there."""
        findings = [finding for finding in self() if finding.state != FOREIGN]
        stages = {finding.stage: True for finding in findings}
        register = True
        for finding in findings:
            if finding.state == "missing":
                stages[finding.stage] = False
                register = register and finding.stage != "register"
        return {stage: is_ready and register for stage, is_ready in stages.items()}

    def _cities(self) -> list[Finding]:
        """Say whether places take part: cities, and the nation."""
        cities = self._register.cities()
        places = self._register.places()
        nations = places.filter(level=NATION)["code"].to_list()
        count = texts("{count} city", "{count:,} cities", count=cities.height)
        levels = cities["level"].unique().sort().to_list()
        if levels:
            said = [level(code, self._settings.word(f"level {code}")) for code in levels]
            count = text("{cities} (level: {levels:list})", cities=count, levels=said)
        placed = cities.drop_nulls(["latitude", "longitude"]).height
        return [
            _found(
                "register",
                text("cities that take part"),
                count,
                is_there=cities.height > 0,
                remedy=text(
                    "register them with urbium register FILE (code, name_en, level, latitude, longitude)"
                ),
            ),
            _found(
                "register",
                text("locations of the cities, for maps"),
                text("{placed:,} of {all:,} cities", placed=placed, all=cities.height),
                is_there=placed == cities.height > 0,
                is_needed=False,
                remedy=text("register the cities with latitude and longitude"),
            ),
            _found(
                "register",
                text('the nation: a place whose level is "nation"'),
                listed(nations) if nations else text("none"),
                is_there=len(nations) == 1,
                is_needed=False,
                remedy=_REGISTER_NATION,
            ),
        ]

    def _scores(self) -> list[Finding]:
        """Say which indices could be measured at all, by the variables that have figures."""
        reported = set(self._register.observations()["variable"].unique())
        lacking = {name: self._lacking(name, reported) for name in self._workspace.catalogue.indices}
        enough = [
            name
            for name, (share, _) in lacking.items()
            if share >= self._workspace.catalogue.indices[name].availability
        ]
        if not lacking:
            count = text("none")
            remedy = text("declare your own index (for an example: urbium catalogue start FOLDER)")
            names: Sequence[str] = ()
        else:
            best = min(lacking, key=lambda name: (-lacking[name][0], len(lacking[name][1])))
            share, names = lacking[best]
            count = text("{index} comes closest: {share:.0%} of its indicators are known",
                         index=best, share=share)  # fmt: skip
            remedy = text(
                "load figures for {names:list}, or declare your own index (for an example: urbium "
                "catalogue start FOLDER)",
                names=names,
            )
        finding = _found(
            "scores",
            text("an index whose indicators are known"),
            listed(enough) if enough else count,
            is_there=bool(enough),
            remedy=remedy,
        )
        return [replace(finding, variables=() if enough else tuple(names))]

    def _lacking(self, index: str, reported: Collection[str]) -> tuple[float, list[str]]:
        """Return the share of an index's indicators that are known, and which variables the others need."""
        indicators = self._workspace.catalogue.indicators
        leaves = self._workspace.catalogue.indices[index].indicators
        unknown = [leaf for leaf in leaves if not set(indicators[leaf].variables) <= set(reported)]
        share = 1 - len(unknown) / max(len(leaves), 1)
        names = dict.fromkeys(name for leaf in unknown for name in indicators[leaf].variables)
        return share, [name for name in names if name not in reported]

    def _finding(self, need: StageNeed) -> Finding:
        """Say of one thing a stage needs whether it is there."""
        if need.least == "settings":
            return self._setting(need)
        if need.least == "place":
            return _found(
                need.stage,
                _gives(need),
                self._nation_code() or text("none"),
                is_there=bool(self._nation_code()),
                is_needed=need.is_needed,
                remedy=_REGISTER_NATION,
            )
        if need.least == "capacity":
            return self._capacity(need)
        if need.least == "ages":
            return self._ages(need)
        if need.least == "city_ages":
            counted = counted_cities(
                self._register,
                self._register.run(year=1, to=1) | {"cities": self._register.cities()["code"].to_list()},
            )
            return _found(
                need.stage,
                _gives(need),
                listed(counted) if counted else text("none"),
                is_there=bool(counted),
                is_needed=need.is_needed,
                remedy=text(
                    "load two counts by age for one city, with the same boundary, using urbium load-ages FILE"
                ),
            )
        reported_of = {role: self._reported(role, need.least) for way in need.ways for role in way}
        full = [way for way in need.ways if set.intersection(*(reported_of[role] for role in way))]
        if need.least == "growth" and not any(map(_grows, reported_of.values())):
            full = []
        roles = self._workspace.catalogue.roles
        counts = [
            texts(
                "{name}: {count} figure",
                "{name}: {count:,} figures",
                count=len(places),
                name=roles.name(role),
            )
            for role, places in reported_of.items()
            if places
        ] or [text("no figure")]
        ways = [missing_remedy(roles, way) for way in need.ways]
        remedy = ways[0]
        for way in ways[1:]:
            remedy = text("{first}; or {second}", first=remedy, second=way)
        finding = _found(
            need.stage,
            _gives(need),
            sentences(counts),
            is_there=bool(full),
            is_needed=need.is_needed,
            remedy=text("{remedy} ({note})", remedy=remedy, note=declared(need.note))
            if need.note
            else remedy,
        )
        return replace(finding, roles=need.ways)

    def _ages(self, need: StageNeed) -> Finding:
        """Say whether counts by age and sex are stored, and whose they are."""
        version = self._register.age_counts.newest(NATIONAL)
        places = (
            self._register.age_counts.nation(version)[0]["place"].unique(maintain_order=True).to_list()
            if version
            else []
        )
        nation = self._nation_code()
        return _found(
            need.stage,
            _gives(need),
            text("for {places:list}", places=places) if places else text("none"),
            is_there=bool(places) and nation in {"", *places},
            is_needed=need.is_needed,
            remedy=text(
                "load counts by age and sex, births, deaths and migration for {nation} with urbium "
                "load-ages FILE (place, variable, period, sex, age, value, unit, status, area, "
                "source_id)",
                nation=nation or text("the nation"),
            ),
        )

    def _capacity(self, need: StageNeed) -> Finding:
        """Say of which services it is known how much there is."""
        norms = self._workspace.catalogue.norms.values()
        reported = set(self._register.observations()["variable"].unique())
        counted = dict.fromkeys(norm.service for norm in norms if reported & set(norm.capacity))
        variables = list(dict.fromkeys(name for norm in norms for name in norm.capacity[:1]))
        finding = _found(
            need.stage,
            _gives(need),
            listed(list(counted)) if counted else text("none"),
            is_there=bool(counted),
            is_needed=need.is_needed,
            remedy=text(
                "load figures for {names}, or declare norms for your own services in {file} in a catalogue",
                names=few(variables),
                file=TABLES["norms"].written,
            ),
        )
        return replace(finding, variables=() if counted else tuple(variables[:1]))

    def _setting(self, need: StageNeed) -> Finding:
        from urbium.plan.inputs import undeclared  # noqa: PLC0415 - loads the planner

        for fault in undeclared(self._workspace.catalogue):
            what = text("what the catalogue declares")
            return _found(need.stage, what, fault.message, is_there=False, remedy=fault.remedy)
        settings, exchange = self._settings(), self._settings.exchange()
        currency = settings.currency
        catalogue = self._workspace.catalogue
        moneys = {row.currency for row in catalogue.occupations.values()}
        moneys |= {row.cost_unit.currency for row in catalogue.solutions.values()}
        without = [name for name in sorted(moneys) if currency and not exchange.knows(name, currency)]
        if without:
            return _found(
                need.stage,
                text("exchange rates for amounts declared in the catalogue"),
                currency,
                is_there=False,
                remedy=text(
                    "supply the exchange rate to {names:list}, with its date and source: urbium "
                    "settings --rate 'RATE {currency}/{first} YEAR SOURCE'",
                    names=without,
                    currency=currency,
                    first=without[-1],
                ),
            )
        levels = self._missing_levels()
        if levels:
            return _found(
                need.stage,
                text("price levels, to convert costs to those of {year}",
                     year=settings.price_year),
                text("without {names:list}", names=levels),
                is_there=False,
                remedy=text(
                    "declare the assumption {name} with its source (urbium catalogue import FOLDER "
                    "--add), or plan at another year's prices: urbium settings --price-year YEAR",
                    name=levels[0]
                ),
            )  # fmt: skip
        return _found(
            need.stage,
            _gives(need),
            currency or text("none"),
            is_there=bool(currency),
            is_needed=False,
            remedy=text(
                "urbium settings --currency CODE; without this setting, a plan uses the currency "
                "of its budget"
            ),
        )

    def _missing_levels(self) -> list[str]:
        """Return the levels of prices without which costs cannot be moved to the programme's price year."""
        year, catalogue = self._settings().price_year, self._workspace.catalogue
        if not year.isdigit():
            return []
        names = {
            f"{PRICE_INDEX}{row.cost_unit.currency}.{missing}"
            for row in catalogue.solutions.values()
            for missing in missing_levels(
                catalogue.assumptions, row.cost_unit.currency, row.price_year, int(year)
            )
        }
        return sorted(names)

    def _nation_code(self) -> str:
        nations = self._register.places().filter(level=NATION)["code"].to_list()
        return nations[0] if len(nations) == 1 else ""

    def _reported(self, role: str, of: str) -> set[tuple[str, str]]:
        """Return place and period of each figure in force that fills a role; stages ask for the same."""
        return self._workspace.once(f"figures of {role} of {of}", lambda: self._read(role, of))

    def _read(self, role: str, of: str) -> set[tuple[str, str]]:
        names = list(self._workspace.catalogue.roles.variables(role))
        nations = set(self._register.places().filter(level=NATION)["code"])
        cities = set(self._register.cities()["code"])
        wanted = nations if of == NATION else cities
        figures = figures_in_force(
            self._register.observations(variables=names), self._workspace.catalogue.variables
        )
        areas = {name: self._workspace.catalogue.variables[name].area for name in names}
        own_area = pl.col("variable").replace_strict(areas, default=None, return_dtype=pl.String)
        figures = (
            figures.filter(
                pl.col("city").is_in(list(wanted)), pl.col("area") == own_area, pl.col("value") > 0
            )
            if names
            else figures.clear()
        )
        return set(figures.select("city", "period").iter_rows())


def _grows(reported: Collection[tuple[str, str]]) -> bool:
    """Say whether a place reports two years, from which growth is read."""
    return len({place for place, _ in reported}) < len(reported)


def _found(
    stage: str, what: str, known: str, *, is_there: bool, remedy: str, is_needed: bool = True
) -> Finding:
    state = "there" if is_there else "missing" if is_needed else "lacking"
    return Finding(stage, what, state, known, "" if is_there else remedy)


def _gives(need: StageNeed) -> Text:
    """Return what a need gives a stage."""
    return declared(need.gives)
