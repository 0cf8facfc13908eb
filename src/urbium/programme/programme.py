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
from urbium.programme.base.age_counts import AgeCounts
from urbium.programme.base.catalogues import Catalogues
from urbium.programme.base.log import Log
from urbium.programme.base.outlines import Outlines
from urbium.programme.base.own_words import words_of
from urbium.programme.base.pilots_register import PilotsRegister
from urbium.programme.base.register import Register
from urbium.programme.base.settings import Settings
from urbium.programme.base.stages import Question, Stage
from urbium.programme.base.workspace import Workspace
from urbium.programme.cases.adoptions import Adoptions
from urbium.programme.cases.applications import Applications
from urbium.programme.cases.attachments import Attachments
from urbium.programme.cases.casework import Casework
from urbium.programme.cases.circulars import Circulars
from urbium.programme.cases.contracts import Contracts
from urbium.programme.cases.desk import Desk
from urbium.programme.cases.drafts import Drafts
from urbium.programme.cases.figures import Figures
from urbium.programme.cases.news import News
from urbium.programme.cases.next_decision import NextDecision
from urbium.programme.cases.reviews import Reviews
from urbium.programme.cases.rules.base_data import BaseData
from urbium.programme.cases.setting_changes import SettingChanges
from urbium.programme.cases.source_files import SourceFiles
from urbium.programme.cases.suspects import Suspects
from urbium.programme.cases.track import Track
from urbium.programme.jobs import Jobs
from urbium.programme.money.finances import Finances
from urbium.programme.money.market import Market
from urbium.programme.money.spending import Spending
from urbium.programme.people.following import Following
from urbium.programme.people.outbox import Outbox
from urbium.programme.people.passkeys import Passkeys
from urbium.programme.people.people import People
from urbium.programme.people.providers import Providers
from urbium.programme.platform.city_news import CityNews
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
from urbium.programme.results.plan_reasons import PlanReasons
from urbium.programme.results.plans import ProgrammePlans
from urbium.programme.results.scores import ProgrammeScores
from urbium.programme.results.talent import Talent
from urbium.programme.verb import Noun, Verb
from urbium.result import Result
from urbium.store import Answer, Store
from urbium.text import Text


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

    # The nouns, each made when it is first asked for

    settings = Noun(Settings, "workspace")
    outlines = Noun(Outlines, "workspace", "register", "settings")
    catalogues = Noun(Catalogues, "workspace", "register", "settings")
    doctor = Noun(Doctor, "workspace", "register", "settings")
    register = Noun(Register, "workspace")
    scores = Noun(ProgrammeScores, "workspace", "register")
    outlook = Noun(ProgrammeOutlook, "workspace", "register")
    plans = Noun(ProgrammePlans, "workspace", "register", "outlook.shortages", "settings")
    plan_reasons = Noun(PlanReasons, "workspace", "register", "settings")
    options = Noun(Options, "workspace", "plans")
    finances = Noun(Finances, "_desk", "contracts")
    spending = Noun(Spending, "_desk")
    talent = Noun(Talent, "workspace", "register", "plans", "settings")
    track = Noun(Track, "_desk", "options")
    publications = Noun(Publications, "_desk", "finances")
    open_data = Noun(OpenPublishing, "_desk", "casework", "finances")
    documents = Noun(Documents, "_desk", "casework", "market", "pilots_register", "finances")
    casework = Noun(Casework, "workspace", "_desk")
    circulars = Noun(Circulars, "_desk")
    drafts = Noun(Drafts, "workspace", "casework")
    news = Noun(News, "_desk", "casework")
    contracts = Noun(Contracts, "_desk", "casework")
    applications = Noun(Applications, "_desk", "casework")
    attachments = Noun(Attachments, "_desk", "casework")
    reviews = Noun(Reviews, "_desk", "casework")
    adoptions = Noun(Adoptions, "workspace", "casework")
    setting_changes = Noun(SettingChanges, "settings", "casework")
    market = Noun(Market, "_desk", "casework", "finances")
    resources = Noun(Resources, "_desk", "casework")
    harvests = Noun(Harvests, "_desk", "casework")
    exchange = Noun(Exchange, "_desk", "casework")
    base_data = Noun(BaseData, "_desk")
    pilots_register = Noun(PilotsRegister, "workspace")
    claims = Noun(Claims, "workspace", "register")
    _desk = Noun(Desk, "workspace", "settings", "register", "scores", "outlook", "plans", "plan_reasons")
    people = Noun(People, "workspace", "casework")
    log = Noun(Log, "workspace")
    passkeys = Noun(Passkeys, "_desk", "people")
    providers = Noun(Providers, "_desk", "people")
    following = Noun(Following, "_desk")
    outbox = Noun(Outbox, "_desk", "casework", "people")
    feeds = Noun(Feeds, "_desk", "casework")
    _sensors = Noun(SensorWatch, "_desk", "casework", "feeds")
    live = Noun(Live, "_desk", "casework", "feeds", "context.rules", "_sensors")
    city_services = Noun(CityServices, "_desk", "feeds", "problem_reports")
    problem_reports = Noun(ProblemReports, "_desk")
    city_news = Noun(CityNews, "_desk", "casework", "news", "problem_reports")
    operations = Noun(Operations, "_desk", "casework", "feeds", "live", "_sensors")
    figures = Noun(Figures, "_desk", "casework")
    next_decision = Noun(NextDecision, "_desk", "casework")
    source_files = Noun(SourceFiles, "_desk", "casework")
    suspects = Noun(Suspects, "_desk")
    context = Noun(PlacesContext, "workspace", "settings", "register", "people")

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
        city : the city's code or name
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
    load_ages = Verb("register.age_counts", AgeCounts.load)
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
    why = Verb("plan_reasons", PlanReasons.why)
    plan_tables = Verb("plans", ProgrammePlans.tables)
    marginal_values = Verb("plans", ProgrammePlans.marginal_values)
    delay = Verb("plans", ProgrammePlans.delay)
    similarity = Verb("plans", ProgrammePlans.similarity)
    solution_names = Verb("plan_reasons", PlanReasons.solution_names)
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

    def own_words(self) -> Mapping[str, Text]:
        """Return the texts of what the programme wrote itself in one language, by what it wrote."""
        return words_of(self.workspace)

    def _remake(self, stage: Stage, kept: Mapping[str, Any], catalogue: Catalogue | None) -> Result:
        return stage.make(self if catalogue is None else Programme(self.store, catalogue), kept)
