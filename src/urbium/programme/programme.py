"""Programme: the one object a user holds; it is composed of nouns, and each of its verbs is one of theirs.

Every verb reads from the store, calls one stage, and returns that stage's frozen result.
"""

from collections.abc import Callable, Mapping
from functools import cached_property
from types import TracebackType
from typing import Any, Self

from urbium.catalogue import Catalogue
from urbium.explanation import Explanation
from urbium.periods import PeriodLike
from urbium.programme.base.catalogues import Catalogues
from urbium.programme.base.log import Log
from urbium.programme.base.outlines import Outlines
from urbium.programme.base.pilots_register import PilotsRegister
from urbium.programme.base.register import Register
from urbium.programme.base.settings import Settings
from urbium.programme.base.stages import Question, Stage
from urbium.programme.base.workspace import Workspace
from urbium.programme.cases.adoptions import Adoptions
from urbium.programme.cases.applications import Applications
from urbium.programme.cases.casework import Casework
from urbium.programme.cases.circulars import Circulars
from urbium.programme.cases.contracts import Contracts
from urbium.programme.cases.desk import Desk
from urbium.programme.cases.drafts import Drafts
from urbium.programme.cases.figures import Figures
from urbium.programme.cases.news import News
from urbium.programme.cases.reviews import Reviews
from urbium.programme.cases.rules.base_data import BaseData
from urbium.programme.cases.suspects import Suspects
from urbium.programme.cases.track import Track
from urbium.programme.jobs import Jobs
from urbium.programme.money.finances import Finances
from urbium.programme.money.market import Market
from urbium.programme.money.spending import Spending
from urbium.programme.people.outbox import Outbox
from urbium.programme.people.passkeys import Passkeys
from urbium.programme.people.people import People
from urbium.programme.people.providers import Providers
from urbium.programme.platform.city_services import CityServices
from urbium.programme.platform.exchange import Exchange
from urbium.programme.platform.feeds import Feeds
from urbium.programme.platform.harvests import Harvests
from urbium.programme.platform.live import Live
from urbium.programme.platform.operations import Operations
from urbium.programme.platform.places_context import PlacesContext
from urbium.programme.platform.problem_reports import ProblemReports
from urbium.programme.platform.resources import Resources
from urbium.programme.platform.sensor_watch import SensorWatch
from urbium.programme.publishing.documents import Documents
from urbium.programme.publishing.open_publishing import OpenPublishing
from urbium.programme.publishing.publications import Publications
from urbium.programme.results.claims import Claims
from urbium.programme.results.doctor import Doctor
from urbium.programme.results.explain import explain, explain_observation
from urbium.programme.results.options import Options
from urbium.programme.results.outlook import ProgrammeOutlook
from urbium.programme.results.plans import ProgrammePlans
from urbium.programme.results.scores import ProgrammeScores
from urbium.programme.results.talent import Talent
from urbium.programme.verb import Verb
from urbium.result import Result
from urbium.store import Answer, Store


class Programme:
    """A national programme: its register, its figures, and every stage from measuring to publishing.

    Parameters
    ----------
    store : where everything is kept
    catalogue : what is declared (variables, indicators, solutions, funds, rules); what the store keeps, over
        what urbium declares, unless given
    """

    def __init__(self, store: Store, catalogue: Catalogue | None = None) -> None:
        self.store = store
        self.workspace = Workspace(store, catalogue, self._remake)

    def __repr__(self) -> str:
        return f"Programme of {self.summary()['cities']} cities in {self.store}"

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the store."""
        self.store.close()

    @property
    def catalogue(self) -> Catalogue:
        """What is declared: variables, indicators, solutions, funds, rules."""
        return self.workspace.catalogue

    def catalogue_of(self, stage: str) -> Catalogue:
        """Return the catalogue that the adopted result of a stage stands on; today's where there is none."""
        return self.workspace.catalogue_of(stage)

    # The nouns

    @cached_property
    def settings(self) -> Settings:
        """Name, nation, money, languages, words and map of the programme; called, it returns them."""
        return Settings(self.workspace)

    @cached_property
    def outlines(self) -> Outlines:
        """The outline of the programme's maps."""
        return Outlines(self.workspace, self.register, self.settings)

    @cached_property
    def catalogues(self) -> Catalogues:
        """The catalogue of the programme: imported, exported, retired from, and its versions."""
        return Catalogues(self.workspace, self.register, self.settings)

    @cached_property
    def doctor(self) -> Doctor:
        """What each stage needs, what of it is there, and what to do for what is missing; called, it says."""
        return Doctor(self.workspace, self.register, self.settings)

    @cached_property
    def register(self) -> Register:
        """Cities, pilots, sources and figures; called, it adds to them."""
        return Register(self.workspace)

    @cached_property
    def scores(self) -> ProgrammeScores:
        """Measurements, and what is asked of the adopted one."""
        return ProgrammeScores(self.workspace, self.register)

    @cached_property
    def outlook(self) -> ProgrammeOutlook:
        """Forecasts of people, ages, work and services."""
        return ProgrammeOutlook(self.workspace, self.register)

    @cached_property
    def plans(self) -> ProgrammePlans:
        """Roadmaps and plans: made, adopted, kept, compared, explained; called, it lists the kept ones."""
        return ProgrammePlans(self.workspace, self.register, self.outlook.shortages, self.settings)

    @cached_property
    def options(self) -> Options:
        """What could be decided instead of the adopted plan, and how it may turn out."""
        return Options(self.workspace, self.plans)

    @cached_property
    def finances(self) -> Finances:
        """What plans cost, and what their projects are worth."""
        return Finances(self._desk, self.contracts)

    @cached_property
    def spending(self) -> Spending:
        """What becomes of planned money, and what a plan asks beside what was ever spent."""
        return Spending(self._desk)

    @cached_property
    def talent(self) -> Talent:
        """People: who is needed by the plan, who is there, what is short and what helps."""
        return Talent(self.workspace, self.register, self.plans, self.settings)

    @cached_property
    def track(self) -> Track:
        """What became of plans: progress, early warnings, lessons, and a plan from there."""
        return Track(self._desk, self.options)

    @cached_property
    def publications(self) -> Publications:
        """Open files, workbooks and bundles."""
        return Publications(
            self.workspace, self.register, self.scores, self.outlook, self.plans, finances=self.finances
        )

    @cached_property
    def open_data(self) -> OpenPublishing:
        """Publications in open formats, pinned and kept for good."""
        return OpenPublishing(self._desk, self.casework, self.finances)

    @cached_property
    def documents(self) -> Documents:
        """Designs, briefs, pages and yearbooks for people."""
        return Documents(self._desk, self.casework, self.market, self.pilots_register, self.finances)

    @cached_property
    def casework(self) -> Casework:
        """Rounds, applications, reviews, agreements, task books, reports and grades, as people see them."""
        return Casework(self.workspace, self._desk)

    @cached_property
    def circulars(self) -> Circulars:
        """Letters of the office to many cities."""
        return Circulars(self._desk)

    @cached_property
    def drafts(self) -> Drafts:
        """What people have typed into the forms of dossiers and not sent."""
        return Drafts(self.workspace, self.casework)

    @cached_property
    def news(self) -> News:
        """What has changed since a day, as somebody may see it."""
        return News(self._desk, self.casework)

    @cached_property
    def contracts(self) -> Contracts:
        """What is due, what is to be looked at, grades and their certificates."""
        return Contracts(self._desk, self.casework)

    @cached_property
    def applications(self) -> Applications:
        """Forms of applications, what is filled in and what is wrong, and attached files."""
        return Applications(self._desk, self.casework)

    @cached_property
    def reviews(self) -> Reviews:
        """Experts assigned to applications, and what the reviews of a round say."""
        return Reviews(self._desk, self.casework)

    @cached_property
    def adoptions(self) -> Adoptions:
        """Results that are proposed for adoption, which somebody else decides."""
        return Adoptions(self.workspace, self.casework)

    @cached_property
    def market(self) -> Market:
        """Projects before investors, mandates, and how they match."""
        return Market(self._desk, self.casework, self.finances)

    @cached_property
    def resources(self) -> Resources:
        """The catalogue of resources of the cities: data sets, services and feeds."""
        return Resources(self._desk, self.casework)

    @cached_property
    def harvests(self) -> Harvests:
        """Catalogues of cities that are harvested, and what differs from what is held."""
        return Harvests(self._desk, self.casework)

    @cached_property
    def exchange(self) -> Exchange:
        """Data that is handed out on approved requests."""
        return Exchange(self._desk, self.casework)

    @cached_property
    def base_data(self) -> BaseData:
        """The base databases of the cities: how complete, linked and up to date they are."""
        return BaseData(self._desk)

    @cached_property
    def pilots_register(self) -> PilotsRegister:
        """Pilots, special projects and organisations, and how many there are."""
        return PilotsRegister(self.workspace)

    @cached_property
    def claims(self) -> Claims:
        """What others stated in figures, held against the stored series."""
        return Claims(self.workspace, self.register)

    @cached_property
    def _desk(self) -> Desk:
        return Desk(self.workspace, self.settings, self.register, self.scores, self.outlook, self.plans)

    @cached_property
    def people(self) -> People:
        """Accounts, and how they sign in."""
        return People(self.workspace, self.casework)

    @cached_property
    def log(self) -> Log:
        """Who changed what, when and why."""
        return Log(self.workspace)

    @cached_property
    def passkeys(self) -> Passkeys:
        """Signing in by a key that a device keeps."""
        return Passkeys(self._desk, self.people)

    @cached_property
    def providers(self) -> Providers:
        """Signing in by an OpenID provider."""
        return Providers(self._desk, self.people)

    @cached_property
    def outbox(self) -> Outbox:
        """Letters to people: listed, reminders written, sent."""
        return Outbox(self._desk, self.casework, self.people)

    @cached_property
    def feeds(self) -> Feeds:
        """Where live values come from: how feeds are, their tokens, and what they send."""
        return Feeds(self._desk, self.casework)

    @cached_property
    def _sensors(self) -> SensorWatch:
        return SensorWatch(self._desk, self.casework, self.feeds)

    @cached_property
    def live(self) -> Live:
        """The work on what feeds send: stored, measured by rules, watched."""
        return Live(self._desk, self.casework, self.feeds, self.context.rules, self._sensors)

    @cached_property
    def city_services(self) -> CityServices:
        """Requests of citizens, by Open311."""
        return CityServices(self._desk, self.feeds, self.problem_reports)

    @cached_property
    def problem_reports(self) -> ProblemReports:
        """Problems that citizens report, and what cities make of them."""
        return ProblemReports(self._desk)

    @cached_property
    def operations(self) -> Operations:
        """What goes on in the cities now, and alerts."""
        return Operations(self._desk, self.casework, self.feeds, self.live, self._sensors)

    @cached_property
    def figures(self) -> Figures:
        """Figures as people bring them in, and suspect ones that they accept or reject."""
        return Figures(self._desk, self.casework)

    @cached_property
    def suspects(self) -> Suspects:
        """Suspect figures in groups, each decided at once, and decisions that are undone."""
        return Suspects(self._desk)

    @cached_property
    def context(self) -> PlacesContext:
        """The things of places as entities, now and over time, and who is told of changes."""
        return PlacesContext(self.workspace, self.settings, self.register, self.people)

    @cached_property
    def jobs(self) -> Jobs:
        """Long work that people ask for, and a worker does."""
        return Jobs(self.workspace, self)

    def answered(
        self,
        account: str,
        key: str,
        request: object,
        change: Callable[[], tuple[int, dict[str, str], str]],
        *,
        now: int,
    ) -> tuple[int, dict[str, str], str]:
        """Make a change and keep its answer, or return the one that this account's key had before.

        The parameters are those of the store's answers: ``request`` is what is asked for, ``now`` the present
        in microseconds since 1970; the answer is status, headers and body.
        """
        return self.store.answers.once(account, key, request, lambda: Answer(*change()), now=now)

    # Adopting, and saying why

    adopt = Verb("workspace", Workspace.adopt)
    adopted = Verb("workspace", Workspace.adopted)
    required = Verb("workspace", Workspace.required)
    outdated = Verb("workspace", Workspace.outdated)
    once = Verb("workspace", Workspace.once)

    def explain(
        self, city: str, what: str = "score", name: str = "", *, period: PeriodLike = "", area: str = ""
    ) -> Explanation:
        """Say how a figure of a city came about, down to file, sheet and cell.

        Parameters
        ----------
        city : the city's code or English name
        what : ``score``, ``population`` (outlook), ``nation`` (how all add up), ``ages``, ``households``,
            ``workforce``, ``pressure`` (on a service), ``figure`` (an observation) or ``project`` (why or
            not); see :data:`urbium.programme.base.stages.EXPLAINED`
        name : the variable of a figure, the solution of a project, the service of a pressure, the series of
            the workforce, or a part of the nation (``urban``)
        period : the period of a figure, the year of ages; the latest when empty
        area : the boundary of a figure; the one its variable declares when empty
        """
        question = Question(self.register.city(city).code, name, str(period))
        return explain(self, question, what=what, area=area)

    def explain_observation(
        self, city: str, variable: str, period: PeriodLike = "", area: str = ""
    ) -> Explanation:
        """Say where one stored figure comes from; its earlier versions are its children."""
        return explain_observation(self, city, variable, period, area)

    def summary(self) -> dict[str, int | str]:
        """Return the key figures of the store."""
        counts = self.workspace.once("summary", self.register.summary)
        return {"name": self.settings.name(), **counts, "pilots": self.register.pilots().height}

    publish = Verb("open_data", OpenPublishing.publish)

    # What is declared

    import_catalogue = Verb("catalogues", Catalogues.bring)
    export_catalogue = Verb("catalogues", Catalogues.export)
    retire = Verb("catalogues", Catalogues.retire)
    catalogue_history = Verb("catalogues", Catalogues.history)

    # What takes part, and what is brought in

    places = Verb("register", Register.places)
    cities = Verb("register", Register.cities)
    city = Verb("register", Register.city)
    nation = Verb("register", Register.nation)
    pilots = Verb("register", Register.pilots)
    sources = Verb("register", Register.sources)
    observations = Verb("register", Register.observations)
    faults = Verb("register", Register.faults)
    figures_of = Verb("register", Register.figures_of)
    all_faults = Verb("register", Register.all_faults)
    disagreements = Verb("register", Register.disagreements)
    register_file = Verb("register", Register.register_file)
    check_register = Verb("register", Register.check_register)
    template = Verb("register", Register.template)
    check = Verb("register", Register.check)
    load = Verb("register", Register.load)
    draft_mapping = Verb("register", Register.draft_mapping)
    load_ages = Verb("register", Register.load_ages)
    record = Verb("register", Register.record)
    arrivals = Verb("register", Register.arrivals)
    accept = Verb("register", Register.accept)
    reject = Verb("register", Register.reject)
    check_claims = Verb("claims", Claims.check)

    # Measuring

    measure = Verb("scores", ProgrammeScores.measure)
    analyse = Verb("scores", ProgrammeScores.analyse)
    what_if = Verb("scores", ProgrammeScores.what_if)
    panel = Verb("scores", ProgrammeScores.panel)
    profile = Verb("scores", ProgrammeScores.profile)
    non_reporting = Verb("scores", ProgrammeScores.non_reporting)
    best = Verb("scores", ProgrammeScores.best)
    gap = Verb("scores", ProgrammeScores.gap)
    reversals = Verb("scores", ProgrammeScores.reversals)
    data_priorities = Verb("scores", ProgrammeScores.data_priorities)
    needed_figures = Verb("scores", ProgrammeScores.needed_figures)
    anomalies = Verb("scores", ProgrammeScores.anomalies)
    sensitivity = Verb("scores", ProgrammeScores.sensitivity)

    # Projecting

    forecast = Verb("outlook", ProgrammeOutlook.forecast)
    conditional = Verb("outlook", ProgrammeOutlook.conditional)
    ahead = Verb("outlook", ProgrammeOutlook.part)
    how_we_did = Verb("outlook", ProgrammeOutlook.how_we_did)

    # Planning

    roadmap = Verb("plans", ProgrammePlans.roadmap)
    plan = Verb("plans", ProgrammePlans.solve)
    keep_plan = Verb("plans", ProgrammePlans.keep)
    plan_called = Verb("plans", ProgrammePlans.called)
    compare = Verb("plans", ProgrammePlans.compare)
    certify = Verb("plans", ProgrammePlans.certify)
    why = Verb("plans", ProgrammePlans.why)
    plan_tables = Verb("plans", ProgrammePlans.tables)
    marginal_values = Verb("plans", ProgrammePlans.marginal_values)
    delay = Verb("plans", ProgrammePlans.delay)
    similarity = Verb("plans", ProgrammePlans.similarity)
    solution_names = Verb("plans", ProgrammePlans.solution_names)
    alternatives = Verb("options", Options.alternatives)
    risk = Verb("options", Options.risk)
    robust_plan = Verb("options", Options.robust)
    surveys = Verb("options", Options.surveys)
    pareto = Verb("options", Options.pareto)
    replan = Verb("options", Options.replan)
    finance = Verb("finances", Finances.costs)
    appraise = Verb("finances", Finances.appraise)

    # Looking after pilots

    alarms = Verb("contracts", Contracts.alarms)
    verify_certificate = Verb("contracts", Contracts.verify_certificate)

    # Handing out

    export = Verb("publications", Publications.export)
    bundle = Verb("publications", Publications.scores_bundle)
    workbook = Verb("publications", Publications.scores_book)
    outlook_book = Verb("publications", Publications.outlook_book)
    plan_book = Verb("publications", Publications.plan_book)
    plan_workbook = Verb("publications", Publications.plan_workbook)

    def _remake(self, stage: Stage, kept: Mapping[str, Any], catalogue: Catalogue | None) -> Result:
        return stage.make(self if catalogue is None else Programme(self.store, catalogue), kept)
