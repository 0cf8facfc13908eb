"""App: the web application of one programme, and the server that runs it."""

import gc
import threading
import time
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import asynccontextmanager, nullcontext, suppress
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import Any, TypeVar

import uvicorn
from jinja2 import Environment
from litestar import Litestar, MediaType, Request, Router
from litestar.config.compression import CompressionConfig
from litestar.connection import ASGIConnection
from litestar.datastructures import CacheControlHeader, State
from litestar.di import Provide
from litestar.handlers import BaseRouteHandler
from litestar.openapi.config import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin
from litestar.openapi.spec import Server
from litestar.plugins.jinja import JinjaTemplateEngine
from litestar.template import TemplateConfig

from urbium.access import clauses
from urbium.errors import InputError, UrbiumError
from urbium.programme import Programme
from urbium.programme.base.labels import level
from urbium.programme.base.stages import STAGES
from urbium.text import Text, coded, text
from urbium.web.accounts.account import ACCOUNT_PAGES
from urbium.web.accounts.following import FOLLOWING_PAGES
from urbium.web.accounts.other_ways import OTHER_WAYS
from urbium.web.accounts.people import PEOPLE_PAGES
from urbium.web.accounts.signing_in import ENTRANCES, demo_people, take_place
from urbium.web.api.cases import CASES
from urbium.web.api.documents_api import DOCUMENTS
from urbium.web.api.finances import FINANCES
from urbium.web.api.jobs import JOBS
from urbium.web.api.market_api import MARKET
from urbium.web.api.ngsi_ld import NGSI_LD
from urbium.web.api.nouns import NOUNS
from urbium.web.api.open_data import OPEN_DATA
from urbium.web.api.operations import OPERATIONS
from urbium.web.api.platform_api import PLATFORM
from urbium.web.api.portals import PORTALS
from urbium.web.api.sensor_things import SENSOR_THINGS
from urbium.web.api.track_api import TRACK
from urbium.web.desk.certificates import CERTIFICATES
from urbium.web.desk.contracts import CONTRACTS
from urbium.web.desk.data_rooms import DATA_ROOMS
from urbium.web.desk.desk import DESK
from urbium.web.desk.due import due_counter
from urbium.web.desk.files import FILES
from urbium.web.desk.handing_over import HANDING_OVER
from urbium.web.desk.submissions import SUBMISSIONS
from urbium.web.examples import Examples
from urbium.web.filing.figures import FIGURE_PAGES
from urbium.web.filing.outline import OUTLINE_PAGES
from urbium.web.filing.problems import PROBLEMS
from urbium.web.filing.reporting import REPORTING
from urbium.web.filing.sending import FIGURES
from urbium.web.filing.suspects import SUSPECT_PAGES
from urbium.web.office.job_forms import WORK
from urbium.web.office.jobs import WORK_PAGES
from urbium.web.office.kept_plans import KEPT_PLANS
from urbium.web.office.settings import SETTING_PAGES
from urbium.web.pages import DOORS, PAGES, ROWS, pages_behind
from urbium.web.rendering.drawing import Drawer
from urbium.web.rendering.embedded import embedding
from urbium.web.rendering.environment import environment
from urbium.web.rendering.language import LanguageChoice
from urbium.web.rendering.naming import naming
from urbium.web.rendering.parameters import FromOffice
from urbium.web.rendering.words import moment
from urbium.web.server.beside import beside, jobs_beside, live_beside, notifications_beside
from urbium.web.server.ending import GRACE, end_within_after_signal, ending_soon
from urbium.web.server.health import live, ready
from urbium.web.server.kept_answers import KeptAnswers
from urbium.web.server.listening import proxy_options, tls_options
from urbium.web.server.patience import PatientProtocol
from urbium.web.server.prefix import placed, prefix_of
from urbium.web.server.problems import HANDLERS
from urbium.web.server.registration import Application, in_turn
from urbium.web.server.security import (
    PUBLIC,
    HostCheck,
    Transport,
    add_headers,
    deny_unless_granted,
    is_loopback,
)
from urbium.web.server.sessions import Attempts, Sessions, check_origin, check_person, csrf_token, session
from urbium.web.server.shelf import Shelf
from urbium.web.server.static_files import static_file
from urbium.web.server.watching import Watch, log_settings, watch_of
from urbium.web.server.workers import passed_on, passing_on
from urbium.web.views.licences import licence_name
from urbium.web.views.overview import plan_in_short
from urbium.web.views.plans.checking import checked

T = TypeVar("T")
_HANDLERS = (
    *PAGES, *ENTRANCES, *OTHER_WAYS, *FOLLOWING_PAGES, *NOUNS, *MARKET, *FINANCES,
    *DATA_ROOMS, *TRACK, *OPEN_DATA, *PORTALS, *DOCUMENTS, *PLATFORM, *OPERATIONS,
    *CASES, *FIGURES, *JOBS, *DESK, *WORK_PAGES, *KEPT_PLANS, *SETTING_PAGES, *ACCOUNT_PAGES,
    *PEOPLE_PAGES, *SUSPECT_PAGES, *FIGURE_PAGES, *OUTLINE_PAGES, *FILES, *SUBMISSIONS, *HANDING_OVER,
    *CERTIFICATES, *CONTRACTS, *REPORTING, *PROBLEMS,
    *NGSI_LD, *SENSOR_THINGS,
    live,
    ready,
    static_file,
)  # fmt: skip
"""What answers at which address; the demo has an entrance besides."""
_EVERY_ADDRESS = {"", "0.0.0.0", "::"}  # noqa: S104 - named so as not to be taken for a host's name
_FIRST = ("scores", "outlook", "plan", "costs", "talent")
"""What the first pages show."""
_LAST_SECONDS = 8.0
"""Seconds after which a server that was told to end is gone, whatever it is at."""
_LAST_AFTER = 0.5
"""Seconds after which a reader is shown the last page while the next is made."""
_LETTERS_AGAIN = 10.0
"""Seconds after which the demo looks again for letters to write."""
_SLOWEST_START = 120
"""Seconds after which a process that has not started, or no longer says that it lives, is replaced."""
_MOST_ATTEMPTS = 30
"""Attempts at one account, in a minute, from one address."""
_MOST_ARRIVALS = 1200
"""Messages of feeds and service requests, in a minute, from one address, for each process that answers."""
_MOST_REPORTS, _A_DAY = 20, 86_400.0
"""Problems that are reported to one city from one address, and the seconds in which."""
_LOOK_AGAIN = 1.0
"""Seconds after which it is asked again whether a plan is being made, or data is to be sent."""


def _nothing_runs() -> bool:
    return False


def create_app(
    office: Programme,
    *,
    drawer: Drawer | None = None,
    hosts: Sequence[str] = (),
    is_planning: Callable[[], bool] = _nothing_runs,
    is_demo: bool = False,
    folder: Path | None = None,
    has_proxy: bool = False,
    patience: float = 600.0,
    watch: Watch | None = None,
) -> Litestar:
    """Return the application that shows a programme: pages, API, static files.

    Parameters
    ----------
    office : the programme
    drawer : draws the charts; one with its own processes when left out
    hosts : host names served besides those of this machine itself
    is_planning : says whether a plan of the programme is being made at this moment
    is_demo : whether readers may take the place of the demo's people without a password
    folder : what the processes that answer for one server share: files sent, charts asked for, answers kept;
        nothing is shared when left out
    has_proxy : whether a proxy is declared, whose word on where requests come from is taken
    patience : seconds that a reader waits for the next page, where something of the last has changed, before
        the last one is shown with its date
    watch : watches the requests; only gives them ids when left out
    """
    pens = drawer or Drawer(folder=_inside(folder, "charts"))
    shelf, kept = Shelf(folder=_inside(folder, "shelf")), _inside(folder, "answers")
    address = office.settings().address
    attempts = Attempts(_MOST_ATTEMPTS, office=office, kind="sign in")

    @asynccontextmanager
    async def lifespan(_: Litestar) -> AsyncGenerator[None]:
        end_within_after_signal(_LAST_SECONDS if folder is None else _LAST_SECONDS / 2)
        pens.warm()
        try:
            yield
        finally:
            pens.close()
            shelf.clear()

    return Application(
        route_handlers=[*_HANDLERS, *([take_place] if is_demo else [])],
        dependencies={
            "office": Provide(lambda: office, sync_to_thread=False),
            "drawer": Provide(_after_office(lambda: pens), sync_to_thread=False),
            "given": Provide(_given, sync_to_thread=False),
            "actor": Provide(_after_office(lambda: session().actor), sync_to_thread=False),
        },
        guards=[_admit],
        middleware=[
            in_turn(
                HostCheck(hosts, has_proxy=has_proxy),
                Sessions(office),
                LanguageChoice(of_account=lambda: session().language, own=office.own_words),
                KeptAnswers(
                    office, is_planning=is_planning, has_charts=pens.has, patience=patience, folder=kept
                ),
            )
        ],
        before_send=[add_headers],
        exception_handlers=HANDLERS,
        template_config=TemplateConfig(
            instance=JinjaTemplateEngine.from_environment(_templates(is_planning, office, is_demo=is_demo))
        ),
        compression_config=CompressionConfig(
            backend="gzip",
            minimum_size=800,
            gzip_compress_level=6,
            exclude=["/events$", "^/publications/[^/]+/[^/]+$", r"^/downloads/[^/]+\.whl$"],
        ),
        openapi_config=_openapi(prefix_of(address)),
        lifespan=[lifespan],
        state=State(
            {
                "attempts": attempts,
                "arrivals": Attempts(_MOST_ARRIVALS),
                "own_words": office.own_words,
                "reports": Attempts(
                    _MOST_REPORTS,
                    _A_DAY,
                    office=office,
                    kind="report",
                    refusal=text("too many reports from this address today; send yours tomorrow"),
                ),
                "shelf": shelf,
                "pages": [page.address for page in ROWS.values() if "{" not in page.address],
                "transport": Transport(address),
                "prefix": prefix_of(address),
                "watch": watch or Watch(has_proxy=has_proxy),
            }
        ),
        type_encoders={Text: Text.render},
        cache_control=CacheControlHeader(no_cache=True),
        debug=False,
        logging_config=None,  # whoever serves says how it is logged
    )


def serve(
    url: str | Path,
    *,
    host: str = "127.0.0.1",
    port: int = 8000,
    hosts: Sequence[str] = (),
    catalogue: Path | None = None,
    is_planning: Callable[[], bool] = _nothing_runs,
    is_demo: bool = False,
    workers: int = 1,
    letters: Path | None = None,
    certificate: Path | None = None,
    key: Path | None = None,
    proxies: Sequence[str] = (),
    is_json_log: bool = False,
    has_access_log: bool = False,
) -> None:
    """Serve the programme stored at ``url`` until it is stopped.

    Parameters
    ----------
    url : the programme's store
    host : the address to listen at; ``0.0.0.0`` or ``::`` for every address of this machine
    port : the port to listen at
    hosts : further names and addresses by which readers may ask for this server; a request that names
        another host is refused
    catalogue : a folder of tables over those of urbium
    is_planning : says whether a plan is being made; the pages say so
    is_demo : whether readers may take the place of the demo's people; never on a public address
    workers : how many processes answer; each has the programme open, draws its own charts, and knows every
        session, for sessions are in the store
    letters : a folder into which letters to people are written; none are sent when left out
    certificate, key : files (PEM) by which TLS is spoken, and nothing else; plain HTTP when left out
    proxies : addresses, or networks, of the servers before this one: what they say of where a request comes
        from and whether by TLS (``X-Forwarded-For``, ``X-Forwarded-Proto``) counts, and nobody else's word
    is_json_log, has_access_log : whether lines of the log are JSON, and whether each request is one

    The jobs that people ask for are done beside it, one after the other. Raises NotFoundError when there is
    no such store, InputError for an address that others reach while nobody can sign in.
    """
    from urbium.programme import open_programme  # noqa: PLC0415 - the stages load when a programme is served

    names = [*hosts, *({host} - _EVERY_ADDRESS)]
    with (
        open_programme(url, catalogue=catalogue) as programme,
        jobs_beside(programme, url, catalogue),
        live_beside(programme),
        beside(lambda: programme.outbox.deliver(folder=letters), _LETTERS_AGAIN)
        if letters
        else nullcontext(),
        beside(programme.exchange.push, _LOOK_AGAIN),
        notifications_beside(programme),
    ):
        if not is_loopback(host):
            _check_public(programme, is_demo=is_demo)
        answers = {
            "host": host,
            "port": port,
            "log_level": "warning",
            "log_config": log_settings(is_json=is_json_log, has_requests=has_access_log),
            "http": PatientProtocol,
            "server_header": False,
            "timeout_graceful_shutdown": GRACE,
            **tls_options(certificate, key),
            **proxy_options(proxies),
        }
        if workers > 1:
            with (
                passing_on(
                    url=str(url),
                    catalogue=catalogue,
                    hosts=names,
                    is_demo=is_demo,
                    has_proxy=bool(proxies),
                    has_log=has_access_log,
                ),
                ending_soon(_LAST_SECONDS / 2),
            ):
                uvicorn.run(
                    "urbium.web.app:answering",
                    factory=True,
                    workers=workers,
                    timeout_worker_healthcheck=_SLOWEST_START,
                    **answers,
                )
            return
        threading.Thread(target=_warm, args=[programme, is_planning], daemon=True).start()
        gc.freeze()  # what is loaded is no garbage: looking for some stays short
        app = create_app(
            programme,
            hosts=names,
            is_planning=is_planning,
            is_demo=is_demo,
            has_proxy=bool(proxies),
            patience=_LAST_AFTER,
            watch=watch_of(programme, has_log=has_access_log, has_proxy=bool(proxies)),
        )
        uvicorn.run(app, **answers)


def _inside(folder: Path | None, name: str) -> Path | None:
    if folder is None:
        return None
    (folder / name).mkdir(exist_ok=True)
    return folder / name


def answering() -> Litestar:
    """Return the application of one of several processes that answer for the same programme."""
    from urbium.programme import open_programme  # noqa: PLC0415 - as above

    said = passed_on()
    catalogue = None if said["catalogue"] is None else Path(said["catalogue"])
    programme = open_programme(said["url"], catalogue=catalogue)
    threading.Thread(target=_warm, args=[programme, _nothing_runs], daemon=True).start()
    gc.freeze()
    options = {name: said[name] for name in ("hosts", "is_demo", "has_proxy")}
    watch = watch_of(programme, has_log=said["has_log"], has_proxy=said["has_proxy"])
    folder = Path(said["folder"])
    return create_app(programme, **options, folder=folder, patience=_LAST_AFTER, watch=watch)


def _check_public(programme: Programme, *, is_demo: bool) -> None:
    """Refuse to serve to others what nobody can sign in to, and a demo in which everybody can be anybody."""
    if is_demo or not programme.people.any():
        raise InputError(
            coded("web.serve.no_people", "this address is open to others, but no account can sign in yet"),
            remedy=text(
                "serve at 127.0.0.1, or invite someone first: urbium account invite NAME --role office"
            ),
        )


def _warm(office: Programme, is_planning: Callable[[], bool]) -> None:
    """Make what the pages show before somebody asks; what cannot be made, its page says.

    While a plan is being made only what the first pages show: the search needs the processors, and what is
    made is made again when the plan is adopted.
    """
    _make(office, _FIRST)
    if is_planning():
        while is_planning():
            time.sleep(_LOOK_AGAIN)
        _make(office, _FIRST)
    _make(office, [stage for stage in STAGES if stage not in _FIRST])
    with suppress(UrbiumError):
        plan_in_short(office)


def _make(office: Programme, stages: Sequence[str]) -> None:
    for stage in stages:
        with suppress(UrbiumError):
            result = office.adopted(stage)
            if stage == "plan" and result is not None:
                checked(result, patience=0)


async def _admit(connection: ASGIConnection[Any, Any, Any, Any], handler: BaseRouteHandler) -> None:
    """Refuse what no rule opens, and what another site's page sends; not in a thread, for it asks nobody."""
    deny_unless_granted(connection, handler)
    check_origin(connection)
    check_person(connection)


def _after_office(give: Callable[[], T]) -> Callable[[Programme], T]:
    """Return what gives something after the programme was given: two at once would be two tasks."""

    def given(office: FromOffice) -> T:
        del office
        return give()

    return given


def _given(request: Request[Any, Any, Any]) -> dict[str, str]:
    """Return every name and value of the address asked for; of a name given twice, the last."""
    return dict(request.query_params.multi_items())


def _openapi(prefix: str) -> OpenAPIConfig:
    """The description of the API as JSON; no viewer, because viewers load scripts from elsewhere."""
    return OpenAPIConfig(
        title="urbium",
        version=version("urbium"),
        servers=[Server(url=prefix or "/")],
        description="A national smart-city programme: figures, scores, outlook, plan, the work of people.",
        path="/schema",
        render_plugins=[JsonRenderPlugin(path="/openapi.json", media_type=MediaType.JSON)],
        openapi_router=Router("/schema", route_handlers=[], include_in_schema=False, opt=PUBLIC),
        use_handler_docstrings=True,
    )


def _templates(is_planning: Callable[[], bool], office: Programme, *, is_demo: bool) -> Environment:
    templates = environment()
    templates.globals.update(
        doors=DOORS,
        pages_behind=pages_behind,
        is_planning=is_planning,
        outdated=office.outdated,
        settings=office.settings,
        placed=partial(placed, prefix=prefix_of(office.settings().address)),
        examples=Examples(office),
        **naming(office, lambda: session().actor),
        embedding=partial(embedding, office),
        session=session,
        may=lambda kind, action: bool(clauses(session().actor, kind, action)),
        work_titles={kind: title for kind, (title, _) in WORK.items()},
        may_command=lambda: bool(clauses(session().actor, "job", "plan")) or not office.people.codes(),
        due=due_counter(office),
        csrf=csrf_token,
        display=office.people.display,
        signature=office.people.signature,
        has_passkeys=lambda: office.passkeys.is_offered,
        has_provider=lambda: office.providers.is_offered,
        demo_people=partial(demo_people, office) if is_demo else list,
    )
    templates.filters["local"] = lambda at: at.astimezone(office.settings.zone()) if at.tzinfo else at
    templates.filters["licence"] = licence_name
    templates.filters["moment"] = lambda at: moment(at, office.settings.zone())
    templates.filters["level"] = lambda code: level(code, office.settings.word(f"level {code}"))
    return templates
