"""What the API answers is what its description says, whatever is asked; and no request breaks it."""

from concurrent.futures import ThreadPoolExecutor

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from people_of import staffed
from urbium.access import Grant, Role
from urbium.web import create_app
from urbium.web.rendering.drawing import Drawer

pytestmark = pytest.mark.long
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
EXAMPLES, STORIES = 8, 15


@pytest.fixture(scope="module")
def office():
    """Return the description of a running programme, and what its office shows to be let in."""
    with staffed() as programme:
        programme.people.take_place("olga")
        token = programme.people.token(programme.people.named("olga"), "test", Grant(Role.OFFICE))
        app = create_app(programme, drawer=Drawer(ThreadPoolExecutor(1)), hosts=["testserver"])
        yield (
            schemathesis.openapi.from_asgi("/schema/openapi.json", app),
            {"Authorization": f"Bearer {token}"},
        )


def test_every_operation_answers_as_it_is_described(office):
    described, headers = office
    operations = [result.ok() for result in described.get_all_operations()]
    assert len(operations) > 70
    faults = []
    for operation in operations:

        @settings(
            max_examples=EXAMPLES,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            derandomize=True,
            database=None,
        )
        @given(case=operation.as_strategy())
        def ask(case):
            case.call_and_validate(headers=headers, checks=CHECKS, timeout=60)

        try:
            ask()
        except* Exception as group:  # noqa: BLE001 - every operation is asked, and all faults are told
            faults += [f"{operation.label}: {error}" for error in group.exceptions]
    assert not faults, "\n\n".join(faults)


def test_operations_one_after_the_other_answer_as_they_are_described(office):
    described, headers = office

    class Story(described.as_state_machine()):
        def get_call_kwargs(self, case):
            return {"headers": headers, "timeout": 60}

        def validate_response(self, response, case, **more):
            case.validate_response(response, checks=CHECKS)

    Story.run(
        settings=settings(
            max_examples=STORIES,
            stateful_step_count=6,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            derandomize=True,
        )
    )
