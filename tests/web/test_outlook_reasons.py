"""Why a part of the outlook is missing: the page names each fault that the reason counts."""

from types import SimpleNamespace

import pytest

from urbium.errors import Fault, InputError
from urbium.web.views.outlook import part


@pytest.mark.parametrize(("count", "named"), [(1, ["Aston"]), (2, ["Aston", "Bourne"])])
def test_a_reason_that_counts_faults_names_them(count, named):
    faults = [Fault("error", f"{city} has no figure", "load it") for city in named]

    def adopted(stage):
        raise InputError(f"{stage}: {count} faults", remedy="correct them", faults=faults)

    result, reason = part(SimpleNamespace(adopted=adopted), "nation")

    assert result is None
    assert all(f"{city} has no figure" in reason for city in named)
    assert reason.endswith("correct them")
