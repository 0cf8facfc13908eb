"""Certificates: those that are valid, each as a file, and the page and noun by which anybody verifies one."""

from functools import partial
from typing import Any
from urllib.parse import quote

from litestar import Request, Response

from urbium.errors import NotFoundError
from urbium.programme.cases.contracts import Verified
from urbium.text import text
from urbium.web.desk.cards import Card, card_of
from urbium.web.rendering.parameters import FromActor, FromOffice, Segment, Word
from urbium.web.server.answers import noun
from urbium.web.server.prefix import origin
from urbium.web.server.refusals import LISTS, OPENS, refusals
from urbium.web.server.routes import page, reading, see
from urbium.web.server.security import BY_POLICY, PUBLIC

_TITLE = text("Verify a certificate")


def _answered(verified: Verified) -> dict[str, Any]:
    dossier = verified.grade.dossier
    content = dossier.content
    return {
        "check": verified.check,
        "grade": dossier.code,
        "city": dossier.city,
        **{name: content[name] for name in ("title", "stars", "level", "points", "rule")},
        "recorded_at": "" if dossier.recorded_at is None else dossier.recorded_at.isoformat(),
        "is_current": verified.is_current,
        "pdf": f"/certificates/{quote(dossier.code)}",
    }


_noun = partial(noun, opt=PUBLIC, tags=["contracts"])


@_noun("/api/certificates", "CertificateAnswer[]", responses=refusals(*LISTS))
def certificates(office: FromOffice) -> object:
    """Return the certificates of published grades, those with most stars first."""
    return [_answered(one) for one in office.contracts.certificates()]


@_noun("/api/certificates/{code:str}", "CertificateAnswer", responses=refusals(*OPENS))
def verify(office: FromOffice, code: Segment) -> object:
    """Return the grade that the code on a certificate stands for; 404 where none does."""
    return _answered(office.verify_certificate(code))


def verify_form(code: Word = "") -> Any:  # noqa: ANN401
    """Show the form that takes the code of a certificate, or lead to what it stands for."""
    return see(f"/verify/{code.strip()}") if code.strip().replace("-", "").isalnum() else _verify(code, None)


def verify_page(office: FromOffice, code: Segment) -> Any:  # noqa: ANN401
    """Show the grade that a code stands for, or that none does."""
    try:
        verified = office.verify_certificate(code)
    except NotFoundError as error:
        return _verify(code, None, status=404, problem=error.problem())
    return _verify(code, card_of(office, verified.grade), is_current=verified.is_current)


def _verify(
    code: str,
    card: Card | None,
    *,
    status: int = 200,
    is_current: bool = False,
    problem: dict[str, Any] | None = None,
) -> Any:  # noqa: ANN401
    return page(
        "verify.html",
        _TITLE,
        status=status,
        code=code,
        card=card,
        is_current=is_current,
        problem=problem,
        door="part",
    )


def certificate(
    request: Request[Any, Any, Any],
    office: FromOffice,
    actor: FromActor,
    code: Segment,
    *,
    format: Word = "pdf",  # noqa: A002 - what the address calls it
) -> Response[bytes]:
    """Send the certificate of a grade as PDF or for Word; it names the address where it is verified."""
    media_type = office.documents.media_type(format)
    address = f"{origin(request)}/verify/{{code}}"
    content = office.contracts.certificate(actor, code, address=address, ending=format)
    name = quote(f"{code}.{format}")
    return Response(
        content,
        media_type=media_type,
        headers={"Content-Disposition": f"attachment; filename*=UTF-8''{name}"},
    )


CERTIFICATES = (
    certificates,
    verify,
    reading("/verify", is_open=True)(verify_form),
    reading("/verify/{code:str}", is_open=True)(verify_page),
    noun("/certificates/{code:str}", opt=BY_POLICY, include_in_schema=False)(certificate),
)
"""The addresses of certificates."""
