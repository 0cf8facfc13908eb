"""Problem reports of a small programme, for the tests of what citizens report."""

from people_of import actor
from urbium.programme import Programme
from urbium.programme.platform.problem_reports import SentReport

SENT = SentReport(
    "road", "cnr-description", "cnr-place", "cnr-contact", latitude="52.01234", longitude="4.35678"
)
ACCEPTED = {"public_words": "a hole", "public_place": "Markt", "answer": ""}


def take_reports(programme: Programme, city: str = "0503", who: str = "carl") -> None:
    """Let a city take reports of roads and street lights."""
    programme.problem_reports.choose(actor(programme, who), city, ["road", "street_light"], reason="a test")


def reported(programme: Programme, sent: SentReport = SENT, city: str = "0503") -> tuple[str, str]:
    """Send a report; return its secret and its number."""
    secret = programme.problem_reports.report(city, sent)
    return secret, programme.problem_reports.of_secret(secret).id


def take(programme: Programme, id_: str, *actions: str, who: str = "carl", **more: str) -> None:
    """Take steps with a report, as an officer of its city."""
    for action in actions:
        changed = programme.problem_reports.opened(actor(programme, who), id_).changed
        said = ACCEPTED | {"answer": "done so"} | more
        programme.problem_reports.act(actor(programme, who), id_, action, said, changed=changed)
