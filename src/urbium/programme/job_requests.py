"""Job requests: what each kind of long work asks for, and what can be wrong with it before it begins."""

from collections.abc import Mapping
from typing import Annotated, Any, Final

import msgspec

from urbium.errors import Fault, nearest
from urbium.plan_rules import SECONDS, WORK, Choices
from urbium.text import Text, coded, text

_Short = Annotated[str, msgspec.Meta(max_length=200)]
_Year = Annotated[int, msgspec.Meta(ge=1900, le=2200)]
_Limit = Annotated[float, msgspec.Meta(gt=0, le=86_400)]
_Share = Annotated[float, msgspec.Meta(ge=0, le=1)]
_Amount = Annotated[float, msgspec.Meta(ge=0)]


class ProjectChosen(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """A solution in a city, or in every city that could build it."""

    solution: _Short
    city: _Short = ""

    @property
    def project(self) -> str:
        """The project, as :class:`urbium.plan_rules.Choices` names it."""
        return f"{self.city}:{self.solution}" if self.city else self.solution


class PlanAsked(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """A plan: years and yearly budget, what is chosen for it, limits of the search; kept by name.

    The search begins with the plan named by ``begin``: with the adopted one unless one is named or ``none``.
    ``weights`` are of domains, ``funds`` the most that each pays in a year, in millions of the plan's
    currency. A plan that is proposed is adopted once another person of the office agrees.
    """

    years: _Short
    budget: _Short
    must: list[ProjectChosen] = []
    must_not: list[ProjectChosen] = []
    weights: dict[str, _Share] = {}
    funds: dict[str, _Amount] = {}
    without: list[_Short] = []
    begin: _Short = ""
    work_limit: _Limit = WORK
    time_limit: _Limit = SECONDS
    gap: _Share | None = None
    seed: Annotated[int, msgspec.Meta(ge=0)] = 0
    name: _Short = ""
    propose: bool = False
    accept_unproven: bool = False
    reason: _Short = ""

    @property
    def choices(self) -> Choices:
        """What is chosen for the plan."""
        return Choices(
            must=tuple(one.project for one in self.must),
            must_not=tuple(one.project for one in self.must_not),
            weights=self.weights,
            funds=self.funds,
        )


class ReplanAsked(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """A plan from what accepted reports say: the first open year, limits of the search; kept by name."""

    today: _Year | None = None
    work_limit: _Limit = WORK
    time_limit: _Limit = SECONDS
    name: _Short = ""
    reason: _Short = ""


class ForecastAsked(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """A forecast up to a year; that of the population can be proposed for adoption."""

    what: _Short = "population"
    to: _Year
    propose: bool = False
    reason: _Short = ""


class MeasureAsked(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Scores by an index for a year; they can be proposed for adoption."""

    index: _Short
    period: _Year
    availability: _Share | None = None
    runs: Annotated[int, msgspec.Meta(ge=0, le=10_000)] | None = None
    propose: bool = False
    reason: _Short = ""


class PublishAsked(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """A publication of what everybody may see; all formats unless some are named."""

    formats: list[_Short] = []
    licence: _Short = ""
    reason: _Short = ""


class ImportAsked(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """A file of figures, its content in base64."""

    name: _Short
    content: bytes
    mapping: _Short = ""
    source: _Short = ""
    projected_from: _Short = ""
    reason: _Short = ""


class ExportAsked(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Register, figures and adopted results as open files, packed into one."""


class DocumentsAsked(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """The documents of a kind of every city, packed into one; of designs, by an outline that comes along."""

    kind: _Short = "design"
    ending: _Short = "pdf"
    outline: _Short = ""


class HarvestAsked(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Catalogues to harvest, by code; those that are due when none is named."""

    sources: list[_Short] = []


_RULE: Final = "job"
_FILL_IN: Final = text("fill it in")


def read_request(
    request: type[msgspec.Struct], given: Mapping[str, Any]
) -> tuple[msgspec.Struct, list[Fault]]:
    """Return what is asked, and a fault for each field that is unknown, missing or of another type.

    Such a field has its default, or is empty where it has none, so that the others can be looked at.

    >>> asked, faults = read_request(MeasureAsked, {"index": "yearbook", "runs": -1})
    >>> asked.index, [(fault.cell, fault.remedy) for fault in faults]
    ('yearbook', [('period', 'fill it in'), ('runs', 'enter a number between 0 and 10000')])
    """
    values: dict[str, Any] = {}
    faults = [
        Fault(
            "error",
            coded("programme.job.unknown", "this field does not exist"),
            nearest(name, request.__struct_fields__),
            _RULE,
            cell=name,
        )
        for name in sorted(set(given) - set(request.__struct_fields__))
    ]
    for one in msgspec.structs.fields(request):
        if given.get(one.name) in (None, ""):
            if one.required:
                values[one.name] = ""
                missing = coded("programme.job.missing", "this is missing")
                faults.append(Fault("error", missing, _FILL_IN, _RULE, cell=one.name))
            continue
        try:
            values[one.name] = msgspec.convert(given[one.name], one.type)
        except msgspec.ValidationError:
            if one.required:
                values[one.name] = ""
            wrong = coded("programme.job.field", "this cannot be used")
            faults.append(Fault("error", wrong, _remedy(one.type), _RULE, cell=one.name))
    return request(**values), faults


def _remedy(kind: Any) -> Text:  # noqa: ANN401 - a type
    """Say what a field of a type may hold."""
    info = msgspec.inspect.type_info(kind)
    kinds = info.types if isinstance(info, msgspec.inspect.UnionType) else (info,)
    for one in kinds:
        if isinstance(one, msgspec.inspect.IntType | msgspec.inspect.FloatType):
            low = one.gt if one.ge is None else one.ge
            if one.le is None:
                return text("enter a number of {low:g} or more", low=low or 0)
            return text("enter a number between {low:g} and {high:g}", low=low or 0, high=one.le)
    return text("correct it")
