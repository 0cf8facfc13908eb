"""Client: the API of a urbium server, typed; written by urbium.web.client_source.

It needs nothing but Python. ``Client(address, token)`` asks; what the server refuses raises
:class:`urbium.client_call.Refused`.
"""

from collections.abc import Iterator
from typing import Any, NotRequired, TypedDict, cast

from urbium.client_call import Caller, Event, Refused

__all__ = ["Client", "Event", "Refused"]

Accepted = TypedDict(
    "Accepted",
    {
        "is_new": 'bool',
    },
)
AccountAnswer = TypedDict(
    "AccountAnswer",
    {
        "kind": 'str',
        "code": 'str',
        "state": 'str',
        "state_title": 'str',
        "version": 'int',
        "city": 'str',
        "province": 'str',
        "round": 'str',
        "agreement": 'str',
        "parent": 'str',
        "owner": 'str',
        "recorded_at": 'str',
        "recorded_by": 'str',
        "actions": 'list[Possible]',
        "content": 'AccountContent',
    },
)
AccountChangeAnswer = TypedDict(
    "AccountChangeAnswer",
    {
        "kind": 'str',
        "code": 'str',
        "state": 'str',
        "state_title": 'str',
        "version": 'int',
        "city": 'str',
        "province": 'str',
        "round": 'str',
        "agreement": 'str',
        "parent": 'str',
        "owner": 'str',
        "recorded_at": 'str',
        "recorded_by": 'str',
        "actions": 'list[Possible]',
        "content": 'AccountChangeContent',
    },
)
AccountChangeContent = TypedDict(
    "AccountChangeContent",
    {
        "account": 'NotRequired[str]',
        "step": 'NotRequired[str]',
        "display": 'NotRequired[str]',
        "email": 'NotRequired[str]',
        "grants": 'NotRequired[list[AccountGrant]]',
        "body": 'NotRequired[str]',
        "city": 'NotRequired[str]',
        "province": 'NotRequired[str]',
        "expertise": 'NotRequired[list[str]]',
    },
)
AccountChangePage = TypedDict(
    "AccountChangePage",
    {
        "items": 'list[AccountChangeAnswer]',
        "states": 'dict[str, Any]',
        "next": 'str',
    },
)
AccountContent = TypedDict(
    "AccountContent",
    {
        "display": 'NotRequired[str]',
        "email": 'NotRequired[str]',
        "grants": 'NotRequired[list[AccountGrant]]',
        "body": 'NotRequired[str]',
        "city": 'NotRequired[str]',
        "province": 'NotRequired[str]',
        "expertise": 'NotRequired[list[str]]',
        "shown_to": 'NotRequired[str]',
    },
)
AccountGrant = TypedDict(
    "AccountGrant",
    {
        "role": 'str',
        "scope": 'NotRequired[str]',
        "code": 'NotRequired[str]',
    },
)
AccountPage = TypedDict(
    "AccountPage",
    {
        "items": 'list[AccountAnswer]',
        "states": 'dict[str, Any]',
        "next": 'str',
    },
)
AgesAnswer = TypedDict(
    "AgesAnswer",
    {
        "about": 'NotRequired[str]',
        "settings": 'NotRequired[dict[str, Any]]',
        "table": 'NotRequired[list[dict[str, Any]]]',
        "assumed": 'NotRequired[list[dict[str, Any]]]',
    },
)
AgreementAnswer = TypedDict(
    "AgreementAnswer",
    {
        "kind": 'str',
        "code": 'str',
        "state": 'str',
        "state_title": 'str',
        "version": 'int',
        "city": 'str',
        "province": 'str',
        "round": 'str',
        "agreement": 'str',
        "parent": 'str',
        "owner": 'str',
        "recorded_at": 'str',
        "recorded_by": 'str',
        "actions": 'list[Possible]',
        "content": 'AgreementContent',
    },
)
AgreementContent = TypedDict(
    "AgreementContent",
    {
        "title": 'NotRequired[str]',
        "signed_on": 'NotRequired[str]',
        "parties": 'NotRequired[list[Party]]',
        "signatures": 'NotRequired[list[Signature]]',
        "commitments": 'NotRequired[list[Commitment]]',
        "funding": 'NotRequired[list[Funding]]',
        "source": 'NotRequired[str]',
        "text": 'NotRequired[str]',
        "note": 'NotRequired[str]',
    },
)
AgreementPage = TypedDict(
    "AgreementPage",
    {
        "items": 'list[AgreementAnswer]',
        "states": 'dict[str, Any]',
        "next": 'str',
    },
)
AlarmAnswer = TypedDict(
    "AlarmAnswer",
    {
        "taskbook": 'str',
        "title": 'str',
        "city": 'str',
        "year": 'int',
        "code": 'str',
        "severity": 'str',
        "place": 'str',
        "reason": 'Reason',
    },
)
AlertContent = TypedDict(
    "AlertContent",
    {
        "title": 'NotRequired[str]',
        "sensors": 'NotRequired[list[str]]',
        "indicator": 'NotRequired[str]',
        "unit": 'NotRequired[str]',
        "year": 'NotRequired[int]',
        "period": 'NotRequired[str]',
        "value": 'NotRequired[float]',
        "expected": 'NotRequired[float]',
        "behind": 'NotRequired[float]',
        "ended": 'NotRequired[str]',
        "returned": 'NotRequired[float | None]',
        "remark": 'NotRequired[str]',
        "is_example": 'NotRequired[bool]',
        "note": 'NotRequired[str]',
    },
)
AlertPage = TypedDict(
    "AlertPage",
    {
        "items": 'list[cases_AlertAnswer]',
        "states": 'dict[str, Any]',
        "next": 'str',
    },
)
AmendmentAnswer = TypedDict(
    "AmendmentAnswer",
    {
        "kind": 'str',
        "code": 'str',
        "state": 'str',
        "state_title": 'str',
        "version": 'int',
        "city": 'str',
        "province": 'str',
        "round": 'str',
        "agreement": 'str',
        "parent": 'str',
        "owner": 'str',
        "recorded_at": 'str',
        "recorded_by": 'str',
        "actions": 'list[Possible]',
        "content": 'AmendmentContent',
    },
)
AmendmentContent = TypedDict(
    "AmendmentContent",
    {
        "title": 'NotRequired[str]',
        "reason": 'NotRequired[str]',
        "tasks": 'NotRequired[list[Task]]',
        "targets": 'NotRequired[list[Target]]',
        "base": 'NotRequired[int]',
        "changes": 'NotRequired[list[Change]]',
        "effect": 'NotRequired[str]',
        "requests": 'NotRequired[list[str]]',
        "note": 'NotRequired[str]',
    },
)
AmendmentPage = TypedDict(
    "AmendmentPage",
    {
        "items": 'list[AmendmentAnswer]',
        "states": 'dict[str, Any]',
        "next": 'str',
    },
)
Answer = TypedDict(
    "Answer",
    {
        "question": 'str',
        "answer": 'str',
        "reason": 'NotRequired[str]',
        "evidence": 'NotRequired[str]',
    },
)
ApplicationAnswer = TypedDict(
    "ApplicationAnswer",
    {
        "kind": 'str',
        "code": 'str',
        "state": 'str',
        "state_title": 'str',
        "version": 'int',
        "city": 'str',
        "province": 'str',
        "round": 'str',
        "agreement": 'str',
        "parent": 'str',
        "owner": 'str',
        "recorded_at": 'str',
        "recorded_by": 'str',
        "actions": 'list[Possible]',
        "content": 'ApplicationContent',
    },
)
ApplicationContent = TypedDict(
    "ApplicationContent",
    {
        "title": 'NotRequired[str]',
        "kind": 'NotRequired[str]',
        "form": 'NotRequired[str]',
        "answers": 'NotRequired[dict[str, Any]]',
        "projects": 'NotRequired[list[KeyProject]]',
        "attachments": 'NotRequired[list[Attachment]]',
        "is_test": 'NotRequired[bool]',
        "recommendation": 'NotRequired[str]',
        "province_report": 'NotRequired[str]',
        "requests": 'NotRequired[list[str]]',
        "decision": 'NotRequired[str]',
        "reasons": 'NotRequired[str]',
        "feedback": 'NotRequired[list[str]]',
        "appeal": 'NotRequired[str]',
        "note": 'NotRequired[str]',
    },
)
ApplicationPage = TypedDict(
    "ApplicationPage",
    {
        "items": 'list[ApplicationAnswer]',
        "states": 'dict[str, Any]',
        "next": 'str',
    },
)
Arrangement = TypedDict(
    "Arrangement",
    {
        "id": 'str',
        "title": 'NotRequired[str]',
        "description": 'NotRequired[str]',
        "amount": 'NotRequired[float | None]',
        "currency": 'NotRequired[str]',
        "financingParty": 'NotRequired[str]',
        "financingPartyType": 'NotRequired[str]',
        "source": 'NotRequired[str]',
        "assetClass": 'NotRequired[list[str]]',
        "type": 'NotRequired[str]',
        "repaymentPriority": 'NotRequired[str]',
        "concessional": 'NotRequired[bool | None]',
        "resultsBased": 'NotRequired[bool | None]',
        "startDate": 'NotRequired[str]',
        "endDate": 'NotRequired[str]',
        "paymentStartDate": 'NotRequired[str]',
        "paymentEndDate": 'NotRequired[str]',
        "paymentFrequency": 'NotRequired[float | None]',
        "interestRateBase": 'NotRequired[str]',
        "interestRateMargin": 'NotRequired[float | None]',
        "interestRateFixed": 'NotRequired[bool | None]',
        "exchangeRateGuarantee": 'NotRequired[bool | None]',
        "stepInRights": 'NotRequired[bool | None]',
    },
)
Attachment = TypedDict(
    "Attachment",
    {
        "document": 'str',
        "name": 'str',
        "media_type": 'str',
        "size": 'int',
        "sha256": 'str',
    },
)
BaseDataRow = TypedDict(
    "BaseDataRow",
    {
        "database": 'NotRequired[str]',
        "as_of": 'NotRequired[str]',
        "measure": 'NotRequired[str]',
        "share": 'NotRequired[float | None]',
        "why": 'NotRequired[str]',
        "source": 'NotRequired[str]',
    },
)
BaseReportAnswer = TypedDict(
    "BaseReportAnswer",
    {
        "kind": 'str',
        "code": 'str',
        "state": 'str',
        "state_title": 'str',
        "version": 'int',
        "city": 'str',
        "province": 'str',
        "round": 'str',
        "agreement": 'str',
        "parent": 'str',
        "owner": 'str',
        "recorded_at": 'str',
        "recorded_by": 'str',
        "actions": 'list[Possible]',
        "content": 'BaseReportContent',
    },
)
BaseReportContent = TypedDict(
    "BaseReportContent",
    {
        "title": 'NotRequired[str]',
        "database": 'NotRequired[str]',
        "as_of": 'NotRequired[str]',
        "records": 'NotRequired[int | None]',
        "identified": 'NotRequired[int | None]',
        "updated": 'NotRequired[str]',
        "links": 'NotRequired[list[Link]]',
        "source": 'NotRequired[str]',
        "note": 'NotRequired[str]',
    },
)
BaseReportPage = TypedDict(
    "BaseReportPage",
    {
        "items": 'list[BaseReportAnswer]',
        "states": 'dict[str, Any]',
        "next": 'str',
    },
)
CaseAnswer = TypedDict(
    "CaseAnswer",
    {
        "kind": 'str',
        "code": 'str',
        "state": 'str',
        "state_title": 'str',
        "version": 'int',
        "city": 'str',
        "province": 'str',
        "round": 'str',
        "agreement": 'str',
        "parent": 'str',
        "owner": 'str',
        "recorded_at": 'str',
        "recorded_by": 'str',
        "actions": 'list[Possible]',
    },
)
CaseBegun = TypedDict(
    "CaseBegun",
    {
        "code": 'str',
        "content": 'NotRequired[dict[str, Any]]',
        "city": 'NotRequired[str]',
        "parent": 'NotRequired[str]',
        "owner": 'NotRequired[str]',
        "agreement": 'NotRequired[str]',
        "reason": 'NotRequired[str]',
    },
)
CaseStep = TypedDict(
    "CaseStep",
    {
        "changes": 'NotRequired[dict[str, Any]]',
        "reason": 'NotRequired[str]',
    },
)
CatalogueDifference = TypedDict(
    "CatalogueDifference",
    {
        "code": 'NotRequired[str]',
        "identifier": 'NotRequired[str]',
        "title": 'NotRequired[str]',
        "what": 'NotRequired[str]',
        "field": 'NotRequired[str]',
        "here": 'NotRequired[str]',
        "there": 'NotRequired[str]',
    },
)
CatalogueOfCity = TypedDict(
    "CatalogueOfCity",
    {
        "city": 'NotRequired[str]',
        "resources": 'NotRequired[int]',
        "completeness": 'NotRequired[float]',
        "measurable": 'NotRequired[int]',
        "late": 'NotRequired[int]',
    },
)
CertificateAnswer = TypedDict(
    "CertificateAnswer",
    {
        "check": 'str',
        "grade": 'str',
        "title": 'str',
        "city": 'str',
        "stars": 'int',
        "level": 'str',
        "points": 'float',
        "rule": 'str',
        "recorded_at": 'str',
        "is_current": 'bool',
        "pdf": 'str',
    },
)
Change = TypedDict(
    "Change",
    {
        "kind": 'str',
        "name": 'str',
        "before": 'NotRequired[str]',
        "after": 'NotRequired[str]',
    },
)
CityEffect = TypedDict(
    "CityEffect",
    {
        "city": 'str',
        "begin": 'int',
        "effect": 'NotRequired[float | None]',
        "error": 'NotRequired[float | None]',
        "p_value": 'NotRequired[float | None]',
        "reason": 'NotRequired[str]',
        "compared": 'NotRequired[list[ComparedCity]]',
        "years": 'NotRequired[list[ComparedYear]]',
    },
)
CityFigures = TypedDict(
    "CityFigures",
    {
        "city": 'NotRequired[str]',
        "name_en": 'NotRequired[str | None]',
        "name_zh": 'NotRequired[str | None]',
        "province_en": 'NotRequired[str | None]',
        "score": 'NotRequired[float | None]',
        "rank": 'NotRequired[int | None]',
        "rank_low": 'NotRequired[int | None]',
        "rank_high": 'NotRequired[int | None]',
        "tier": 'NotRequired[int | None]',
        "coverage": 'NotRequired[float | None]',
        "reason": 'NotRequired[str | None]',
        "projects": 'NotRequired[int | None]',
        "note": 'NotRequired[str]',
        "observations": 'NotRequired[list[dict[str, Any]]]',
    },
)
CityRow = TypedDict(
    "CityRow",
    {
        "city": 'NotRequired[str]',
        "name_en": 'NotRequired[str | None]',
        "name_zh": 'NotRequired[str | None]',
        "province_en": 'NotRequired[str | None]',
        "score": 'NotRequired[float | None]',
        "rank": 'NotRequired[int | None]',
        "rank_low": 'NotRequired[int | None]',
        "rank_high": 'NotRequired[int | None]',
        "tier": 'NotRequired[int | None]',
        "coverage": 'NotRequired[float | None]',
        "reason": 'NotRequired[str | None]',
        "projects": 'NotRequired[int | None]',
    },
)
Commitment = TypedDict(
    "Commitment",
    {
        "code": 'str',
        "article": 'str',
        "promise": 'str',
        "party": 'NotRequired[str]',
        "due": 'NotRequired[str]',
        "state": 'NotRequired[str]',
        "evidence": 'NotRequired[str]',
        "tied_to": 'NotRequired[list[str]]',
    },
)
CommitmentDue = TypedDict(
    "CommitmentDue",
    {
        "agreement": 'str',
        "party": 'str',
        "commitment": 'str',
        "promise": 'str',
        "due": 'str',
        "days": 'int',
        "reminder": 'Reason',
    },
)
Compared = TypedDict(
    "Compared",
    {
        "about": 'NotRequired[str]',
        "settings": 'NotRequired[dict[str, Any]]',
        "table": 'NotRequired[list[dict[str, Any]]]',
        "only_in_a": 'NotRequired[int]',
        "only_in_b": 'NotRequired[int]',
        "moved": 'NotRequired[int]',
        "same": 'NotRequired[int]',
        "currency": 'NotRequired[str]',
        "sides": 'NotRequired[list[dict[str, Any]]]',
        "inputs": 'NotRequired[list[dict[str, Any]]]',
        "years": 'NotRequired[list[dict[str, Any]]]',
        "cities": 'NotRequired[list[dict[str, Any]]]',
    },
)
ComparedCity = TypedDict(
    "ComparedCity",
    {
        "city": 'str',
        "weight": 'float',
    },
)
ComparedYear = TypedDict(
    "ComparedYear",
    {
        "year": 'int',
        "observed": 'float',
        "synthetic": 'float',
    },
)
Criterion = TypedDict(
    "Criterion",
    {
        "code": 'str',
        "title": 'str',
        "weight": 'float',
    },
)
DataRequestAnswer = TypedDict(
    "DataRequestAnswer",
    {
        "kind": 'str',
        "code": 'str',
        "state": 'str',
        "state_title": 'str',
        "version": 'int',
        "city": 'str',
        "province": 'str',
        "round": 'str',
        "agreement": 'str',
        "parent": 'str',
        "owner": 'str',
        "recorded_at": 'str',
        "recorded_by": 'str',
        "actions": 'list[Possible]',
        "content": 'DataRequestContent',
    },
)
DataRequestContent = TypedDict(
    "DataRequestContent",
    {
        "title": 'NotRequired[str]',
        "body": 'NotRequired[str]',
        "purpose": 'NotRequired[str]',
        "legal_basis": 'NotRequired[str]',
        "delivery": 'NotRequired[str]',
        "address": 'NotRequired[str]',
        "wanted_until": 'NotRequired[str]',
        "conditions": 'NotRequired[list[str]]',
        "until": 'NotRequired[str]',
        "agreement": 'NotRequired[str]',
        "answer": 'NotRequired[str]',
        "files": 'NotRequired[list[SharedFile]]',
    },
)
DataRequestPage = TypedDict(
    "DataRequestPage",
    {
        "items": 'list[DataRequestAnswer]',
        "states": 'dict[str, Any]',
        "next": 'str',
    },
)
DeclaredTotal = TypedDict(
    "DeclaredTotal",
    {
        "kind": 'str',
        "total": 'int',
        "source": 'str',
    },
)
DeliveryAnswer = TypedDict(
    "DeliveryAnswer",
    {
        "kind": 'str',
        "code": 'str',
        "state": 'str',
        "state_title": 'str',
        "version": 'int',
        "city": 'str',
        "province": 'str',
        "round": 'str',
        "agreement": 'str',
        "parent": 'str',
        "owner": 'str',
        "recorded_at": 'str',
        "recorded_by": 'str',
        "actions": 'list[Possible]',
        "content": 'DeliveryContent',
    },
)
DeliveryContent = TypedDict(
    "DeliveryContent",
    {
        "title": 'NotRequired[str]',
        "account": 'NotRequired[str]',
        "body": 'NotRequired[str]',
        "way": 'NotRequired[str]',
        "sha256": 'NotRequired[str]',
        "agreement": 'NotRequired[str]',
    },
)
DeliveryPage = TypedDict(
    "DeliveryPage",
    {
        "items": 'list[DeliveryAnswer]',
        "states": 'dict[str, Any]',
        "next": 'str',
    },
)
Disagreement = TypedDict(
    "Disagreement",
    {
        "city": 'NotRequired[str]',
        "variable": 'NotRequired[str]',
        "area": 'NotRequired[str]',
        "period": 'NotRequired[str]',
        "value": 'NotRequired[float]',
        "unit": 'NotRequired[str]',
        "source": 'NotRequired[str]',
        "quality": 'NotRequired[str]',
        "ground": 'NotRequired[str]',
        "reason": 'NotRequired[str]',
        "spread": 'NotRequired[float | None]',
        "figures": 'NotRequired[int]',
        "others": 'NotRequired[list[dict[str, Any]]]',
    },
)
Disbursement = TypedDict(
    "Disbursement",
    {
        "on": 'str',
        "amount": 'float',
        "evidence": 'NotRequired[str]',
    },
)
Distribution = TypedDict(
    "Distribution",
    {
        "access_url": 'str',
        "download_url": 'NotRequired[str]',
        "title": 'NotRequired[str]',
        "media_type": 'NotRequired[str]',
        "format": 'NotRequired[str]',
        "licence": 'NotRequired[str]',
        "size": 'NotRequired[int | None]',
    },
)
DocumentRow = TypedDict(
    "DocumentRow",
    {
        "kind": 'str',
        "title": 'str',
        "about": 'str',
    },
)
Explained = TypedDict(
    "Explained",
    {
        "what": 'NotRequired[str]',
        "value": 'NotRequired[float | str]',
        "unit": 'NotRequired[str]',
        "period": 'NotRequired[str]',
        "area": 'NotRequired[str]',
        "kind": 'NotRequired[str]',
        "grade": 'NotRequired[str]',
        "note": 'NotRequired[str]',
        "origin": 'NotRequired[dict[str, Any]]',
        "children": 'NotRequired[list[dict[str, Any]]]',
    },
)
FaultGroup = TypedDict(
    "FaultGroup",
    {
        "count": 'int',
        "severity": 'str',
        "rule": 'str',
        "sheet": 'str',
        "cells": 'list[str]',
        "message": 'str',
        "remedy": 'str',
        "code": 'str',
    },
)
FeedAnswer = TypedDict(
    "FeedAnswer",
    {
        "feed": 'str',
        "title": 'str',
        "city": 'str',
        "connector": 'str',
        "type": 'str',
        "state": 'str',
        "last": 'str',
        "lag_hours": 'float | None',
        "is_silent": 'bool',
        "waiting": 'int',
        "done": 'int',
        "aside": 'int',
        "findings": 'list[str]',
        "failure": 'str',
        "is_example": 'bool',
    },
)
FeedDossierAnswer = TypedDict(
    "FeedDossierAnswer",
    {
        "kind": 'str',
        "code": 'str',
        "state": 'str',
        "state_title": 'str',
        "version": 'int',
        "city": 'str',
        "province": 'str',
        "round": 'str',
        "agreement": 'str',
        "parent": 'str',
        "owner": 'str',
        "recorded_at": 'str',
        "recorded_by": 'str',
        "actions": 'list[Possible]',
        "content": 'FeedDossierContent',
    },
)
FeedDossierContent = TypedDict(
    "FeedDossierContent",
    {
        "title": 'NotRequired[str]',
        "connector": 'NotRequired[str]',
        "entity_type": 'NotRequired[str]',
        "zone": 'NotRequired[str]',
        "publisher": 'NotRequired[str]',
        "licence": 'NotRequired[str]',
        "address": 'NotRequired[str]',
        "settings": 'NotRequired[str]',
        "every": 'NotRequired[int]',
        "silent_after": 'NotRequired[int]',
        "is_example": 'NotRequired[bool]',
        "note": 'NotRequired[str]',
    },
)
FeedDossierPage = TypedDict(
    "FeedDossierPage",
    {
        "items": 'list[FeedDossierAnswer]',
        "states": 'dict[str, Any]',
        "next": 'str',
    },
)
FigureJudged = TypedDict(
    "FigureJudged",
    {
        "city": 'str',
        "variable": 'str',
        "period": 'str',
        "reason": 'str',
        "area": 'NotRequired[str]',
        "source": 'NotRequired[str]',
    },
)
FileHandedOver = TypedDict(
    "FileHandedOver",
    {
        "file": 'str',
    },
)
FileHandedOverAnswer = TypedDict(
    "FileHandedOverAnswer",
    {
        "files": 'dict[str, Any]',
    },
)
FileSent = TypedDict(
    "FileSent",
    {
        "file": 'str',
        "mapping": 'NotRequired[str]',
        "source": 'NotRequired[str]',
        "projected_from": 'NotRequired[str]',
        "reason": 'NotRequired[str]',
        "dry_run": 'NotRequired[bool]',
    },
)
FindingAnswer = TypedDict(
    "FindingAnswer",
    {
        "severity": 'NotRequired[str]',
        "sheet": 'NotRequired[str]',
        "cell": 'NotRequired[str]',
        "city": 'NotRequired[str]',
        "variable": 'NotRequired[str]',
        "period": 'NotRequired[str]',
        "value": 'NotRequired[str]',
        "rule": 'NotRequired[str]',
        "message": 'NotRequired[str]',
        "remedy": 'NotRequired[str]',
        "file": 'NotRequired[str]',
    },
)
ForeignCapitalRow = TypedDict(
    "ForeignCapitalRow",
    {
        "year": 'NotRequired[int]',
        "currency": 'NotRequired[str]',
        "sought": 'NotRequired[float | None]',
        "matched": 'NotRequired[float | None]',
        "committed": 'NotRequired[float | None]',
        "disbursed": 'NotRequired[float | None]',
    },
)
Funding = TypedDict(
    "Funding",
    {
        "project": 'str',
        "fund": 'str',
        "amount": 'float',
        "currency": 'str',
        "guarantor": 'NotRequired[str]',
        "guaranteed": 'NotRequired[float]',
        "called_low": 'NotRequired[float]',
        "called_high": 'NotRequired[float]',
    },
)
GradeAnswer = TypedDict(
    "GradeAnswer",
    {
        "kind": 'str',
        "code": 'str',
        "state": 'str',
        "state_title": 'str',
        "version": 'int',
        "city": 'str',
        "province": 'str',
        "round": 'str',
        "agreement": 'str',
        "parent": 'str',
        "owner": 'str',
        "recorded_at": 'str',
        "recorded_by": 'str',
        "actions": 'list[Possible]',
        "content": 'GradeContent',
    },
)
GradeContent = TypedDict(
    "GradeContent",
    {
        "title": 'NotRequired[str]',
        "stars": 'NotRequired[int]',
        "level": 'NotRequired[str]',
        "points": 'NotRequired[float]',
        "parts": 'NotRequired[list[Part]]',
        "rule": 'NotRequired[str]',
        "basis": 'NotRequired[str]',
        "appeal": 'NotRequired[str]',
        "note": 'NotRequired[str]',
    },
)
GradePage = TypedDict(
    "GradePage",
    {
        "items": 'list[GradeAnswer]',
        "states": 'dict[str, Any]',
        "next": 'str',
    },
)
HarvestRow = TypedDict(
    "HarvestRow",
    {
        "harvest": 'NotRequired[str]',
        "city": 'NotRequired[str]',
        "state": 'NotRequired[str]',
        "title": 'NotRequired[str]',
        "finished": 'NotRequired[str | None]',
        "new": 'NotRequired[int]',
        "changed": 'NotRequired[int]',
        "unchanged": 'NotRequired[int]',
        "gone": 'NotRequired[int]',
        "differing": 'NotRequired[int]',
        "failure": 'NotRequired[str]',
    },
)
HarvestedCatalogueAnswer = TypedDict(
    "HarvestedCatalogueAnswer",
    {
        "kind": 'str',
        "code": 'str',
        "state": 'str',
        "state_title": 'str',
        "version": 'int',
        "city": 'str',
        "province": 'str',
        "round": 'str',
        "agreement": 'str',
        "parent": 'str',
        "owner": 'str',
        "recorded_at": 'str',
        "recorded_by": 'str',
        "actions": 'list[Possible]',
        "content": 'HarvestedCatalogueContent',
    },
)
HarvestedCatalogueContent = TypedDict(
    "HarvestedCatalogueContent",
    {
        "title": 'NotRequired[str]',
        "address": 'NotRequired[str]',
        "format": 'NotRequired[str]',
        "every": 'NotRequired[int]',
        "note": 'NotRequired[str]',
    },
)
HarvestedCataloguePage = TypedDict(
    "HarvestedCataloguePage",
    {
        "items": 'list[HarvestedCatalogueAnswer]',
        "states": 'dict[str, Any]',
        "next": 'str',
    },
)
IndexAnswer = TypedDict(
    "IndexAnswer",
    {
        "id": 'NotRequired[str]',
        "name": 'NotRequired[dict[str, Any]]',
        "period": 'NotRequired[int | None]',
        "steps": 'NotRequired[list[str]]',
        "aggregate": 'NotRequired[list[str]]',
        "availability": 'NotRequired[float | None]',
        "maximum_age": 'NotRequired[int | None]',
        "note": 'NotRequired[str]',
        "nodes": 'NotRequired[list[dict[str, Any]]]',
        "cities": 'NotRequired[list[dict[str, Any]]]',
    },
)
IndexRow = TypedDict(
    "IndexRow",
    {
        "id": 'NotRequired[str]',
        "name": 'NotRequired[str]',
        "period": 'NotRequired[int | None]',
    },
)
InterestAnswer = TypedDict(
    "InterestAnswer",
    {
        "kind": 'str',
        "code": 'str',
        "state": 'str',
        "state_title": 'str',
        "version": 'int',
        "city": 'str',
        "province": 'str',
        "round": 'str',
        "agreement": 'str',
        "parent": 'str',
        "owner": 'str',
        "recorded_at": 'str',
        "recorded_by": 'str',
        "actions": 'list[Possible]',
        "content": 'InterestContent',
    },
)
InterestContent = TypedDict(
    "InterestContent",
    {
        "title": 'NotRequired[str]',
        "mandate": 'NotRequired[str]',
        "country": 'NotRequired[str]',
        "amount": 'NotRequired[float]',
        "currency": 'NotRequired[str]',
        "questions": 'NotRequired[list[str]]',
        "answer": 'NotRequired[str]',
        "agreed_on": 'NotRequired[str]',
        "finance": 'NotRequired[list[Arrangement]]',
        "disbursements": 'NotRequired[list[Disbursement]]',
        "note": 'NotRequired[str]',
    },
)
InterestPage = TypedDict(
    "InterestPage",
    {
        "items": 'list[InterestAnswer]',
        "states": 'dict[str, Any]',
        "next": 'str',
    },
)
Introspected = TypedDict(
    "Introspected",
    {
        "active": 'NotRequired[bool]',
        "sub": 'NotRequired[str]',
        "scope": 'NotRequired[str]',
        "exp": 'NotRequired[str]',
        "conditions": 'NotRequired[list[str]]',
    },
)
InvestorMandateAnswer = TypedDict(
    "InvestorMandateAnswer",
    {
        "kind": 'str',
        "code": 'str',
        "state": 'str',
        "state_title": 'str',
        "version": 'int',
        "city": 'str',
        "province": 'str',
        "round": 'str',
        "agreement": 'str',
        "parent": 'str',
        "owner": 'str',
        "recorded_at": 'str',
        "recorded_by": 'str',
        "actions": 'list[Possible]',
        "content": 'InvestorMandateContent',
    },
)
InvestorMandateContent = TypedDict(
    "InvestorMandateContent",
    {
        "title": 'NotRequired[str]',
        "country": 'NotRequired[str]',
        "currency": 'NotRequired[str]',
        "ticket_least": 'NotRequired[float]',
        "ticket_most": 'NotRequired[float]',
        "budget": 'NotRequired[float]',
        "countries": 'NotRequired[list[str]]',
        "places": 'NotRequired[list[str]]',
        "sectors": 'NotRequired[list[str]]',
        "deliveries": 'NotRequired[list[str]]',
        "instruments": 'NotRequired[list[str]]',
        "currencies": 'NotRequired[list[str]]',
        "tenor": 'NotRequired[float | None]',
        "return_asked": 'NotRequired[float | None]',
        "basis": 'NotRequired[str]',
        "evidence": 'NotRequired[str]',
        "readiness": 'NotRequired[str]',
        "standards": 'NotRequired[list[str]]',
        "esg": 'NotRequired[list[str]]',
        "seats": 'NotRequired[int]',
        "cities_least": 'NotRequired[int]',
        "cities_most": 'NotRequired[int]',
        "is_example": 'NotRequired[bool]',
        "source": 'NotRequired[str]',
        "note": 'NotRequired[str]',
    },
)
InvestorMandatePage = TypedDict(
    "InvestorMandatePage",
    {
        "items": 'list[InvestorMandateAnswer]',
        "states": 'dict[str, Any]',
        "next": 'str',
    },
)
JobAnswer = TypedDict(
    "JobAnswer",
    {
        "id": 'str',
        "kind": 'str',
        "account": 'str',
        "state": 'str',
        "made": 'str',
        "changed": 'str',
        "attempts": 'int',
        "progress": 'dict[str, Any]',
        "request": 'dict[str, Any]',
        "answer": 'dict[str, Any]',
    },
)
JobBegun = TypedDict(
    "JobBegun",
    {
        "kind": 'str',
        "request": 'NotRequired[dict[str, Any]]',
    },
)
JobPage = TypedDict(
    "JobPage",
    {
        "items": 'list[JobAnswer]',
        "next": 'str',
    },
)
Judged = TypedDict(
    "Judged",
    {
        "city": 'str',
        "variable": 'str',
        "period": 'str',
        "status": 'str',
    },
)
KeptPlan = TypedDict(
    "KeptPlan",
    {
        "name": 'NotRequired[str]',
        "version": 'NotRequired[int]',
        "kept_at": 'NotRequired[str]',
        "kept_by": 'NotRequired[str]',
        "reason": 'NotRequired[str]',
        "years": 'NotRequired[str]',
        "projects": 'NotRequired[int]',
        "cities": 'NotRequired[int]',
        "capital": 'NotRequired[float]',
        "currency": 'NotRequired[str]',
        "closed": 'NotRequired[float | None]',
        "gap": 'NotRequired[float | None]',
    },
)
KeyAnswer = TypedDict(
    "KeyAnswer",
    {
        "key": 'str',
    },
)
KeyProject = TypedDict(
    "KeyProject",
    {
        "code": 'str',
        "title": 'str',
        "solution": 'NotRequired[str]',
        "size": 'NotRequired[float | None]',
        "unit": 'NotRequired[str]',
        "cost": 'NotRequired[float | None]',
        "sources": 'NotRequired[dict[str, Any]]',
        "private": 'NotRequired[float]',
        "revenue": 'NotRequired[str]',
        "starts": 'NotRequired[int | None]',
        "ends": 'NotRequired[int | None]',
        "has_land": 'NotRequired[bool]',
        "has_clearances": 'NotRequired[bool]',
        "built_by_others": 'NotRequired[str]',
    },
)
KeySent = TypedDict(
    "KeySent",
    {
        "token": 'str',
    },
)
LessonAnswer = TypedDict(
    "LessonAnswer",
    {
        "kind": 'str',
        "code": 'str',
        "state": 'str',
        "state_title": 'str',
        "version": 'int',
        "city": 'str',
        "province": 'str',
        "round": 'str',
        "agreement": 'str',
        "parent": 'str',
        "owner": 'str',
        "recorded_at": 'str',
        "recorded_by": 'str',
        "actions": 'list[Possible]',
        "content": 'LessonContent',
    },
)
LessonContent = TypedDict(
    "LessonContent",
    {
        "title": 'NotRequired[str]',
        "solution": 'NotRequired[str]',
        "indicator": 'NotRequired[str]',
        "variable": 'NotRequired[str]',
        "unit": 'NotRequired[str]',
        "direction": 'NotRequired[str]',
        "declared_low": 'NotRequired[float]',
        "declared_high": 'NotRequired[float]',
        "low": 'NotRequired[float | None]',
        "high": 'NotRequired[float | None]',
        "mean": 'NotRequired[float | None]',
        "between": 'NotRequired[float | None]',
        "cities": 'NotRequired[list[CityEffect]]',
        "note": 'NotRequired[str]',
    },
)
LessonPage = TypedDict(
    "LessonPage",
    {
        "items": 'list[LessonAnswer]',
        "states": 'dict[str, Any]',
        "next": 'str',
    },
)
LessonsAnswer = TypedDict(
    "LessonsAnswer",
    {
        "about": 'NotRequired[str]',
        "settings": 'NotRequired[dict[str, Any]]',
        "table": 'NotRequired[list[dict[str, Any]]]',
        "solution": 'NotRequired[str]',
        "indicator": 'NotRequired[str]',
        "variable": 'NotRequired[str]',
        "unit": 'NotRequired[str]',
        "direction": 'NotRequired[str]',
        "declared_low": 'NotRequired[float]',
        "declared_high": 'NotRequired[float]',
        "cities": 'NotRequired[int]',
        "mean": 'NotRequired[float | None]',
        "between": 'NotRequired[float | None]',
        "low": 'NotRequired[float | None]',
        "high": 'NotRequired[float | None]',
    },
)
LiabilitiesAnswer = TypedDict(
    "LiabilitiesAnswer",
    {
        "years": 'list[dict[str, Any]]',
        "places": 'list[dict[str, Any]]',
        "risk": 'list[dict[str, Any]]',
        "unit": 'str',
        "terms": 'str',
        "inflation": 'float',
        "evidence": 'str',
    },
)
Link = TypedDict(
    "Link",
    {
        "database": 'str',
        "linked": 'int',
        "basis": 'NotRequired[str]',
    },
)
LiveAnswer = TypedDict(
    "LiveAnswer",
    {
        "city": 'str',
        "variable": 'str',
        "name": 'str',
        "period": 'str',
        "value": 'float',
        "unit": 'str',
        "source": 'str',
        "reason": 'str',
        "is_example": 'bool',
    },
)
LoadAnswer = TypedDict(
    "LoadAnswer",
    {
        "file": 'str',
        "sha256": 'str',
        "is_stored": 'bool',
        "load": 'int',
        "stored": 'int',
        "new": 'int',
        "changed": 'int',
        "unchanged": 'int',
        "suspects": 'int',
        "recorded_at": 'str',
        "groups": 'list[FaultGroup]',
        "submission": 'NotRequired[str]',
    },
)
LogEntry = TypedDict(
    "LogEntry",
    {
        "seq": 'int',
        "at": 'str',
        "who": 'str',
        "what": 'str',
        "why": 'str',
        "hash": 'str',
    },
)
LogPage = TypedDict(
    "LogPage",
    {
        "items": 'list[LogEntry]',
        "next": 'str',
    },
)
MarketSum = TypedDict(
    "MarketSum",
    {
        "name": 'NotRequired[str]',
        "projects": 'NotRequired[int]',
        "cities": 'NotRequired[int]',
        "capital": 'NotRequired[float]',
        "sought": 'NotRequired[float]',
        "evidence": 'NotRequired[str]',
        "said": 'NotRequired[int]',
        "interests": 'NotRequired[int | None]',
        "matched": 'NotRequired[float | None]',
        "currency": 'NotRequired[str]',
        "pilots": 'NotRequired[int]',
    },
)
MatchAnswer = TypedDict(
    "MatchAnswer",
    {
        "currency": 'NotRequired[str]',
        "admitted": 'NotRequired[dict[str, Any]]',
        "is_stable": 'NotRequired[bool]',
        "gap": 'NotRequired[float]',
        "shortlists": 'NotRequired[list[dict[str, Any]]]',
        "blocking": 'NotRequired[list[dict[str, Any]]]',
    },
)
Minimum = TypedDict(
    "Minimum",
    {
        "database": 'str',
        "measure": 'NotRequired[str]',
        "threshold": 'NotRequired[float]',
    },
)
MixAnswer = TypedDict(
    "MixAnswer",
    {
        "instruments": 'list[dict[str, Any]]',
        "reasons": 'list[dict[str, Any]]',
        "short": 'list[dict[str, Any]]',
        "unit": 'str',
        "discount": 'float',
        "inflation": 'float',
        "terms": 'int',
    },
)
NationAnswer = TypedDict(
    "NationAnswer",
    {
        "about": 'NotRequired[str]',
        "settings": 'NotRequired[dict[str, Any]]',
        "table": 'NotRequired[list[dict[str, Any]]]',
        "share": 'NotRequired[list[dict[str, Any]]]',
        "notes": 'NotRequired[list[str]]',
    },
)
Noticed = TypedDict(
    "Noticed",
    {
        "code": 'str',
        "severity": 'str',
        "place": 'str',
        "reason": 'Said',
    },
)
OfferAnswer = TypedDict(
    "OfferAnswer",
    {
        "kind": 'str',
        "code": 'str',
        "state": 'str',
        "state_title": 'str',
        "version": 'int',
        "city": 'str',
        "province": 'str',
        "round": 'str',
        "agreement": 'str',
        "parent": 'str',
        "owner": 'str',
        "recorded_at": 'str',
        "recorded_by": 'str',
        "actions": 'list[Possible]',
        "content": 'OfferContent',
    },
)
OfferContent = TypedDict(
    "OfferContent",
    {
        "title": 'NotRequired[str]',
        "project": 'NotRequired[str]',
        "delivery": 'NotRequired[str]',
        "least": 'NotRequired[float]',
        "tenor": 'NotRequired[float | None]',
        "answers": 'NotRequired[list[Answer]]',
        "esg": 'NotRequired[list[str]]',
        "risks": 'NotRequired[list[str]]',
        "source": 'NotRequired[str]',
        "documents": 'NotRequired[list[RoomFile]]',
        "note": 'NotRequired[str]',
    },
)
OfferPage = TypedDict(
    "OfferPage",
    {
        "items": 'list[OfferAnswer]',
        "states": 'dict[str, Any]',
        "next": 'str',
    },
)
OperationsAnswer = TypedDict(
    "OperationsAnswer",
    {
        "feeds": 'list[FeedAnswer]',
        "requests": 'list[RequestCount]',
        "figures": 'list[LiveAnswer]',
        "alerts": 'list[operations_AlertAnswer]',
    },
)
OrganisationAnswer = TypedDict(
    "OrganisationAnswer",
    {
        "kind": 'str',
        "code": 'str',
        "state": 'str',
        "state_title": 'str',
        "version": 'int',
        "city": 'str',
        "province": 'str',
        "round": 'str',
        "agreement": 'str',
        "parent": 'str',
        "owner": 'str',
        "recorded_at": 'str',
        "recorded_by": 'str',
        "actions": 'list[Possible]',
        "content": 'OrganisationContent',
    },
)
OrganisationContent = TypedDict(
    "OrganisationContent",
    {
        "title": 'NotRequired[str]',
        "form": 'NotRequired[str]',
        "source": 'NotRequired[str]',
    },
)
OrganisationPage = TypedDict(
    "OrganisationPage",
    {
        "items": 'list[OrganisationAnswer]',
        "states": 'dict[str, Any]',
        "next": 'str',
    },
)
OutlookRow = TypedDict(
    "OutlookRow",
    {
        "city": 'NotRequired[str]',
        "variable": 'NotRequired[str]',
        "area": 'NotRequired[str]',
        "year": 'NotRequired[int]',
        "value": 'NotRequired[float]',
        "low80": 'NotRequired[float | None]',
        "high80": 'NotRequired[float | None]',
        "low95": 'NotRequired[float | None]',
        "high95": 'NotRequired[float | None]',
        "held": 'NotRequired[dict[str, Any] | None]',
        "kind": 'NotRequired[str]',
    },
)
Part = TypedDict(
    "Part",
    {
        "code": 'str',
        "title": 'str',
        "weight": 'float',
        "met": 'float',
        "kind": 'NotRequired[str]',
        "points": 'NotRequired[float]',
        "because": 'NotRequired[str]',
    },
)
Party = TypedDict(
    "Party",
    {
        "code": 'str',
        "title": 'str',
        "signatory": 'NotRequired[str]',
    },
)
PlanAnswer = TypedDict(
    "PlanAnswer",
    {
        "about": 'NotRequired[str]',
        "settings": 'NotRequired[dict[str, Any]]',
        "table": 'NotRequired[list[dict[str, Any]]]',
        "objective": 'NotRequired[float]',
        "bound": 'NotRequired[float | None]',
        "improvement": 'NotRequired[float]',
        "improvable": 'NotRequired[float]',
        "benefit_unit": 'NotRequired[str]',
        "closed": 'NotRequired[float | None]',
        "gap": 'NotRequired[float | None]',
        "bound_recomputed": 'NotRequired[float | None]',
        "gap_recomputed": 'NotRequired[float | None]',
        "projects": 'NotRequired[int]',
        "cities": 'NotRequired[int]',
        "capital": 'NotRequired[float]',
        "currency": 'NotRequired[str]',
        "prices": 'NotRequired[str]',
        "trained": 'NotRequired[int]',
        "shortfalls": 'NotRequired[int]',
        "is_certified": 'NotRequired[bool]',
    },
)
PlanYears = TypedDict(
    "PlanYears",
    {
        "years": 'list[dict[str, Any]]',
        "cities": 'list[dict[str, Any]]',
        "budgets": 'list[dict[str, Any]]',
        "people": 'list[dict[str, Any]]',
        "shortfalls": 'list[dict[str, Any]]',
        "currency": 'str',
    },
)
Possible = TypedDict(
    "Possible",
    {
        "action": 'str',
        "title": 'str',
        "fields": 'list[str]',
    },
)
PressureAnswer = TypedDict(
    "PressureAnswer",
    {
        "short": 'list[dict[str, Any]]',
        "years": 'list[dict[str, Any]]',
        "notes": 'list[str]',
    },
)
Problem = TypedDict(
    "Problem",
    {
        "type": 'str',
        "title": 'str',
        "status": 'int',
        "detail": 'str',
        "code": 'str',
        "place": 'str',
        "remedy": 'str',
        "faults": 'list[ProblemFault]',
    },
)
ProblemFault = TypedDict(
    "ProblemFault",
    {
        "severity": 'NotRequired[str]',
        "sheet": 'NotRequired[str]',
        "cell": 'NotRequired[str]',
        "city": 'NotRequired[str]',
        "variable": 'NotRequired[str]',
        "period": 'NotRequired[str]',
        "value": 'NotRequired[str]',
        "rule": 'NotRequired[str]',
        "message": 'NotRequired[str]',
        "remedy": 'NotRequired[str]',
        "code": 'NotRequired[str]',
    },
)
Progress = TypedDict(
    "Progress",
    {
        "task": 'str',
        "planned": 'NotRequired[float]',
        "tendered": 'NotRequired[float]',
        "contracted": 'NotRequired[float]',
        "done": 'NotRequired[float]',
        "spent": 'NotRequired[float]',
        "note": 'NotRequired[str]',
        "delivered": 'NotRequired[list[str]]',
        "posts": 'NotRequired[float | None]',
    },
)
ProgressAnswer = TypedDict(
    "ProgressAnswer",
    {
        "about": 'NotRequired[str]',
        "settings": 'NotRequired[dict[str, Any]]',
        "table": 'NotRequired[list[dict[str, Any]]]',
        "taskbooks": 'NotRequired[int]',
        "tasks": 'NotRequired[int]',
        "late": 'NotRequired[int]',
        "year": 'NotRequired[int | None]',
        "left_out": 'NotRequired[int]',
        "is_example": 'NotRequired[bool]',
        "earned": 'NotRequired[list[dict[str, Any]]]',
        "curve": 'NotRequired[list[dict[str, Any]]]',
    },
)
ProjectReturnsAnswer = TypedDict(
    "ProjectReturnsAnswer",
    {
        "project": 'NotRequired[str]',
        "kind": 'NotRequired[str]',
        "npv": 'NotRequired[float]',
        "rate": 'NotRequired[float]',
        "rates": 'NotRequired[list[float]]',
        "profile": 'NotRequired[list[dict[str, Any]]]',
        "cover": 'NotRequired[list[dict[str, Any]]]',
        "unit": 'NotRequired[str]',
        "cover_unit": 'NotRequired[str]',
        "evidence": 'NotRequired[str]',
    },
)
Promise = TypedDict(
    "Promise",
    {
        "party": 'str',
        "article": 'str',
        "code": 'str',
        "promise": 'str',
        "due": 'str',
        "state": 'str',
        "evidence": 'str',
        "is_late": 'bool',
    },
)
Proposed = TypedDict(
    "Proposed",
    {
        "decision": 'str',
        "reason": 'str',
        "points": 'NotRequired[float]',
        "rank": 'NotRequired[int]',
        "tied": 'NotRequired[list[str]]',
    },
)
ProspectRow = TypedDict(
    "ProspectRow",
    {
        "project": 'NotRequired[str]',
        "title": 'NotRequired[str]',
        "city": 'NotRequired[str]',
        "place": 'NotRequired[str]',
        "region": 'NotRequired[str]',
        "sector": 'NotRequired[str]',
        "solution": 'NotRequired[str]',
        "start": 'NotRequired[int]',
        "finish": 'NotRequired[int]',
        "capital": 'NotRequired[float]',
        "sought": 'NotRequired[float]',
        "operation": 'NotRequired[float]',
        "currency": 'NotRequired[str]',
        "price_year": 'NotRequired[str]',
        "basis": 'NotRequired[str]',
        "instruments": 'NotRequired[list[str]]',
        "payers": 'NotRequired[list[str]]',
        "standards": 'NotRequired[list[str]]',
        "evidence": 'NotRequired[str]',
        "readiness": 'NotRequired[str]',
        "is_cost_only": 'NotRequired[bool]',
    },
)
PublicationAnswer = TypedDict(
    "PublicationAnswer",
    {
        "id": 'NotRequired[str]',
        "address": 'NotRequired[str]',
        "known_on": 'NotRequired[str]',
        "published": 'NotRequired[str]',
        "code": 'NotRequired[str]',
        "settings": 'NotRequired[str]',
        "catalogue": 'NotRequired[str]',
        "policy": 'NotRequired[str]',
        "content": 'NotRequired[str]',
        "licence": 'NotRequired[str]',
        "supersedes": 'NotRequired[str]',
        "superseded_by": 'NotRequired[list[str]]',
        "cite": 'NotRequired[str]',
        "files": 'NotRequired[list[dict[str, Any]]]',
    },
)
Quota = TypedDict(
    "Quota",
    {
        "kind": 'str',
        "most": 'int',
        "province": 'NotRequired[str]',
    },
)
Reached = TypedDict(
    "Reached",
    {
        "indicator": 'str',
        "value": 'NotRequired[float | None]',
        "unit": 'NotRequired[str]',
        "source": 'NotRequired[str]',
    },
)
Reader = TypedDict(
    "Reader",
    {
        "account": 'str',
        "grants": 'list[AccountGrant]',
        "is_token": 'bool',
    },
)
Reason = TypedDict(
    "Reason",
    {
        "code": 'str',
        "parameters": 'dict[str, Any]',
        "text": 'str',
    },
)
ReportAnswer = TypedDict(
    "ReportAnswer",
    {
        "kind": 'str',
        "code": 'str',
        "state": 'str',
        "state_title": 'str',
        "version": 'int',
        "city": 'str',
        "province": 'str',
        "round": 'str',
        "agreement": 'str',
        "parent": 'str',
        "owner": 'str',
        "recorded_at": 'str',
        "recorded_by": 'str',
        "actions": 'list[Possible]',
        "content": 'ReportContent',
    },
)
ReportContent = TypedDict(
    "ReportContent",
    {
        "title": 'NotRequired[str]',
        "year": 'NotRequired[int]',
        "progress": 'NotRequired[list[Progress]]',
        "reached": 'NotRequired[list[Reached]]',
        "narrative": 'NotRequired[str]',
        "alarms": 'NotRequired[list[Noticed | str]]',
        "requests": 'NotRequired[list[str]]',
        "note": 'NotRequired[str]',
    },
)
ReportPage = TypedDict(
    "ReportPage",
    {
        "items": 'list[ReportAnswer]',
        "states": 'dict[str, Any]',
        "next": 'str',
    },
)
RequestCount = TypedDict(
    "RequestCount",
    {
        "city": 'str',
        "status": 'str',
        "age": 'str',
        "requests": 'int',
        "is_example": 'bool',
    },
)
ResourceAnswer = TypedDict(
    "ResourceAnswer",
    {
        "kind": 'str',
        "code": 'str',
        "state": 'str',
        "state_title": 'str',
        "version": 'int',
        "city": 'str',
        "province": 'str',
        "round": 'str',
        "agreement": 'str',
        "parent": 'str',
        "owner": 'str',
        "recorded_at": 'str',
        "recorded_by": 'str',
        "actions": 'list[Possible]',
        "content": 'ResourceContent',
    },
)
ResourceContent = TypedDict(
    "ResourceContent",
    {
        "title": 'NotRequired[str]',
        "description": 'NotRequired[str]',
        "nature": 'NotRequired[str]',
        "identifier": 'NotRequired[str]',
        "publisher": 'NotRequired[str]',
        "contact": 'NotRequired[str]',
        "email": 'NotRequired[str]',
        "themes": 'NotRequired[list[str]]',
        "keywords": 'NotRequired[list[str]]',
        "licence": 'NotRequired[str]',
        "access_rights": 'NotRequired[str]',
        "agreement": 'NotRequired[str]',
        "periodicity": 'NotRequired[str]',
        "issued": 'NotRequired[str]',
        "modified": 'NotRequired[str]',
        "temporal_start": 'NotRequired[str]',
        "temporal_end": 'NotRequired[str]',
        "spatial": 'NotRequired[str]',
        "version": 'NotRequired[str]',
        "legislation": 'NotRequired[list[str]]',
        "conforms_to": 'NotRequired[list[str]]',
        "landing_page": 'NotRequired[str]',
        "distributions": 'NotRequired[list[Distribution]]',
        "endpoint": 'NotRequired[str]',
        "endpoint_description": 'NotRequired[str]',
        "serves": 'NotRequired[list[str]]',
        "harvest": 'NotRequired[str]',
        "held": 'NotRequired[bool]',
        "said": 'NotRequired[dict[str, Any]]',
        "settled": 'NotRequired[str]',
        "note": 'NotRequired[str]',
    },
)
ResourcePage = TypedDict(
    "ResourcePage",
    {
        "items": 'list[ResourceAnswer]',
        "states": 'dict[str, Any]',
        "next": 'str',
    },
)
ResourceRow = TypedDict(
    "ResourceRow",
    {
        "code": 'NotRequired[str]',
        "city": 'NotRequired[str]',
        "state": 'NotRequired[str]',
        "title": 'NotRequired[str]',
        "nature": 'NotRequired[str]',
        "publisher": 'NotRequired[str]',
        "access_rights": 'NotRequired[str]',
        "licence": 'NotRequired[str]',
        "periodicity": 'NotRequired[str]',
        "modified": 'NotRequired[str]',
        "identifier": 'NotRequired[str]',
        "keywords": 'NotRequired[str]',
        "completeness": 'NotRequired[float]',
        "missing": 'NotRequired[list[str]]',
        "due": 'NotRequired[str | None]',
        "days_late": 'NotRequired[int | None]',
    },
)
ReviewAnswer = TypedDict(
    "ReviewAnswer",
    {
        "kind": 'str',
        "code": 'str',
        "state": 'str',
        "state_title": 'str',
        "version": 'int',
        "city": 'str',
        "province": 'str',
        "round": 'str',
        "agreement": 'str',
        "parent": 'str',
        "owner": 'str',
        "recorded_at": 'str',
        "recorded_by": 'str',
        "actions": 'list[Possible]',
        "content": 'ReviewContent',
    },
)
ReviewContent = TypedDict(
    "ReviewContent",
    {
        "scores": 'NotRequired[dict[str, Any]]',
        "conflict": 'NotRequired[str]',
        "to_applicant": 'NotRequired[str]',
        "to_office": 'NotRequired[str]',
    },
)
ReviewPage = TypedDict(
    "ReviewPage",
    {
        "items": 'list[ReviewAnswer]',
        "states": 'dict[str, Any]',
        "next": 'str',
    },
)
RoomFile = TypedDict(
    "RoomFile",
    {
        "sha256": 'str',
        "application": 'NotRequired[str]',
        "name": 'NotRequired[str]',
    },
)
RoundAnswer = TypedDict(
    "RoundAnswer",
    {
        "kind": 'str',
        "code": 'str',
        "state": 'str',
        "state_title": 'str',
        "version": 'int',
        "city": 'str',
        "province": 'str',
        "round": 'str',
        "agreement": 'str',
        "parent": 'str',
        "owner": 'str',
        "recorded_at": 'str',
        "recorded_by": 'str',
        "actions": 'list[Possible]',
        "content": 'RoundContent',
    },
)
RoundContent = TypedDict(
    "RoundContent",
    {
        "title": 'NotRequired[str]',
        "rules": 'NotRequired[str]',
        "opens": 'NotRequired[str]',
        "closes": 'NotRequired[str]',
        "conditions": 'NotRequired[list[str]]',
        "documents": 'NotRequired[list[str]]',
        "criteria": 'NotRequired[list[Criterion]]',
        "quotas": 'NotRequired[list[Quota]]',
        "declared": 'NotRequired[list[DeclaredTotal]]',
        "is_example": 'NotRequired[bool]',
        "evaluation_day": 'NotRequired[str]',
        "decided_on": 'NotRequired[str]',
        "source": 'NotRequired[str]',
        "selection": 'NotRequired[dict[str, Any]]',
        "note": 'NotRequired[str]',
    },
)
RoundPage = TypedDict(
    "RoundPage",
    {
        "items": 'list[RoundAnswer]',
        "states": 'dict[str, Any]',
        "next": 'str',
    },
)
Said = TypedDict(
    "Said",
    {
        "code": 'str',
        "message": 'str',
        "parameters": 'NotRequired[dict[str, Any]]',
        "plural": 'NotRequired[str]',
        "number": 'NotRequired[int]',
    },
)
ScoresAnswer = TypedDict(
    "ScoresAnswer",
    {
        "about": 'NotRequired[str]',
        "settings": 'NotRequired[dict[str, Any]]',
        "table": 'NotRequired[list[dict[str, Any]]]',
        "pillars": 'NotRequired[list[dict[str, Any]]]',
    },
)
SharedFile = TypedDict(
    "SharedFile",
    {
        "name": 'str',
        "media_type": 'NotRequired[str]',
        "size": 'NotRequired[int | None]',
        "sha256": 'str',
    },
)
Signature = TypedDict(
    "Signature",
    {
        "party": 'str',
        "on": 'NotRequired[str]',
    },
)
SignedAnswer = TypedDict(
    "SignedAnswer",
    {
        "years": 'list[dict[str, Any]]',
        "agreements": 'list[dict[str, Any]]',
        "projects": 'int',
        "standing": 'int',
        "unit": 'str',
    },
)
SpaceAnswer = TypedDict(
    "SpaceAnswer",
    {
        "years": 'list[dict[str, Any]]',
        "cities": 'list[dict[str, Any]]',
        "unit": 'str',
        "evidence": 'dict[str, Any]',
        "last": 'int',
    },
)
SpecialProjectAnswer = TypedDict(
    "SpecialProjectAnswer",
    {
        "kind": 'str',
        "code": 'str',
        "state": 'str',
        "state_title": 'str',
        "version": 'int',
        "city": 'str',
        "province": 'str',
        "round": 'str',
        "agreement": 'str',
        "parent": 'str',
        "owner": 'str',
        "recorded_at": 'str',
        "recorded_by": 'str',
        "actions": 'list[Possible]',
        "content": 'SpecialProjectContent',
    },
)
SpecialProjectContent = TypedDict(
    "SpecialProjectContent",
    {
        "title": 'NotRequired[str]',
        "field": 'NotRequired[str]',
        "organisation": 'NotRequired[str]',
        "source": 'NotRequired[str]',
    },
)
SpecialProjectPage = TypedDict(
    "SpecialProjectPage",
    {
        "items": 'list[SpecialProjectAnswer]',
        "states": 'dict[str, Any]',
        "next": 'str',
    },
)
SpendingAnswer = TypedDict(
    "SpendingAnswer",
    {
        "stages": 'list[dict[str, Any]]',
        "stretch": 'list[dict[str, Any]]',
        "currency": 'str',
    },
)
StageAnswer = TypedDict(
    "StageAnswer",
    {
        "about": 'NotRequired[str]',
        "settings": 'NotRequired[dict[str, Any]]',
        "table": 'NotRequired[list[dict[str, Any]]]',
    },
)
StageRow = TypedDict(
    "StageRow",
    {
        "name": 'str',
        "title": 'str',
        "follows": 'str',
        "needs": 'list[str]',
        "is_adopted": 'bool',
        "remedy": 'str',
    },
)
SubmissionAnswer = TypedDict(
    "SubmissionAnswer",
    {
        "kind": 'str',
        "code": 'str',
        "state": 'str',
        "state_title": 'str',
        "version": 'int',
        "city": 'str',
        "province": 'str',
        "round": 'str',
        "agreement": 'str',
        "parent": 'str',
        "owner": 'str',
        "recorded_at": 'str',
        "recorded_by": 'str',
        "actions": 'list[Possible]',
        "content": 'SubmissionContent',
    },
)
SubmissionContent = TypedDict(
    "SubmissionContent",
    {
        "title": 'NotRequired[str]',
        "name": 'NotRequired[str]',
        "sha256": 'NotRequired[str]',
        "mapping": 'NotRequired[str]',
        "projected_from": 'NotRequired[str]',
        "encoding": 'NotRequired[str]',
        "variables": 'NotRequired[list[SubmittedVariable]]',
        "left_out": 'NotRequired[list[str]]',
        "takes_suspects": 'NotRequired[bool]',
        "answer": 'NotRequired[str]',
        "province": 'NotRequired[str]',
    },
)
SubmissionPage = TypedDict(
    "SubmissionPage",
    {
        "items": 'list[SubmissionAnswer]',
        "states": 'dict[str, Any]',
        "next": 'str',
    },
)
SubmittedVariable = TypedDict(
    "SubmittedVariable",
    {
        "variable": 'str',
        "figures": 'int',
        "suspects": 'NotRequired[int]',
    },
)
SuitedAnswer = TypedDict(
    "SuitedAnswer",
    {
        "mandate": 'NotRequired[str]',
        "title": 'NotRequired[str]',
        "is_example": 'NotRequired[bool]',
        "rate": 'NotRequired[str]',
        "currency": 'NotRequired[str]',
        "projects": 'NotRequired[list[str]]',
        "removals": 'NotRequired[list[dict[str, Any]]]',
        "change": 'NotRequired[str]',
        "bundles": 'NotRequired[list[dict[str, Any]]]',
    },
)
Summary = TypedDict(
    "Summary",
    {
        "name": 'NotRequired[str]',
        "cities": 'NotRequired[int]',
        "pilots": 'NotRequired[int]',
        "sources": 'NotRequired[int]',
        "observations": 'NotRequired[int]',
        "suspects": 'NotRequired[int]',
    },
)
SuspectFigure = TypedDict(
    "SuspectFigure",
    {
        "key": 'str',
        "city": 'str',
        "variable": 'str',
        "period": 'str',
        "value": 'float',
        "unit": 'str',
        "area": 'str',
        "source": 'str',
        "reason": 'str',
        "file": 'str',
        "sheet": 'str',
        "cell": 'str',
    },
)
SuspectPage = TypedDict(
    "SuspectPage",
    {
        "items": 'list[SuspectFigure]',
        "next": 'str',
    },
)
TalentAnswer = TypedDict(
    "TalentAnswer",
    {
        "about": 'NotRequired[str]',
        "settings": 'NotRequired[dict[str, Any]]',
        "table": 'NotRequired[list[dict[str, Any]]]',
        "unit": 'NotRequired[str]',
        "occupations": 'NotRequired[int]',
        "assumed_share": 'NotRequired[float]',
        "unknown_running": 'NotRequired[float]',
        "differences": 'NotRequired[int]',
        "currency": 'NotRequired[str]',
        "prices": 'NotRequired[str]',
        "shortage": 'NotRequired[list[dict[str, Any]]]',
        "information": 'NotRequired[list[dict[str, Any]]]',
        "remedies": 'NotRequired[list[dict[str, Any]]]',
        "seats": 'NotRequired[list[dict[str, Any]]]',
        "supply_rests_on": 'NotRequired[str]',
    },
)
TalentOfCity = TypedDict(
    "TalentOfCity",
    {
        "unit": 'str',
        "occupations": 'list[dict[str, Any]]',
        "lacking": 'list[dict[str, Any]]',
    },
)
Target = TypedDict(
    "Target",
    {
        "indicator": 'str',
        "year": 'int',
        "value": 'float',
        "unit": 'str',
        "base": 'NotRequired[float | None]',
    },
)
TargetsAnswer = TypedDict(
    "TargetsAnswer",
    {
        "about": 'NotRequired[str]',
        "settings": 'NotRequired[dict[str, Any]]',
        "table": 'NotRequired[list[dict[str, Any]]]',
        "targets": 'NotRequired[int]',
        "unlikely": 'NotRequired[int]',
        "unknown": 'NotRequired[int]',
    },
)
Task = TypedDict(
    "Task",
    {
        "code": 'str',
        "title": 'str',
        "solution": 'NotRequired[str]',
        "body": 'NotRequired[str]',
        "starts": 'NotRequired[int | None]',
        "ends": 'NotRequired[int | None]',
        "money": 'NotRequired[dict[str, Any]]',
        "deliverables": 'NotRequired[dict[str, Any]]',
    },
)
TaskBookAnswer = TypedDict(
    "TaskBookAnswer",
    {
        "kind": 'str',
        "code": 'str',
        "state": 'str',
        "state_title": 'str',
        "version": 'int',
        "city": 'str',
        "province": 'str',
        "round": 'str',
        "agreement": 'str',
        "parent": 'str',
        "owner": 'str',
        "recorded_at": 'str',
        "recorded_by": 'str',
        "actions": 'list[Possible]',
        "content": 'TaskBookContent',
    },
)
TaskBookContent = TypedDict(
    "TaskBookContent",
    {
        "title": 'NotRequired[str]',
        "plan": 'NotRequired[str]',
        "currency": 'NotRequired[str]',
        "tasks": 'NotRequired[list[Task]]',
        "targets": 'NotRequired[list[Target]]',
        "conditions": 'NotRequired[list[Minimum]]',
        "reason": 'NotRequired[str]',
        "effect": 'NotRequired[str]',
        "requests": 'NotRequired[list[str]]',
        "note": 'NotRequired[str]',
    },
)
TaskBookPage = TypedDict(
    "TaskBookPage",
    {
        "items": 'list[TaskBookAnswer]',
        "states": 'dict[str, Any]',
        "next": 'str',
    },
)
UsesAnswer = TypedDict(
    "UsesAnswer",
    {
        "rows": 'list[dict[str, Any]]',
        "currency": 'str',
        "prices": 'str',
    },
)
VisitAnswer = TypedDict(
    "VisitAnswer",
    {
        "kind": 'str',
        "code": 'str',
        "state": 'str',
        "state_title": 'str',
        "version": 'int',
        "city": 'str',
        "province": 'str',
        "round": 'str',
        "agreement": 'str',
        "parent": 'str',
        "owner": 'str',
        "recorded_at": 'str',
        "recorded_by": 'str',
        "actions": 'list[Possible]',
        "content": 'VisitContent',
    },
)
VisitContent = TypedDict(
    "VisitContent",
    {
        "title": 'NotRequired[str]',
        "sha256": 'NotRequired[str]',
    },
)
VisitPage = TypedDict(
    "VisitPage",
    {
        "items": 'list[VisitAnswer]',
        "states": 'dict[str, Any]',
        "next": 'str',
    },
)
WhatIfAnswer = TypedDict(
    "WhatIfAnswer",
    {
        "index": 'NotRequired[str]',
        "weights": 'NotRequired[dict[str, Any]]',
        "steps": 'NotRequired[str]',
        "aggregate": 'NotRequired[str]',
        "is_changed": 'NotRequired[bool]',
        "said": 'NotRequired[str]',
        "cities": 'NotRequired[list[dict[str, Any]]]',
    },
)
Work = TypedDict(
    "Work",
    {
        "about": 'NotRequired[str]',
        "settings": 'NotRequired[dict[str, Any]]',
        "table": 'NotRequired[list[dict[str, Any]]]',
        "jobs": 'NotRequired[list[dict[str, Any]]]',
        "notes": 'NotRequired[list[str]]',
    },
)
cases_AlertAnswer = TypedDict(
    "cases_AlertAnswer",
    {
        "kind": 'str',
        "code": 'str',
        "state": 'str',
        "state_title": 'str',
        "version": 'int',
        "city": 'str',
        "province": 'str',
        "round": 'str',
        "agreement": 'str',
        "parent": 'str',
        "owner": 'str',
        "recorded_at": 'str',
        "recorded_by": 'str',
        "actions": 'list[Possible]',
        "content": 'AlertContent',
    },
)
operations_AlertAnswer = TypedDict(
    "operations_AlertAnswer",
    {
        "code": 'str',
        "state": 'str',
        "city": 'str',
        "sensors": 'list[str]',
        "indicator": 'str',
        "period": 'str',
        "value": 'float',
        "expected": 'float',
        "behind": 'float',
        "is_example": 'bool',
    },
)

class Client(Caller):
    """Asks a server; one method an operation."""

    def list_account_changes(self, *, city: str | None = None, province: str | None = None, state: str | None = None, round: str | None = None, agreement: str | None = None, parent: str | None = None, owner: str | None = None, known_on: str | None = None, after: str | None = None, most: int | None = None) -> "AccountChangePage":
        """Return the dossiers that the reader may see, by code; as known on an instant where named."""
        return cast("AccountChangePage", self.ask(
            "GET",
            "/api/account-changes",
            query={"city": city, "province": province, "state": state, "round": round, "agreement": agreement, "parent": parent, "owner": owner, "known_on": known_on, "after": after, "most": most},
        ))

    def begin_account_change(self, data: CaseBegun, *, idempotency_key: str | None = None) -> "AccountChangeAnswer":
        """Begin a dossier."""
        return cast("AccountChangeAnswer", self.ask(
            "POST",
            "/api/account-changes/begin",
            header={"Idempotency-Key": idempotency_key},
            data=data,
        ))

    def open_account_change(self, code: str, *, version: int | None = None, if_none_match: str | None = None) -> "AccountChangeAnswer":
        """Return a dossier as the reader may see it: its newest version, or the one named."""
        return cast("AccountChangeAnswer", self.ask(
            "GET",
            "/api/account-changes/{code}",
            path={"code": code},
            query={"version": version},
            header={"If-None-Match": if_none_match},
        ))

    def history_of_account_change(self, code: str) -> "list[AccountChangeAnswer]":
        """Return every version of a dossier that the reader may see, the first one first."""
        return cast("list[AccountChangeAnswer]", self.ask(
            "GET",
            "/api/account-changes/{code}/history",
            path={"code": code},
        ))

    def act_on_account_change(self, code: str, action: str, data: CaseStep, *, if_match: str | None = None, idempotency_key: str | None = None) -> "AccountChangeAnswer":
        """Take a step with a dossier; ``If-Match`` is the version that was seen."""
        return cast("AccountChangeAnswer", self.ask(
            "POST",
            "/api/account-changes/{code}/{action}",
            path={"code": code, "action": action},
            header={"If-Match": if_match, "Idempotency-Key": idempotency_key},
            data=data,
        ))

    def list_accounts(self, *, city: str | None = None, province: str | None = None, state: str | None = None, round: str | None = None, agreement: str | None = None, parent: str | None = None, owner: str | None = None, known_on: str | None = None, after: str | None = None, most: int | None = None) -> "AccountPage":
        """Return the dossiers that the reader may see, by code; as known on an instant where named."""
        return cast("AccountPage", self.ask(
            "GET",
            "/api/accounts",
            query={"city": city, "province": province, "state": state, "round": round, "agreement": agreement, "parent": parent, "owner": owner, "known_on": known_on, "after": after, "most": most},
        ))

    def begin_account(self, data: CaseBegun, *, idempotency_key: str | None = None) -> "AccountAnswer":
        """Begin a dossier."""
        return cast("AccountAnswer", self.ask(
            "POST",
            "/api/accounts/begin",
            header={"Idempotency-Key": idempotency_key},
            data=data,
        ))

    def open_account(self, code: str, *, version: int | None = None, if_none_match: str | None = None) -> "AccountAnswer":
        """Return a dossier as the reader may see it: its newest version, or the one named."""
        return cast("AccountAnswer", self.ask(
            "GET",
            "/api/accounts/{code}",
            path={"code": code},
            query={"version": version},
            header={"If-None-Match": if_none_match},
        ))

    def history_of_account(self, code: str) -> "list[AccountAnswer]":
        """Return every version of a dossier that the reader may see, the first one first."""
        return cast("list[AccountAnswer]", self.ask(
            "GET",
            "/api/accounts/{code}/history",
            path={"code": code},
        ))

    def act_on_account(self, code: str, action: str, data: CaseStep, *, if_match: str | None = None, idempotency_key: str | None = None) -> "AccountAnswer":
        """Take a step with a dossier; ``If-Match`` is the version that was seen."""
        return cast("AccountAnswer", self.ask(
            "POST",
            "/api/accounts/{code}/{action}",
            path={"code": code, "action": action},
            header={"If-Match": if_match, "Idempotency-Key": idempotency_key},
            data=data,
        ))

    def ages(self) -> "AgesAnswer":
        """Return people by age and sex ahead, with bands, and what was assumed of births, deaths and moves."""
        return cast("AgesAnswer", self.ask(
            "GET",
            "/api/ages",
        ))

    def ages_code(self, code: str) -> "StageAnswer":
        """Return people of a city by age ahead, with bands: by its own two counts, or by the nation's ages."""
        return cast("StageAnswer", self.ask(
            "GET",
            "/api/ages/{code}",
            path={"code": code},
        ))

    def list_agreements(self, *, city: str | None = None, province: str | None = None, state: str | None = None, round: str | None = None, agreement: str | None = None, parent: str | None = None, owner: str | None = None, known_on: str | None = None, after: str | None = None, most: int | None = None) -> "AgreementPage":
        """Return the dossiers that the reader may see, by code; as known on an instant where named."""
        return cast("AgreementPage", self.ask(
            "GET",
            "/api/agreements",
            query={"city": city, "province": province, "state": state, "round": round, "agreement": agreement, "parent": parent, "owner": owner, "known_on": known_on, "after": after, "most": most},
        ))

    def begin_agreement(self, data: CaseBegun, *, idempotency_key: str | None = None) -> "AgreementAnswer":
        """Begin a dossier."""
        return cast("AgreementAnswer", self.ask(
            "POST",
            "/api/agreements/begin",
            header={"Idempotency-Key": idempotency_key},
            data=data,
        ))

    def open_agreement(self, code: str, *, version: int | None = None, if_none_match: str | None = None) -> "AgreementAnswer":
        """Return a dossier as the reader may see it: its newest version, or the one named."""
        return cast("AgreementAnswer", self.ask(
            "GET",
            "/api/agreements/{code}",
            path={"code": code},
            query={"version": version},
            header={"If-None-Match": if_none_match},
        ))

    def history_of_agreement(self, code: str) -> "list[AgreementAnswer]":
        """Return every version of a dossier that the reader may see, the first one first."""
        return cast("list[AgreementAnswer]", self.ask(
            "GET",
            "/api/agreements/{code}/history",
            path={"code": code},
        ))

    def agreements_code_promises(self, code: str, *, on: str | None | None = None) -> "list[Promise]":
        """Return what each party of an agreement promised and did."""
        return cast("list[Promise]", self.ask(
            "GET",
            "/api/agreements/{code}/promises",
            path={"code": code},
            query={"on": on},
        ))

    def act_on_agreement(self, code: str, action: str, data: CaseStep, *, if_match: str | None = None, idempotency_key: str | None = None) -> "AgreementAnswer":
        """Take a step with a dossier; ``If-Match`` is the version that was seen."""
        return cast("AgreementAnswer", self.ask(
            "POST",
            "/api/agreements/{code}/{action}",
            path={"code": code, "action": action},
            header={"If-Match": if_match, "Idempotency-Key": idempotency_key},
            data=data,
        ))

    def alarms(self, *, on: str | None | None = None, city: str | None = None, taskbook: str | None = None) -> "list[AlarmAnswer]":
        """Return what is to be looked at in the pilots that the reader sees as a party does, gravest first."""
        return cast("list[AlarmAnswer]", self.ask(
            "GET",
            "/api/alarms",
            query={"on": on, "city": city, "taskbook": taskbook},
        ))

    def list_alerts(self, *, city: str | None = None, province: str | None = None, state: str | None = None, round: str | None = None, agreement: str | None = None, parent: str | None = None, owner: str | None = None, known_on: str | None = None, after: str | None = None, most: int | None = None) -> "AlertPage":
        """Return the dossiers that the reader may see, by code; as known on an instant where named."""
        return cast("AlertPage", self.ask(
            "GET",
            "/api/alerts",
            query={"city": city, "province": province, "state": state, "round": round, "agreement": agreement, "parent": parent, "owner": owner, "known_on": known_on, "after": after, "most": most},
        ))

    def begin_alert(self, data: CaseBegun, *, idempotency_key: str | None = None) -> "cases_AlertAnswer":
        """Begin a dossier."""
        return cast("cases_AlertAnswer", self.ask(
            "POST",
            "/api/alerts/begin",
            header={"Idempotency-Key": idempotency_key},
            data=data,
        ))

    def open_alert(self, code: str, *, version: int | None = None, if_none_match: str | None = None) -> "cases_AlertAnswer":
        """Return a dossier as the reader may see it: its newest version, or the one named."""
        return cast("cases_AlertAnswer", self.ask(
            "GET",
            "/api/alerts/{code}",
            path={"code": code},
            query={"version": version},
            header={"If-None-Match": if_none_match},
        ))

    def history_of_alert(self, code: str) -> "list[cases_AlertAnswer]":
        """Return every version of a dossier that the reader may see, the first one first."""
        return cast("list[cases_AlertAnswer]", self.ask(
            "GET",
            "/api/alerts/{code}/history",
            path={"code": code},
        ))

    def act_on_alert(self, code: str, action: str, data: CaseStep, *, if_match: str | None = None, idempotency_key: str | None = None) -> "cases_AlertAnswer":
        """Take a step with a dossier; ``If-Match`` is the version that was seen."""
        return cast("cases_AlertAnswer", self.ask(
            "POST",
            "/api/alerts/{code}/{action}",
            path={"code": code, "action": action},
            header={"If-Match": if_match, "Idempotency-Key": idempotency_key},
            data=data,
        ))

    def list_amendments(self, *, city: str | None = None, province: str | None = None, state: str | None = None, round: str | None = None, agreement: str | None = None, parent: str | None = None, owner: str | None = None, known_on: str | None = None, after: str | None = None, most: int | None = None) -> "AmendmentPage":
        """Return the dossiers that the reader may see, by code; as known on an instant where named."""
        return cast("AmendmentPage", self.ask(
            "GET",
            "/api/amendments",
            query={"city": city, "province": province, "state": state, "round": round, "agreement": agreement, "parent": parent, "owner": owner, "known_on": known_on, "after": after, "most": most},
        ))

    def begin_amendment(self, data: CaseBegun, *, idempotency_key: str | None = None) -> "AmendmentAnswer":
        """Begin a dossier."""
        return cast("AmendmentAnswer", self.ask(
            "POST",
            "/api/amendments/begin",
            header={"Idempotency-Key": idempotency_key},
            data=data,
        ))

    def open_amendment(self, code: str, *, version: int | None = None, if_none_match: str | None = None) -> "AmendmentAnswer":
        """Return a dossier as the reader may see it: its newest version, or the one named."""
        return cast("AmendmentAnswer", self.ask(
            "GET",
            "/api/amendments/{code}",
            path={"code": code},
            query={"version": version},
            header={"If-None-Match": if_none_match},
        ))

    def history_of_amendment(self, code: str) -> "list[AmendmentAnswer]":
        """Return every version of a dossier that the reader may see, the first one first."""
        return cast("list[AmendmentAnswer]", self.ask(
            "GET",
            "/api/amendments/{code}/history",
            path={"code": code},
        ))

    def act_on_amendment(self, code: str, action: str, data: CaseStep, *, if_match: str | None = None, idempotency_key: str | None = None) -> "AmendmentAnswer":
        """Take a step with a dossier; ``If-Match`` is the version that was seen."""
        return cast("AmendmentAnswer", self.ask(
            "POST",
            "/api/amendments/{code}/{action}",
            path={"code": code, "action": action},
            header={"If-Match": if_match, "Idempotency-Key": idempotency_key},
            data=data,
        ))

    def list_applications(self, *, city: str | None = None, province: str | None = None, state: str | None = None, round: str | None = None, agreement: str | None = None, parent: str | None = None, owner: str | None = None, known_on: str | None = None, after: str | None = None, most: int | None = None) -> "ApplicationPage":
        """Return the dossiers that the reader may see, by code; as known on an instant where named."""
        return cast("ApplicationPage", self.ask(
            "GET",
            "/api/applications",
            query={"city": city, "province": province, "state": state, "round": round, "agreement": agreement, "parent": parent, "owner": owner, "known_on": known_on, "after": after, "most": most},
        ))

    def begin_application(self, data: CaseBegun, *, idempotency_key: str | None = None) -> "ApplicationAnswer":
        """Begin a dossier."""
        return cast("ApplicationAnswer", self.ask(
            "POST",
            "/api/applications/begin",
            header={"Idempotency-Key": idempotency_key},
            data=data,
        ))

    def open_application(self, code: str, *, version: int | None = None, if_none_match: str | None = None) -> "ApplicationAnswer":
        """Return a dossier as the reader may see it: its newest version, or the one named."""
        return cast("ApplicationAnswer", self.ask(
            "GET",
            "/api/applications/{code}",
            path={"code": code},
            query={"version": version},
            header={"If-None-Match": if_none_match},
        ))

    def history_of_application(self, code: str) -> "list[ApplicationAnswer]":
        """Return every version of a dossier that the reader may see, the first one first."""
        return cast("list[ApplicationAnswer]", self.ask(
            "GET",
            "/api/applications/{code}/history",
            path={"code": code},
        ))

    def act_on_application(self, code: str, action: str, data: CaseStep, *, if_match: str | None = None, idempotency_key: str | None = None) -> "ApplicationAnswer":
        """Take a step with a dossier; ``If-Match`` is the version that was seen."""
        return cast("ApplicationAnswer", self.ask(
            "POST",
            "/api/applications/{code}/{action}",
            path={"code": code, "action": action},
            header={"If-Match": if_match, "Idempotency-Key": idempotency_key},
            data=data,
        ))

    def base_data_code(self, code: str) -> "list[BaseDataRow]":
        """Return the measures of each base database of a city; a share of null is not measurable, with why."""
        return cast("list[BaseDataRow]", self.ask(
            "GET",
            "/api/base-data/{code}",
            path={"code": code},
        ))

    def list_base_reports(self, *, city: str | None = None, province: str | None = None, state: str | None = None, round: str | None = None, agreement: str | None = None, parent: str | None = None, owner: str | None = None, known_on: str | None = None, after: str | None = None, most: int | None = None) -> "BaseReportPage":
        """Return the dossiers that the reader may see, by code; as known on an instant where named."""
        return cast("BaseReportPage", self.ask(
            "GET",
            "/api/base-reports",
            query={"city": city, "province": province, "state": state, "round": round, "agreement": agreement, "parent": parent, "owner": owner, "known_on": known_on, "after": after, "most": most},
        ))

    def begin_base_report(self, data: CaseBegun, *, idempotency_key: str | None = None) -> "BaseReportAnswer":
        """Begin a dossier."""
        return cast("BaseReportAnswer", self.ask(
            "POST",
            "/api/base-reports/begin",
            header={"Idempotency-Key": idempotency_key},
            data=data,
        ))

    def open_base_report(self, code: str, *, version: int | None = None, if_none_match: str | None = None) -> "BaseReportAnswer":
        """Return a dossier as the reader may see it: its newest version, or the one named."""
        return cast("BaseReportAnswer", self.ask(
            "GET",
            "/api/base-reports/{code}",
            path={"code": code},
            query={"version": version},
            header={"If-None-Match": if_none_match},
        ))

    def history_of_base_report(self, code: str) -> "list[BaseReportAnswer]":
        """Return every version of a dossier that the reader may see, the first one first."""
        return cast("list[BaseReportAnswer]", self.ask(
            "GET",
            "/api/base-reports/{code}/history",
            path={"code": code},
        ))

    def act_on_base_report(self, code: str, action: str, data: CaseStep, *, if_match: str | None = None, idempotency_key: str | None = None) -> "BaseReportAnswer":
        """Take a step with a dossier; ``If-Match`` is the version that was seen."""
        return cast("BaseReportAnswer", self.ask(
            "POST",
            "/api/base-reports/{code}/{action}",
            path={"code": code, "action": action},
            header={"If-Match": if_match, "Idempotency-Key": idempotency_key},
            data=data,
        ))

    def catalogue(self, *, city: str | None = None, q: str | None = None, nature: str | None = None, access: str | None = None) -> "list[ResourceRow]":
        """Return the resources that everybody may see, with how complete and how fresh each is."""
        return cast("list[ResourceRow]", self.ask(
            "GET",
            "/api/catalogue",
            query={"city": city, "q": q, "nature": nature, "access": access},
        ))

    def catalogue_cities(self) -> "list[CatalogueOfCity]":
        """Return of each city how many resources it lists, how complete they are, and how many are late."""
        return cast("list[CatalogueOfCity]", self.ask(
            "GET",
            "/api/catalogue/cities",
        ))

    def catalogue_differences(self, city: str) -> "list[CatalogueDifference]":
        """Return where what a city says of its resources differs from what is held, as the reader sees both."""
        return cast("list[CatalogueDifference]", self.ask(
            "GET",
            "/api/catalogue/differences",
            query={"city": city},
        ))

    def catalogue_harvests(self) -> "list[HarvestRow]":
        """Return the harvested catalogues that the reader sees, each with its newest harvest and its outcome."""
        return cast("list[HarvestRow]", self.ask(
            "GET",
            "/api/catalogue/harvests",
        ))

    def certificates(self) -> "list[CertificateAnswer]":
        """Return the certificates of published grades, those with most stars first."""
        return cast("list[CertificateAnswer]", self.ask(
            "GET",
            "/api/certificates",
        ))

    def certificates_code(self, code: str) -> "CertificateAnswer":
        """Return the grade that the code on a certificate stands for; 404 where none does."""
        return cast("CertificateAnswer", self.ask(
            "GET",
            "/api/certificates/{code}",
            path={"code": code},
        ))

    def cities(self) -> "list[CityRow]":
        """Return every city: names, place, score, rank, coverage, outlook, number of planned projects."""
        return cast("list[CityRow]", self.ask(
            "GET",
            "/api/cities",
        ))

    def cities_code(self, code: str) -> "CityFigures":
        """Return one city with every stored figure, the suspect ones included, each with its origin."""
        return cast("CityFigures", self.ask(
            "GET",
            "/api/cities/{code}",
            path={"code": code},
        ))

    def cities_code_explain_what(self, code: str, what: str, *, name: str | None = None, period: str | None = None, area: str | None = None) -> "Explained":
        """Return how a score, a population outlook or a figure came about, down to file, sheet and cell."""
        return cast("Explained", self.ask(
            "GET",
            "/api/cities/{code}/explain/{what}",
            path={"code": code, "what": what},
            query={"name": name, "period": period, "area": area},
        ))

    def commitments(self, *, on: str | None | None = None, within: int | None = None) -> "list[CommitmentDue]":
        """Return the commitments of agreements in force that are late, or due within so many days, by party."""
        return cast("list[CommitmentDue]", self.ask(
            "GET",
            "/api/commitments",
            query={"on": on, "within": within},
        ))

    def list_data_requests(self, *, city: str | None = None, province: str | None = None, state: str | None = None, round: str | None = None, agreement: str | None = None, parent: str | None = None, owner: str | None = None, known_on: str | None = None, after: str | None = None, most: int | None = None) -> "DataRequestPage":
        """Return the dossiers that the reader may see, by code; as known on an instant where named."""
        return cast("DataRequestPage", self.ask(
            "GET",
            "/api/data-requests",
            query={"city": city, "province": province, "state": state, "round": round, "agreement": agreement, "parent": parent, "owner": owner, "known_on": known_on, "after": after, "most": most},
        ))

    def begin_data_request(self, data: CaseBegun, *, idempotency_key: str | None = None) -> "DataRequestAnswer":
        """Begin a dossier."""
        return cast("DataRequestAnswer", self.ask(
            "POST",
            "/api/data-requests/begin",
            header={"Idempotency-Key": idempotency_key},
            data=data,
        ))

    def open_data_request(self, code: str, *, version: int | None = None, if_none_match: str | None = None) -> "DataRequestAnswer":
        """Return a dossier as the reader may see it: its newest version, or the one named."""
        return cast("DataRequestAnswer", self.ask(
            "GET",
            "/api/data-requests/{code}",
            path={"code": code},
            query={"version": version},
            header={"If-None-Match": if_none_match},
        ))

    def history_of_data_request(self, code: str) -> "list[DataRequestAnswer]":
        """Return every version of a dossier that the reader may see, the first one first."""
        return cast("list[DataRequestAnswer]", self.ask(
            "GET",
            "/api/data-requests/{code}/history",
            path={"code": code},
        ))

    def act_on_data_request(self, code: str, action: str, data: CaseStep, *, if_match: str | None = None, idempotency_key: str | None = None) -> "DataRequestAnswer":
        """Take a step with a dossier; ``If-Match`` is the version that was seen."""
        return cast("DataRequestAnswer", self.ask(
            "POST",
            "/api/data-requests/{code}/{action}",
            path={"code": code, "action": action},
            header={"If-Match": if_match, "Idempotency-Key": idempotency_key},
            data=data,
        ))

    def list_deliveries(self, *, city: str | None = None, province: str | None = None, state: str | None = None, round: str | None = None, agreement: str | None = None, parent: str | None = None, owner: str | None = None, known_on: str | None = None, after: str | None = None, most: int | None = None) -> "DeliveryPage":
        """Return the dossiers that the reader may see, by code; as known on an instant where named."""
        return cast("DeliveryPage", self.ask(
            "GET",
            "/api/deliveries",
            query={"city": city, "province": province, "state": state, "round": round, "agreement": agreement, "parent": parent, "owner": owner, "known_on": known_on, "after": after, "most": most},
        ))

    def begin_delivery(self, data: CaseBegun, *, idempotency_key: str | None = None) -> "DeliveryAnswer":
        """Begin a dossier."""
        return cast("DeliveryAnswer", self.ask(
            "POST",
            "/api/deliveries/begin",
            header={"Idempotency-Key": idempotency_key},
            data=data,
        ))

    def open_delivery(self, code: str, *, version: int | None = None, if_none_match: str | None = None) -> "DeliveryAnswer":
        """Return a dossier as the reader may see it: its newest version, or the one named."""
        return cast("DeliveryAnswer", self.ask(
            "GET",
            "/api/deliveries/{code}",
            path={"code": code},
            query={"version": version},
            header={"If-None-Match": if_none_match},
        ))

    def history_of_delivery(self, code: str) -> "list[DeliveryAnswer]":
        """Return every version of a dossier that the reader may see, the first one first."""
        return cast("list[DeliveryAnswer]", self.ask(
            "GET",
            "/api/deliveries/{code}/history",
            path={"code": code},
        ))

    def act_on_delivery(self, code: str, action: str, data: CaseStep, *, if_match: str | None = None, idempotency_key: str | None = None) -> "DeliveryAnswer":
        """Take a step with a dossier; ``If-Match`` is the version that was seen."""
        return cast("DeliveryAnswer", self.ask(
            "POST",
            "/api/deliveries/{code}/{action}",
            path={"code": code, "action": action},
            header={"If-Match": if_match, "Idempotency-Key": idempotency_key},
            data=data,
        ))

    def disagreements(self) -> "list[Disagreement]":
        """Return where sources differ for one place, variable, boundary and period: which counts, and why."""
        return cast("list[Disagreement]", self.ask(
            "GET",
            "/api/disagreements",
        ))

    def documents(self) -> "list[DocumentRow]":
        """Return the kinds of documents, and what each is about: a city, a project, or the programme (empty)."""
        return cast("list[DocumentRow]", self.ask(
            "GET",
            "/api/documents",
        ))

    def documents_kind_ending(self, kind: str, ending: str, *, about: str | None = None, outline: str | None = None) -> "str":
        """Return a document as pdf, docx, html or md."""
        return cast("str", self.ask(
            "GET",
            "/api/documents/{kind}/{ending}",
            path={"kind": kind, "ending": ending},
            query={"about": about, "outline": outline},
        ))

    def exchange_introspect(self, data: KeySent) -> "Introspected":
        """Say to a service whether a key holds now, and for what; each use of a key that holds is logged."""
        return cast("Introspected", self.ask(
            "POST",
            "/api/exchange/introspect",
            data=data,
        ))

    def exchange_code_files(self, code: str, name: str, content: bytes, *, form: dict[str, str] | None = None) -> "FileHandedOverAnswer":
        """Hand a file over on an approved request; it is told by its content, and kept under its digest."""
        return cast("FileHandedOverAnswer", self.ask(
            "POST",
            "/api/exchange/{code}/files",
            path={"code": code},
            file=(name, content, form or {}),
        ))

    def exchange_code_files_sha256(self, code: str, sha256: str) -> "str":
        """Send a file of an approved request to who made it; it is logged first."""
        return cast("str", self.ask(
            "GET",
            "/api/exchange/{code}/files/{sha256}",
            path={"code": code, "sha256": sha256},
        ))

    def exchange_code_key(self, code: str) -> "KeyAnswer":
        """Return a new key for the service of an approved request; earlier ones end."""
        return cast("KeyAnswer", self.ask(
            "POST",
            "/api/exchange/{code}/key",
            path={"code": code},
        ))

    def faults(self, *, q: str | None = None, severity: str | None = None, rule: str | None = None) -> "list[FindingAnswer]":
        """Return the findings of every load: what is suspect, in which cell, by which rule, and what to do."""
        return cast("list[FindingAnswer]", self.ask(
            "GET",
            "/api/faults",
            query={"q": q, "severity": severity, "rule": rule},
        ))

    def list_feeds(self, *, city: str | None = None, province: str | None = None, state: str | None = None, round: str | None = None, agreement: str | None = None, parent: str | None = None, owner: str | None = None, known_on: str | None = None, after: str | None = None, most: int | None = None) -> "FeedDossierPage":
        """Return the dossiers that the reader may see, by code; as known on an instant where named."""
        return cast("FeedDossierPage", self.ask(
            "GET",
            "/api/feeds",
            query={"city": city, "province": province, "state": state, "round": round, "agreement": agreement, "parent": parent, "owner": owner, "known_on": known_on, "after": after, "most": most},
        ))

    def begin_feed(self, data: CaseBegun, *, idempotency_key: str | None = None) -> "FeedDossierAnswer":
        """Begin a dossier."""
        return cast("FeedDossierAnswer", self.ask(
            "POST",
            "/api/feeds/begin",
            header={"Idempotency-Key": idempotency_key},
            data=data,
        ))

    def open_feed(self, code: str, *, version: int | None = None, if_none_match: str | None = None) -> "FeedDossierAnswer":
        """Return a dossier as the reader may see it: its newest version, or the one named."""
        return cast("FeedDossierAnswer", self.ask(
            "GET",
            "/api/feeds/{code}",
            path={"code": code},
            query={"version": version},
            header={"If-None-Match": if_none_match},
        ))

    def history_of_feed(self, code: str) -> "list[FeedDossierAnswer]":
        """Return every version of a dossier that the reader may see, the first one first."""
        return cast("list[FeedDossierAnswer]", self.ask(
            "GET",
            "/api/feeds/{code}/history",
            path={"code": code},
        ))

    def feeds_code_messages(self, code: str, *, idempotency_key: str | None = None) -> "Accepted":
        """Store a message of a feed: a notification of NGSI-LD, or records in JSON; ask with the feed's token."""
        return cast("Accepted", self.ask(
            "POST",
            "/api/feeds/{code}/messages",
            path={"code": code},
            header={"Idempotency-Key": idempotency_key},
        ))

    def act_on_feed(self, code: str, action: str, data: CaseStep, *, if_match: str | None = None, idempotency_key: str | None = None) -> "FeedDossierAnswer":
        """Take a step with a dossier; ``If-Match`` is the version that was seen."""
        return cast("FeedDossierAnswer", self.ask(
            "POST",
            "/api/feeds/{code}/{action}",
            path={"code": code, "action": action},
            header={"If-Match": if_match, "Idempotency-Key": idempotency_key},
            data=data,
        ))

    def figures_accept(self, data: FigureJudged, *, idempotency_key: str | None = None) -> "Judged":
        """Accept a suspect figure, with a reason; from then on it enters scores."""
        return cast("Judged", self.ask(
            "POST",
            "/api/figures/accept",
            header={"Idempotency-Key": idempotency_key},
            data=data,
        ))

    def figures_load(self, name: str, content: bytes, *, idempotency_key: str | None = None, form: dict[str, str] | None = None) -> "LoadAnswer":
        """Store a file of figures whole, or refuse it with every fault; a dry run only says what would be."""
        return cast("LoadAnswer", self.ask(
            "POST",
            "/api/figures/load",
            header={"Idempotency-Key": idempotency_key},
            file=(name, content, form or {}),
        ))

    def figures_reject(self, data: FigureJudged, *, idempotency_key: str | None = None) -> "Judged":
        """Reject a suspect figure, with a reason; it stays in the store, is never used, and waits no longer."""
        return cast("Judged", self.ask(
            "POST",
            "/api/figures/reject",
            header={"Idempotency-Key": idempotency_key},
            data=data,
        ))

    def figures_suspects(self, *, city: str | None = None, after: str | None = None, most: int | None = None) -> "SuspectPage":
        """Return the suspect figures of the cities whose figures the reader may bring in or accept."""
        return cast("SuspectPage", self.ask(
            "GET",
            "/api/figures/suspects",
            query={"city": city, "after": after, "most": most},
        ))

    def finance_liabilities(self) -> "LiabilitiesAnswer":
        """Return what cities and nation owe of the adopted plan by year, to the last payment."""
        return cast("LiabilitiesAnswer", self.ask(
            "GET",
            "/api/finance/liabilities",
        ))

    def finance_mix(self, *, code: str | None = None) -> "MixAnswer":
        """Return the cheapest mix of money for the adopted plan, or a city or project of it, and why no other."""
        return cast("MixAnswer", self.ask(
            "GET",
            "/api/finance/mix",
            query={"code": code},
        ))

    def finance_projects_code(self, code: str) -> "ProjectReturnsAnswer":
        """Return what a project of the adopted plan earns; of a cost-only one only that it is."""
        return cast("ProjectReturnsAnswer", self.ask(
            "GET",
            "/api/finance/projects/{code}",
            path={"code": code},
        ))

    def finance_signed(self) -> "SignedAnswer":
        """Return which money of the adopted plan agreements sign, and what stands without the rest."""
        return cast("SignedAnswer", self.ask(
            "GET",
            "/api/finance/signed",
        ))

    def finance_space(self) -> "SpaceAnswer":
        """Return what upkeep and repayments leave of each city's limit by year, to the last payment."""
        return cast("SpaceAnswer", self.ask(
            "GET",
            "/api/finance/space",
        ))

    def finance_uses(self) -> "UsesAnswer":
        """Return who pays for what in each year of the adopted plan: building, running, training, repaying."""
        return cast("UsesAnswer", self.ask(
            "GET",
            "/api/finance/uses",
        ))

    def list_grades(self, *, city: str | None = None, province: str | None = None, state: str | None = None, round: str | None = None, agreement: str | None = None, parent: str | None = None, owner: str | None = None, known_on: str | None = None, after: str | None = None, most: int | None = None) -> "GradePage":
        """Return the dossiers that the reader may see, by code; as known on an instant where named."""
        return cast("GradePage", self.ask(
            "GET",
            "/api/grades",
            query={"city": city, "province": province, "state": state, "round": round, "agreement": agreement, "parent": parent, "owner": owner, "known_on": known_on, "after": after, "most": most},
        ))

    def begin_grade(self, data: CaseBegun, *, idempotency_key: str | None = None) -> "GradeAnswer":
        """Begin a dossier."""
        return cast("GradeAnswer", self.ask(
            "POST",
            "/api/grades/begin",
            header={"Idempotency-Key": idempotency_key},
            data=data,
        ))

    def open_grade(self, code: str, *, version: int | None = None, if_none_match: str | None = None) -> "GradeAnswer":
        """Return a dossier as the reader may see it: its newest version, or the one named."""
        return cast("GradeAnswer", self.ask(
            "GET",
            "/api/grades/{code}",
            path={"code": code},
            query={"version": version},
            header={"If-None-Match": if_none_match},
        ))

    def history_of_grade(self, code: str) -> "list[GradeAnswer]":
        """Return every version of a dossier that the reader may see, the first one first."""
        return cast("list[GradeAnswer]", self.ask(
            "GET",
            "/api/grades/{code}/history",
            path={"code": code},
        ))

    def act_on_grade(self, code: str, action: str, data: CaseStep, *, if_match: str | None = None, idempotency_key: str | None = None) -> "GradeAnswer":
        """Take a step with a dossier; ``If-Match`` is the version that was seen."""
        return cast("GradeAnswer", self.ask(
            "POST",
            "/api/grades/{code}/{action}",
            path={"code": code, "action": action},
            header={"If-Match": if_match, "Idempotency-Key": idempotency_key},
            data=data,
        ))

    def list_harvests(self, *, city: str | None = None, province: str | None = None, state: str | None = None, round: str | None = None, agreement: str | None = None, parent: str | None = None, owner: str | None = None, known_on: str | None = None, after: str | None = None, most: int | None = None) -> "HarvestedCataloguePage":
        """Return the dossiers that the reader may see, by code; as known on an instant where named."""
        return cast("HarvestedCataloguePage", self.ask(
            "GET",
            "/api/harvests",
            query={"city": city, "province": province, "state": state, "round": round, "agreement": agreement, "parent": parent, "owner": owner, "known_on": known_on, "after": after, "most": most},
        ))

    def begin_harvest(self, data: CaseBegun, *, idempotency_key: str | None = None) -> "HarvestedCatalogueAnswer":
        """Begin a dossier."""
        return cast("HarvestedCatalogueAnswer", self.ask(
            "POST",
            "/api/harvests/begin",
            header={"Idempotency-Key": idempotency_key},
            data=data,
        ))

    def open_harvest(self, code: str, *, version: int | None = None, if_none_match: str | None = None) -> "HarvestedCatalogueAnswer":
        """Return a dossier as the reader may see it: its newest version, or the one named."""
        return cast("HarvestedCatalogueAnswer", self.ask(
            "GET",
            "/api/harvests/{code}",
            path={"code": code},
            query={"version": version},
            header={"If-None-Match": if_none_match},
        ))

    def history_of_harvest(self, code: str) -> "list[HarvestedCatalogueAnswer]":
        """Return every version of a dossier that the reader may see, the first one first."""
        return cast("list[HarvestedCatalogueAnswer]", self.ask(
            "GET",
            "/api/harvests/{code}/history",
            path={"code": code},
        ))

    def act_on_harvest(self, code: str, action: str, data: CaseStep, *, if_match: str | None = None, idempotency_key: str | None = None) -> "HarvestedCatalogueAnswer":
        """Take a step with a dossier; ``If-Match`` is the version that was seen."""
        return cast("HarvestedCatalogueAnswer", self.ask(
            "POST",
            "/api/harvests/{code}/{action}",
            path={"code": code, "action": action},
            header={"If-Match": if_match, "Idempotency-Key": idempotency_key},
            data=data,
        ))

    def households(self) -> "StageAnswer":
        """Return households of cities and of the nation ahead, with bands, and what they rest on."""
        return cast("StageAnswer", self.ask(
            "GET",
            "/api/households",
        ))

    def indices(self) -> "list[IndexRow]":
        """Return the declared indices; the adopted one carries the year it was measured for."""
        return cast("list[IndexRow]", self.ask(
            "GET",
            "/api/indices",
        ))

    def indices_name(self, name: str) -> "IndexAnswer":
        """Return an index: its rules, its tree with effective weights, its ranking with intervals and tiers."""
        return cast("IndexAnswer", self.ask(
            "GET",
            "/api/indices/{name}",
            path={"name": name},
        ))

    def indices_name_what_if(self, name: str) -> "WhatIfAnswer":
        """Return every city's score and rank before and after a change; nothing is stored."""
        return cast("WhatIfAnswer", self.ask(
            "GET",
            "/api/indices/{name}/what-if",
            path={"name": name},
        ))

    def list_interests(self, *, city: str | None = None, province: str | None = None, state: str | None = None, round: str | None = None, agreement: str | None = None, parent: str | None = None, owner: str | None = None, known_on: str | None = None, after: str | None = None, most: int | None = None) -> "InterestPage":
        """Return the dossiers that the reader may see, by code; as known on an instant where named."""
        return cast("InterestPage", self.ask(
            "GET",
            "/api/interests",
            query={"city": city, "province": province, "state": state, "round": round, "agreement": agreement, "parent": parent, "owner": owner, "known_on": known_on, "after": after, "most": most},
        ))

    def begin_interest(self, data: CaseBegun, *, idempotency_key: str | None = None) -> "InterestAnswer":
        """Begin a dossier."""
        return cast("InterestAnswer", self.ask(
            "POST",
            "/api/interests/begin",
            header={"Idempotency-Key": idempotency_key},
            data=data,
        ))

    def open_interest(self, code: str, *, version: int | None = None, if_none_match: str | None = None) -> "InterestAnswer":
        """Return a dossier as the reader may see it: its newest version, or the one named."""
        return cast("InterestAnswer", self.ask(
            "GET",
            "/api/interests/{code}",
            path={"code": code},
            query={"version": version},
            header={"If-None-Match": if_none_match},
        ))

    def history_of_interest(self, code: str) -> "list[InterestAnswer]":
        """Return every version of a dossier that the reader may see, the first one first."""
        return cast("list[InterestAnswer]", self.ask(
            "GET",
            "/api/interests/{code}/history",
            path={"code": code},
        ))

    def act_on_interest(self, code: str, action: str, data: CaseStep, *, if_match: str | None = None, idempotency_key: str | None = None) -> "InterestAnswer":
        """Take a step with a dossier; ``If-Match`` is the version that was seen."""
        return cast("InterestAnswer", self.ask(
            "POST",
            "/api/interests/{code}/{action}",
            path={"code": code, "action": action},
            header={"If-Match": if_match, "Idempotency-Key": idempotency_key},
            data=data,
        ))

    def jobs(self, *, before: str | None = None, most: int | None = None) -> "JobPage":
        """Return the jobs that the reader may see, newest first, without what was asked and answered."""
        return cast("JobPage", self.ask(
            "GET",
            "/api/jobs",
            query={"before": before, "most": most},
        ))

    def jobs_begin(self, data: JobBegun, *, idempotency_key: str | None = None) -> "JobAnswer":
        """Ask for long work; a worker takes it when one is free."""
        return cast("JobAnswer", self.ask(
            "POST",
            "/api/jobs/begin",
            header={"Idempotency-Key": idempotency_key},
            data=data,
        ))

    def jobs_id(self, id: str) -> "JobAnswer":
        """Return a job: what was asked, how far it is, what came of it."""
        return cast("JobAnswer", self.ask(
            "GET",
            "/api/jobs/{id}",
            path={"id": id},
        ))

    def jobs_id_cancel(self, id: str) -> "JobAnswer":
        """End a job that has not ended; what it was to store is not stored."""
        return cast("JobAnswer", self.ask(
            "POST",
            "/api/jobs/{id}/cancel",
            path={"id": id},
        ))

    def jobs_id_events(self, id: str, *, last_event_id: str | None = None) -> "Iterator[Event]":
        """Follow a job: an event whenever it has changed, the last one when it has ended."""
        return self.follow(
            "GET",
            "/api/jobs/{id}/events",
            path={"id": id},
            header={"Last-Event-ID": last_event_id},
        )

    def jobs_id_file(self, id: str) -> "bytes":
        """Return the file that a job has made."""
        return self.take(
            "GET",
            "/api/jobs/{id}/file",
            path={"id": id},
        )

    def list_lessons(self, *, city: str | None = None, province: str | None = None, state: str | None = None, round: str | None = None, agreement: str | None = None, parent: str | None = None, owner: str | None = None, known_on: str | None = None, after: str | None = None, most: int | None = None) -> "LessonPage":
        """Return the dossiers that the reader may see, by code; as known on an instant where named."""
        return cast("LessonPage", self.ask(
            "GET",
            "/api/lessons",
            query={"city": city, "province": province, "state": state, "round": round, "agreement": agreement, "parent": parent, "owner": owner, "known_on": known_on, "after": after, "most": most},
        ))

    def begin_lesson(self, data: CaseBegun, *, idempotency_key: str | None = None) -> "LessonAnswer":
        """Begin a dossier."""
        return cast("LessonAnswer", self.ask(
            "POST",
            "/api/lessons/begin",
            header={"Idempotency-Key": idempotency_key},
            data=data,
        ))

    def open_lesson(self, code: str, *, version: int | None = None, if_none_match: str | None = None) -> "LessonAnswer":
        """Return a dossier as the reader may see it: its newest version, or the one named."""
        return cast("LessonAnswer", self.ask(
            "GET",
            "/api/lessons/{code}",
            path={"code": code},
            query={"version": version},
            header={"If-None-Match": if_none_match},
        ))

    def history_of_lesson(self, code: str) -> "list[LessonAnswer]":
        """Return every version of a dossier that the reader may see, the first one first."""
        return cast("list[LessonAnswer]", self.ask(
            "GET",
            "/api/lessons/{code}/history",
            path={"code": code},
        ))

    def act_on_lesson(self, code: str, action: str, data: CaseStep, *, if_match: str | None = None, idempotency_key: str | None = None) -> "LessonAnswer":
        """Take a step with a dossier; ``If-Match`` is the version that was seen."""
        return cast("LessonAnswer", self.ask(
            "POST",
            "/api/lessons/{code}/{action}",
            path={"code": code, "action": action},
            header={"If-Match": if_match, "Idempotency-Key": idempotency_key},
            data=data,
        ))

    def log(self, *, after: int | None = None, most: int | None = None) -> "LogPage":
        """Return who changed what, when and why, the first change first."""
        return cast("LogPage", self.ask(
            "GET",
            "/api/log",
            query={"after": after, "most": most},
        ))

    def list_mandates(self, *, city: str | None = None, province: str | None = None, state: str | None = None, round: str | None = None, agreement: str | None = None, parent: str | None = None, owner: str | None = None, known_on: str | None = None, after: str | None = None, most: int | None = None) -> "InvestorMandatePage":
        """Return the dossiers that the reader may see, by code; as known on an instant where named."""
        return cast("InvestorMandatePage", self.ask(
            "GET",
            "/api/mandates",
            query={"city": city, "province": province, "state": state, "round": round, "agreement": agreement, "parent": parent, "owner": owner, "known_on": known_on, "after": after, "most": most},
        ))

    def begin_mandate(self, data: CaseBegun, *, idempotency_key: str | None = None) -> "InvestorMandateAnswer":
        """Begin a dossier."""
        return cast("InvestorMandateAnswer", self.ask(
            "POST",
            "/api/mandates/begin",
            header={"Idempotency-Key": idempotency_key},
            data=data,
        ))

    def open_mandate(self, code: str, *, version: int | None = None, if_none_match: str | None = None) -> "InvestorMandateAnswer":
        """Return a dossier as the reader may see it: its newest version, or the one named."""
        return cast("InvestorMandateAnswer", self.ask(
            "GET",
            "/api/mandates/{code}",
            path={"code": code},
            query={"version": version},
            header={"If-None-Match": if_none_match},
        ))

    def history_of_mandate(self, code: str) -> "list[InvestorMandateAnswer]":
        """Return every version of a dossier that the reader may see, the first one first."""
        return cast("list[InvestorMandateAnswer]", self.ask(
            "GET",
            "/api/mandates/{code}/history",
            path={"code": code},
        ))

    def act_on_mandate(self, code: str, action: str, data: CaseStep, *, if_match: str | None = None, idempotency_key: str | None = None) -> "InvestorMandateAnswer":
        """Take a step with a dossier; ``If-Match`` is the version that was seen."""
        return cast("InvestorMandateAnswer", self.ask(
            "POST",
            "/api/mandates/{code}/{action}",
            path={"code": code, "action": action},
            header={"If-Match": if_match, "Idempotency-Key": idempotency_key},
            data=data,
        ))

    def market(self, *, q: str | None = None, least: float | None | None = None, most: float | None | None = None, payer: str | None = None, model: str | None = None, sector: str | None = None, place: str | None = None, readiness: str | None = None, evidence: str | None = None, order: str | None = None) -> "list[ProspectRow]":
        """Return the projects of the adopted plan that seek money from outside; amounts in millions."""
        return cast("list[ProspectRow]", self.ask(
            "GET",
            "/api/market",
            query={"q": q, "least": least, "most": most, "payer": payer, "model": model, "sector": sector, "place": place, "readiness": readiness, "evidence": evidence, "order": order},
        ))

    def market_foreign_capital(self) -> "list[ForeignCapitalRow]":
        """Return capital from abroad by year and currency, in millions: sought, matched, agreed and paid."""
        return cast("list[ForeignCapitalRow]", self.ask(
            "GET",
            "/api/market/foreign-capital",
        ))

    def market_mandates_code(self, code: str) -> "SuitedAnswer":
        """Return what suits a mandate that the reader may see, what each rule removes, and its bundles."""
        return cast("SuitedAnswer", self.ask(
            "GET",
            "/api/market/mandates/{code}",
            path={"code": code},
        ))

    def market_match(self) -> "MatchAnswer":
        """Return shortlists, amounts and what blocks them, of the mandates that are open to everybody."""
        return cast("MatchAnswer", self.ask(
            "GET",
            "/api/market/match",
        ))

    def market_sums_by(self, by: str) -> "list[MarketSum]":
        """Return the projects that seek money by sector, region, year, instrument or readiness; in millions."""
        return cast("list[MarketSum]", self.ask(
            "GET",
            "/api/market/sums/{by}",
            path={"by": by},
        ))

    def nation(self) -> "NationAnswer":
        """Return the nation ahead: cities, other urban, rural and all, adding up, with bands; the urban share."""
        return cast("NationAnswer", self.ask(
            "GET",
            "/api/nation",
        ))

    def list_offers(self, *, city: str | None = None, province: str | None = None, state: str | None = None, round: str | None = None, agreement: str | None = None, parent: str | None = None, owner: str | None = None, known_on: str | None = None, after: str | None = None, most: int | None = None) -> "OfferPage":
        """Return the dossiers that the reader may see, by code; as known on an instant where named."""
        return cast("OfferPage", self.ask(
            "GET",
            "/api/offers",
            query={"city": city, "province": province, "state": state, "round": round, "agreement": agreement, "parent": parent, "owner": owner, "known_on": known_on, "after": after, "most": most},
        ))

    def begin_offer(self, data: CaseBegun, *, idempotency_key: str | None = None) -> "OfferAnswer":
        """Begin a dossier."""
        return cast("OfferAnswer", self.ask(
            "POST",
            "/api/offers/begin",
            header={"Idempotency-Key": idempotency_key},
            data=data,
        ))

    def open_offer(self, code: str, *, version: int | None = None, if_none_match: str | None = None) -> "OfferAnswer":
        """Return a dossier as the reader may see it: its newest version, or the one named."""
        return cast("OfferAnswer", self.ask(
            "GET",
            "/api/offers/{code}",
            path={"code": code},
            query={"version": version},
            header={"If-None-Match": if_none_match},
        ))

    def history_of_offer(self, code: str) -> "list[OfferAnswer]":
        """Return every version of a dossier that the reader may see, the first one first."""
        return cast("list[OfferAnswer]", self.ask(
            "GET",
            "/api/offers/{code}/history",
            path={"code": code},
        ))

    def act_on_offer(self, code: str, action: str, data: CaseStep, *, if_match: str | None = None, idempotency_key: str | None = None) -> "OfferAnswer":
        """Take a step with a dossier; ``If-Match`` is the version that was seen."""
        return cast("OfferAnswer", self.ask(
            "POST",
            "/api/offers/{code}/{action}",
            path={"code": code, "action": action},
            header={"If-Match": if_match, "Idempotency-Key": idempotency_key},
            data=data,
        ))

    def operations(self, *, city: str | None = None) -> "OperationsAnswer":
        """Return how feeds are, requests by status and age, the newest live figures, and alerts."""
        return cast("OperationsAnswer", self.ask(
            "GET",
            "/api/operations",
            query={"city": city},
        ))

    def list_organisations(self, *, city: str | None = None, province: str | None = None, state: str | None = None, round: str | None = None, agreement: str | None = None, parent: str | None = None, owner: str | None = None, known_on: str | None = None, after: str | None = None, most: int | None = None) -> "OrganisationPage":
        """Return the dossiers that the reader may see, by code; as known on an instant where named."""
        return cast("OrganisationPage", self.ask(
            "GET",
            "/api/organisations",
            query={"city": city, "province": province, "state": state, "round": round, "agreement": agreement, "parent": parent, "owner": owner, "known_on": known_on, "after": after, "most": most},
        ))

    def begin_organisation(self, data: CaseBegun, *, idempotency_key: str | None = None) -> "OrganisationAnswer":
        """Begin a dossier."""
        return cast("OrganisationAnswer", self.ask(
            "POST",
            "/api/organisations/begin",
            header={"Idempotency-Key": idempotency_key},
            data=data,
        ))

    def open_organisation(self, code: str, *, version: int | None = None, if_none_match: str | None = None) -> "OrganisationAnswer":
        """Return a dossier as the reader may see it: its newest version, or the one named."""
        return cast("OrganisationAnswer", self.ask(
            "GET",
            "/api/organisations/{code}",
            path={"code": code},
            query={"version": version},
            header={"If-None-Match": if_none_match},
        ))

    def history_of_organisation(self, code: str) -> "list[OrganisationAnswer]":
        """Return every version of a dossier that the reader may see, the first one first."""
        return cast("list[OrganisationAnswer]", self.ask(
            "GET",
            "/api/organisations/{code}/history",
            path={"code": code},
        ))

    def act_on_organisation(self, code: str, action: str, data: CaseStep, *, if_match: str | None = None, idempotency_key: str | None = None) -> "OrganisationAnswer":
        """Take a step with a dossier; ``If-Match`` is the version that was seen."""
        return cast("OrganisationAnswer", self.ask(
            "POST",
            "/api/organisations/{code}/{action}",
            path={"code": code, "action": action},
            header={"If-Match": if_match, "Idempotency-Key": idempotency_key},
            data=data,
        ))

    def outlook_code(self, code: str) -> "list[OutlookRow]":
        """Return the population outlook of a city, with bands, and how often such bands held in earlier years."""
        return cast("list[OutlookRow]", self.ask(
            "GET",
            "/api/outlook/{code}",
            path={"code": code},
        ))

    def plan(self) -> "PlanAnswer":
        """Return the adopted plan: what it closes of what could be improved, its gap, and its projects."""
        return cast("PlanAnswer", self.ask(
            "GET",
            "/api/plan",
        ))

    def plan_compare(self, *, a: str | None = None, b: str | None = None) -> "Compared":
        """Return two plans side by side: figures, what was asked differently, money by year, projects, cities."""
        return cast("Compared", self.ask(
            "GET",
            "/api/plan/compare",
            query={"a": a, "b": b},
        ))

    def plan_explain(self, city: str, solution: str) -> "Explained":
        """Return why a solution is, or is not, in the plan of a city, with the price of having it."""
        return cast("Explained", self.ask(
            "GET",
            "/api/plan/explain",
            query={"city": city, "solution": solution},
        ))

    def plan_years(self) -> "PlanYears":
        """Return the adopted plan by year: what is built and finished, and the use of budgets and people."""
        return cast("PlanYears", self.ask(
            "GET",
            "/api/plan/years",
        ))

    def plans(self) -> "list[KeptPlan]":
        """Return the plans that are kept as scenarios, each in its newest version."""
        return cast("list[KeptPlan]", self.ask(
            "GET",
            "/api/plans",
        ))

    def pressure_code(self, code: str) -> "PressureAnswer":
        """Return what a city needs of each service by year, what there is, and when each runs short."""
        return cast("PressureAnswer", self.ask(
            "GET",
            "/api/pressure/{code}",
            path={"code": code},
        ))

    def publications(self) -> "list[PublicationAnswer]":
        """Return every publication, the newest first."""
        return cast("list[PublicationAnswer]", self.ask(
            "GET",
            "/api/publications",
        ))

    def publications_code(self, code: str) -> "PublicationAnswer":
        """Return a publication: what it is pinned to, its files with their digests, how to cite it."""
        return cast("PublicationAnswer", self.ask(
            "GET",
            "/api/publications/{code}",
            path={"code": code},
        ))

    def list_reports(self, *, city: str | None = None, province: str | None = None, state: str | None = None, round: str | None = None, agreement: str | None = None, parent: str | None = None, owner: str | None = None, known_on: str | None = None, after: str | None = None, most: int | None = None) -> "ReportPage":
        """Return the dossiers that the reader may see, by code; as known on an instant where named."""
        return cast("ReportPage", self.ask(
            "GET",
            "/api/reports",
            query={"city": city, "province": province, "state": state, "round": round, "agreement": agreement, "parent": parent, "owner": owner, "known_on": known_on, "after": after, "most": most},
        ))

    def begin_report(self, data: CaseBegun, *, idempotency_key: str | None = None) -> "ReportAnswer":
        """Begin a dossier."""
        return cast("ReportAnswer", self.ask(
            "POST",
            "/api/reports/begin",
            header={"Idempotency-Key": idempotency_key},
            data=data,
        ))

    def open_report(self, code: str, *, version: int | None = None, if_none_match: str | None = None) -> "ReportAnswer":
        """Return a dossier as the reader may see it: its newest version, or the one named."""
        return cast("ReportAnswer", self.ask(
            "GET",
            "/api/reports/{code}",
            path={"code": code},
            query={"version": version},
            header={"If-None-Match": if_none_match},
        ))

    def history_of_report(self, code: str) -> "list[ReportAnswer]":
        """Return every version of a dossier that the reader may see, the first one first."""
        return cast("list[ReportAnswer]", self.ask(
            "GET",
            "/api/reports/{code}/history",
            path={"code": code},
        ))

    def act_on_report(self, code: str, action: str, data: CaseStep, *, if_match: str | None = None, idempotency_key: str | None = None) -> "ReportAnswer":
        """Take a step with a dossier; ``If-Match`` is the version that was seen."""
        return cast("ReportAnswer", self.ask(
            "POST",
            "/api/reports/{code}/{action}",
            path={"code": code, "action": action},
            header={"If-Match": if_match, "Idempotency-Key": idempotency_key},
            data=data,
        ))

    def list_resources(self, *, city: str | None = None, province: str | None = None, state: str | None = None, round: str | None = None, agreement: str | None = None, parent: str | None = None, owner: str | None = None, known_on: str | None = None, after: str | None = None, most: int | None = None) -> "ResourcePage":
        """Return the dossiers that the reader may see, by code; as known on an instant where named."""
        return cast("ResourcePage", self.ask(
            "GET",
            "/api/resources",
            query={"city": city, "province": province, "state": state, "round": round, "agreement": agreement, "parent": parent, "owner": owner, "known_on": known_on, "after": after, "most": most},
        ))

    def begin_resource(self, data: CaseBegun, *, idempotency_key: str | None = None) -> "ResourceAnswer":
        """Begin a dossier."""
        return cast("ResourceAnswer", self.ask(
            "POST",
            "/api/resources/begin",
            header={"Idempotency-Key": idempotency_key},
            data=data,
        ))

    def open_resource(self, code: str, *, version: int | None = None, if_none_match: str | None = None) -> "ResourceAnswer":
        """Return a dossier as the reader may see it: its newest version, or the one named."""
        return cast("ResourceAnswer", self.ask(
            "GET",
            "/api/resources/{code}",
            path={"code": code},
            query={"version": version},
            header={"If-None-Match": if_none_match},
        ))

    def history_of_resource(self, code: str) -> "list[ResourceAnswer]":
        """Return every version of a dossier that the reader may see, the first one first."""
        return cast("list[ResourceAnswer]", self.ask(
            "GET",
            "/api/resources/{code}/history",
            path={"code": code},
        ))

    def act_on_resource(self, code: str, action: str, data: CaseStep, *, if_match: str | None = None, idempotency_key: str | None = None) -> "ResourceAnswer":
        """Take a step with a dossier; ``If-Match`` is the version that was seen."""
        return cast("ResourceAnswer", self.ask(
            "POST",
            "/api/resources/{code}/{action}",
            path={"code": code, "action": action},
            header={"If-Match": if_match, "Idempotency-Key": idempotency_key},
            data=data,
        ))

    def list_reviews(self, *, city: str | None = None, province: str | None = None, state: str | None = None, round: str | None = None, agreement: str | None = None, parent: str | None = None, owner: str | None = None, known_on: str | None = None, after: str | None = None, most: int | None = None) -> "ReviewPage":
        """Return the dossiers that the reader may see, by code; as known on an instant where named."""
        return cast("ReviewPage", self.ask(
            "GET",
            "/api/reviews",
            query={"city": city, "province": province, "state": state, "round": round, "agreement": agreement, "parent": parent, "owner": owner, "known_on": known_on, "after": after, "most": most},
        ))

    def begin_review(self, data: CaseBegun, *, idempotency_key: str | None = None) -> "ReviewAnswer":
        """Begin a dossier."""
        return cast("ReviewAnswer", self.ask(
            "POST",
            "/api/reviews/begin",
            header={"Idempotency-Key": idempotency_key},
            data=data,
        ))

    def open_review(self, code: str, *, version: int | None = None, if_none_match: str | None = None) -> "ReviewAnswer":
        """Return a dossier as the reader may see it: its newest version, or the one named."""
        return cast("ReviewAnswer", self.ask(
            "GET",
            "/api/reviews/{code}",
            path={"code": code},
            query={"version": version},
            header={"If-None-Match": if_none_match},
        ))

    def history_of_review(self, code: str) -> "list[ReviewAnswer]":
        """Return every version of a dossier that the reader may see, the first one first."""
        return cast("list[ReviewAnswer]", self.ask(
            "GET",
            "/api/reviews/{code}/history",
            path={"code": code},
        ))

    def act_on_review(self, code: str, action: str, data: CaseStep, *, if_match: str | None = None, idempotency_key: str | None = None) -> "ReviewAnswer":
        """Take a step with a dossier; ``If-Match`` is the version that was seen."""
        return cast("ReviewAnswer", self.ask(
            "POST",
            "/api/reviews/{code}/{action}",
            path={"code": code, "action": action},
            header={"If-Match": if_match, "Idempotency-Key": idempotency_key},
            data=data,
        ))

    def list_rounds(self, *, city: str | None = None, province: str | None = None, state: str | None = None, round: str | None = None, agreement: str | None = None, parent: str | None = None, owner: str | None = None, known_on: str | None = None, after: str | None = None, most: int | None = None) -> "RoundPage":
        """Return the dossiers that the reader may see, by code; as known on an instant where named."""
        return cast("RoundPage", self.ask(
            "GET",
            "/api/rounds",
            query={"city": city, "province": province, "state": state, "round": round, "agreement": agreement, "parent": parent, "owner": owner, "known_on": known_on, "after": after, "most": most},
        ))

    def begin_round(self, data: CaseBegun, *, idempotency_key: str | None = None) -> "RoundAnswer":
        """Begin a dossier."""
        return cast("RoundAnswer", self.ask(
            "POST",
            "/api/rounds/begin",
            header={"Idempotency-Key": idempotency_key},
            data=data,
        ))

    def open_round(self, code: str, *, version: int | None = None, if_none_match: str | None = None) -> "RoundAnswer":
        """Return a dossier as the reader may see it: its newest version, or the one named."""
        return cast("RoundAnswer", self.ask(
            "GET",
            "/api/rounds/{code}",
            path={"code": code},
            query={"version": version},
            header={"If-None-Match": if_none_match},
        ))

    def history_of_round(self, code: str) -> "list[RoundAnswer]":
        """Return every version of a dossier that the reader may see, the first one first."""
        return cast("list[RoundAnswer]", self.ask(
            "GET",
            "/api/rounds/{code}/history",
            path={"code": code},
        ))

    def act_on_round(self, code: str, action: str, data: CaseStep, *, if_match: str | None = None, idempotency_key: str | None = None) -> "RoundAnswer":
        """Take a step with a dossier; ``If-Match`` is the version that was seen."""
        return cast("RoundAnswer", self.ask(
            "POST",
            "/api/rounds/{code}/{action}",
            path={"code": code, "action": action},
            header={"If-Match": if_match, "Idempotency-Key": idempotency_key},
            data=data,
        ))

    def scores(self) -> "ScoresAnswer":
        """Return the adopted scores: how they were made, one row a city, the pillars."""
        return cast("ScoresAnswer", self.ask(
            "GET",
            "/api/scores",
        ))

    def list_special_projects(self, *, city: str | None = None, province: str | None = None, state: str | None = None, round: str | None = None, agreement: str | None = None, parent: str | None = None, owner: str | None = None, known_on: str | None = None, after: str | None = None, most: int | None = None) -> "SpecialProjectPage":
        """Return the dossiers that the reader may see, by code; as known on an instant where named."""
        return cast("SpecialProjectPage", self.ask(
            "GET",
            "/api/special-projects",
            query={"city": city, "province": province, "state": state, "round": round, "agreement": agreement, "parent": parent, "owner": owner, "known_on": known_on, "after": after, "most": most},
        ))

    def begin_project(self, data: CaseBegun, *, idempotency_key: str | None = None) -> "SpecialProjectAnswer":
        """Begin a dossier."""
        return cast("SpecialProjectAnswer", self.ask(
            "POST",
            "/api/special-projects/begin",
            header={"Idempotency-Key": idempotency_key},
            data=data,
        ))

    def open_project(self, code: str, *, version: int | None = None, if_none_match: str | None = None) -> "SpecialProjectAnswer":
        """Return a dossier as the reader may see it: its newest version, or the one named."""
        return cast("SpecialProjectAnswer", self.ask(
            "GET",
            "/api/special-projects/{code}",
            path={"code": code},
            query={"version": version},
            header={"If-None-Match": if_none_match},
        ))

    def history_of_project(self, code: str) -> "list[SpecialProjectAnswer]":
        """Return every version of a dossier that the reader may see, the first one first."""
        return cast("list[SpecialProjectAnswer]", self.ask(
            "GET",
            "/api/special-projects/{code}/history",
            path={"code": code},
        ))

    def act_on_project(self, code: str, action: str, data: CaseStep, *, if_match: str | None = None, idempotency_key: str | None = None) -> "SpecialProjectAnswer":
        """Take a step with a dossier; ``If-Match`` is the version that was seen."""
        return cast("SpecialProjectAnswer", self.ask(
            "POST",
            "/api/special-projects/{code}/{action}",
            path={"code": code, "action": action},
            header={"If-Match": if_match, "Idempotency-Key": idempotency_key},
            data=data,
        ))

    def spending(self) -> "SpendingAnswer":
        """Return the money of accepted reports by stage, and what the plan asks beside what was ever spent."""
        return cast("SpendingAnswer", self.ask(
            "GET",
            "/api/spending",
        ))

    def stages(self) -> "list[StageRow]":
        """Return the stages of the programme: which are adopted, and what to run for the others."""
        return cast("list[StageRow]", self.ask(
            "GET",
            "/api/stages",
        ))

    def stages_name(self, name: str) -> "StageAnswer":
        """Return the adopted result of a stage: how it was made, and its rows."""
        return cast("StageAnswer", self.ask(
            "GET",
            "/api/stages/{name}",
            path={"name": name},
        ))

    def list_submissions(self, *, city: str | None = None, province: str | None = None, state: str | None = None, round: str | None = None, agreement: str | None = None, parent: str | None = None, owner: str | None = None, known_on: str | None = None, after: str | None = None, most: int | None = None) -> "SubmissionPage":
        """Return the dossiers that the reader may see, by code; as known on an instant where named."""
        return cast("SubmissionPage", self.ask(
            "GET",
            "/api/submissions",
            query={"city": city, "province": province, "state": state, "round": round, "agreement": agreement, "parent": parent, "owner": owner, "known_on": known_on, "after": after, "most": most},
        ))

    def begin_submission(self, data: CaseBegun, *, idempotency_key: str | None = None) -> "SubmissionAnswer":
        """Begin a dossier."""
        return cast("SubmissionAnswer", self.ask(
            "POST",
            "/api/submissions/begin",
            header={"Idempotency-Key": idempotency_key},
            data=data,
        ))

    def open_submission(self, code: str, *, version: int | None = None, if_none_match: str | None = None) -> "SubmissionAnswer":
        """Return a dossier as the reader may see it: its newest version, or the one named."""
        return cast("SubmissionAnswer", self.ask(
            "GET",
            "/api/submissions/{code}",
            path={"code": code},
            query={"version": version},
            header={"If-None-Match": if_none_match},
        ))

    def history_of_submission(self, code: str) -> "list[SubmissionAnswer]":
        """Return every version of a dossier that the reader may see, the first one first."""
        return cast("list[SubmissionAnswer]", self.ask(
            "GET",
            "/api/submissions/{code}/history",
            path={"code": code},
        ))

    def act_on_submission(self, code: str, action: str, data: CaseStep, *, if_match: str | None = None, idempotency_key: str | None = None) -> "SubmissionAnswer":
        """Take a step with a dossier; ``If-Match`` is the version that was seen."""
        return cast("SubmissionAnswer", self.ask(
            "POST",
            "/api/submissions/{code}/{action}",
            path={"code": code, "action": action},
            header={"If-Match": if_match, "Idempotency-Key": idempotency_key},
            data=data,
        ))

    def summary(self) -> "Summary":
        """Return the key figures of the programme."""
        return cast("Summary", self.ask(
            "GET",
            "/api/summary",
        ))

    def talent(self) -> "TalentAnswer":
        """Return the people of the adopted plan by occupation and year, what is short, and what helps."""
        return cast("TalentAnswer", self.ask(
            "GET",
            "/api/talent",
        ))

    def talent_code(self, code: str) -> "TalentOfCity":
        """Return the people of a city's part of the adopted plan by occupation and year, and whom it lacks."""
        return cast("TalentOfCity", self.ask(
            "GET",
            "/api/talent/{code}",
            path={"code": code},
        ))

    def list_taskbooks(self, *, city: str | None = None, province: str | None = None, state: str | None = None, round: str | None = None, agreement: str | None = None, parent: str | None = None, owner: str | None = None, known_on: str | None = None, after: str | None = None, most: int | None = None) -> "TaskBookPage":
        """Return the dossiers that the reader may see, by code; as known on an instant where named."""
        return cast("TaskBookPage", self.ask(
            "GET",
            "/api/taskbooks",
            query={"city": city, "province": province, "state": state, "round": round, "agreement": agreement, "parent": parent, "owner": owner, "known_on": known_on, "after": after, "most": most},
        ))

    def begin_taskbook(self, data: CaseBegun, *, idempotency_key: str | None = None) -> "TaskBookAnswer":
        """Begin a dossier."""
        return cast("TaskBookAnswer", self.ask(
            "POST",
            "/api/taskbooks/begin",
            header={"Idempotency-Key": idempotency_key},
            data=data,
        ))

    def open_taskbook(self, code: str, *, version: int | None = None, if_none_match: str | None = None) -> "TaskBookAnswer":
        """Return a dossier as the reader may see it: its newest version, or the one named."""
        return cast("TaskBookAnswer", self.ask(
            "GET",
            "/api/taskbooks/{code}",
            path={"code": code},
            query={"version": version},
            header={"If-None-Match": if_none_match},
        ))

    def history_of_taskbook(self, code: str) -> "list[TaskBookAnswer]":
        """Return every version of a dossier that the reader may see, the first one first."""
        return cast("list[TaskBookAnswer]", self.ask(
            "GET",
            "/api/taskbooks/{code}/history",
            path={"code": code},
        ))

    def act_on_taskbook(self, code: str, action: str, data: CaseStep, *, if_match: str | None = None, idempotency_key: str | None = None) -> "TaskBookAnswer":
        """Take a step with a dossier; ``If-Match`` is the version that was seen."""
        return cast("TaskBookAnswer", self.ask(
            "POST",
            "/api/taskbooks/{code}/{action}",
            path={"code": code, "action": action},
            header={"If-Match": if_match, "Idempotency-Key": idempotency_key},
            data=data,
        ))

    def track_lessons_solution(self, solution: str, *, indicator: str | None = None, variable: str | None = None) -> "LessonsAnswer":
        """Return what finished projects of a kind did beside comparable cities, and the effect it suggests."""
        return cast("LessonsAnswer", self.ask(
            "GET",
            "/api/track/lessons/{solution}",
            path={"solution": solution},
            query={"indicator": indicator, "variable": variable},
        ))

    def track_progress(self, *, city: str | None = None) -> "ProgressAnswer":
        """Return plan against actuals and earned value of task books, of one city or of all; in millions."""
        return cast("ProgressAnswer", self.ask(
            "GET",
            "/api/track/progress",
            query={"city": city},
        ))

    def track_targets(self, *, city: str | None = None) -> "TargetsAnswer":
        """Return the outlook of every target that is still to come, the least likely first."""
        return cast("TargetsAnswer", self.ask(
            "GET",
            "/api/track/targets",
            query={"city": city},
        ))

    def list_visits(self, *, city: str | None = None, province: str | None = None, state: str | None = None, round: str | None = None, agreement: str | None = None, parent: str | None = None, owner: str | None = None, known_on: str | None = None, after: str | None = None, most: int | None = None) -> "VisitPage":
        """Return the dossiers that the reader may see, by code; as known on an instant where named."""
        return cast("VisitPage", self.ask(
            "GET",
            "/api/visits",
            query={"city": city, "province": province, "state": state, "round": round, "agreement": agreement, "parent": parent, "owner": owner, "known_on": known_on, "after": after, "most": most},
        ))

    def begin_visit(self, data: CaseBegun, *, idempotency_key: str | None = None) -> "VisitAnswer":
        """Begin a dossier."""
        return cast("VisitAnswer", self.ask(
            "POST",
            "/api/visits/begin",
            header={"Idempotency-Key": idempotency_key},
            data=data,
        ))

    def open_visit(self, code: str, *, version: int | None = None, if_none_match: str | None = None) -> "VisitAnswer":
        """Return a dossier as the reader may see it: its newest version, or the one named."""
        return cast("VisitAnswer", self.ask(
            "GET",
            "/api/visits/{code}",
            path={"code": code},
            query={"version": version},
            header={"If-None-Match": if_none_match},
        ))

    def history_of_visit(self, code: str) -> "list[VisitAnswer]":
        """Return every version of a dossier that the reader may see, the first one first."""
        return cast("list[VisitAnswer]", self.ask(
            "GET",
            "/api/visits/{code}/history",
            path={"code": code},
        ))

    def act_on_visit(self, code: str, action: str, data: CaseStep, *, if_match: str | None = None, idempotency_key: str | None = None) -> "VisitAnswer":
        """Take a step with a dossier; ``If-Match`` is the version that was seen."""
        return cast("VisitAnswer", self.ask(
            "POST",
            "/api/visits/{code}/{action}",
            path={"code": code, "action": action},
            header={"If-Match": if_match, "Idempotency-Key": idempotency_key},
            data=data,
        ))

    def waiting(self) -> "list[CaseAnswer]":
        """Return the dossiers that wait for a step of the reader."""
        return cast("list[CaseAnswer]", self.ask(
            "GET",
            "/api/waiting",
        ))

    def whoami(self) -> "Reader":
        """Return the account of the reader and its roles."""
        return cast("Reader", self.ask(
            "GET",
            "/api/whoami",
        ))

    def workforce(self) -> "Work":
        """Return shares of sectors in output and in employment, and jobs, with bands."""
        return cast("Work", self.ask(
            "GET",
            "/api/workforce",
        ))
