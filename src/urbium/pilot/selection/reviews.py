"""Reviews: what one expert says of one application."""

import msgspec

from urbium.model.dossiers import Parties, Reviewers


class Review(msgspec.Struct, frozen=True, kw_only=True):
    """The judgement of one expert.

    Attributes
    ----------
    scores : points by criterion, 0 to 100
    conflict : the conflict of interest that the expert declares; empty for none
    reasons : why, by criterion; the applicant is told them with the decision
    to_applicant : what the applicant is told
    to_office : what only reviewers and the office read
    """

    scores: Reviewers[dict[str, float]] = {}
    reasons: Parties[dict[str, str]] = {}
    conflict: Reviewers[str] = ""
    to_applicant: Parties[str] = ""
    to_office: Reviewers[str] = ""
