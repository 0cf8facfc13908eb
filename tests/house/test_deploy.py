"""What is deployed names options, variables and addresses that there are, and has no rights.


No engine of containers and no helm is needed: the chart uses few words of its language, and a reader of just
these is below. What it does not know is an error.
"""

import json
import re
import shlex
from pathlib import Path

import pytest
import yaml

from urbium.cli import app
from urbium.web import app as web

DEPLOY = Path(__file__).resolve().parents[2] / "deploy"
CHART = DEPLOY / "chart"
VALUES = yaml.safe_load((CHART / "values.yaml").read_text(encoding="utf-8"))
IF = re.compile(r"^ *\{\{- if \.Values\.(\w+) \}\}\n(.*?)^ *\{\{- end \}\}\n", re.MULTILINE | re.DOTALL)
WORD = re.compile(r"\{\{ \.(Values\.\w+|Release\.Name)( \| (quote|toJson))? \}\}")


def rendered(name, **values):
    """Return the objects of a template, as helm would write them for these values."""
    known = VALUES | values

    def word(match):
        what, _, form = match.groups()
        value = "programme" if what == "Release.Name" else known[what.removeprefix("Values.")]
        return json.dumps(str(value) if form == "quote" else value) if form else str(value)

    template = (CHART / "templates" / name).read_text(encoding="utf-8")
    text = WORD.sub(word, IF.sub(lambda one: one[2] if known[one[1]] else "", template))
    assert "{{" not in text
    return yaml.safe_load(text)


def pod(**values):
    return rendered("deployment.yaml", **values)["spec"]["template"]["spec"]


def commands():
    """Return the arguments of urbium in each file, by the file."""
    unit = re.search(r"ExecStart=\S+ (.*)", (DEPLOY / "urbium.service").read_text(encoding="utf-8"))
    container = re.search(r"^CMD (.*)", (DEPLOY / "Containerfile").read_text(encoding="utf-8"), re.MULTILINE)
    compose = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))
    return {
        "urbium.service": shlex.split(unit[1]),
        "Containerfile": json.loads(container[1]),
        "compose.yaml": compose["services"]["urbium"]["command"],
        "chart": pod()["containers"][0]["args"],
    }


@pytest.mark.parametrize("file", ["urbium.service", "Containerfile", "compose.yaml", "chart"])
def test_a_server_is_started_by_options_that_there_are(file):
    command, bound, _ = app.parse_args(commands()[file], exit_on_error=False, print_error=False)

    assert command.__name__ == "serve"
    assert bound.arguments


@pytest.mark.parametrize(
    "file", ["urbium.service", "Containerfile", "compose.yaml", "chart/templates/deployment.yaml"]
)
def test_each_variable_is_one_that_the_code_reads(file):
    named = set(re.findall(r"\bURBIUM_[A-Z_]+", (DEPLOY / file).read_text(encoding="utf-8")))
    code = "".join(path.read_text(encoding="utf-8") for path in Path(web.__file__).parents[1].rglob("*.py"))
    of_compose = {"URBIUM_HOST", "URBIUM_PASSWORD"}

    assert {name for name in named - of_compose if name not in code} == set()


def test_health_is_asked_at_addresses_that_there_are():
    files = [path for path in DEPLOY.rglob("*") if path.is_file()]
    asked = set(re.findall(r"/health/\w+", "".join(path.read_text(encoding="utf-8") for path in files)))
    paths = {path for handler in web._HANDLERS for path in getattr(handler, "paths", ())}

    assert asked == {"/health/live", "/health/ready"}
    assert asked <= paths


def test_a_pod_has_no_rights_and_writes_nothing_but_what_passes():
    spec = pod()
    container = spec["containers"][0]
    written = {volume["name"]: set(volume) - {"name"} for volume in spec["volumes"]}

    assert spec["securityContext"]["runAsNonRoot"] is True
    assert container["securityContext"] == {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }
    assert written == {"tmp": {"emptyDir"}, "data": {"emptyDir"}, "key": {"secret"}}
    assert {mount["name"] for mount in container["volumeMounts"]} == written.keys()


def test_probes_name_the_host_that_is_served():
    container = pod(host="towns.example.net")["containers"][0]
    hosts = {
        header["value"]
        for probe in ("startupProbe", "readinessProbe", "livenessProbe")
        for header in container[probe]["httpGet"]["httpHeaders"]
    }

    assert hosts == {"towns.example.net"}
    assert "towns.example.net" in container["args"]


def test_metrics_are_there_where_a_secret_is_named():
    named = [
        {one["name"] for one in pod(metricsSecret=secret)["containers"][0]["env"]} for secret in ("", "watch")
    ]

    assert named[1] - named[0] == {"URBIUM_METRICS_TOKEN"}


def test_the_service_and_the_ingress_lead_to_the_pods():
    labels = rendered("deployment.yaml")["spec"]["template"]["metadata"]["labels"]
    service, ingress = rendered("service.yaml"), rendered("ingress.yaml", path="/towns")
    (path,) = ingress["spec"]["rules"][0]["http"]["paths"]

    assert service["spec"]["selector"] == labels
    assert path["path"] == "/towns"
    assert path["backend"]["service"]["name"] == service["metadata"]["name"]


def test_every_value_of_the_chart_is_used():
    templates = "".join(path.read_text(encoding="utf-8") for path in (CHART / "templates").iterdir())

    assert {name for name in VALUES if f".Values.{name}" not in templates} == set()


def test_the_container_runs_as_a_user_without_rights_and_asks_its_health():
    lines = (DEPLOY / "Containerfile").read_text(encoding="utf-8").splitlines()
    compose = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))["services"]["urbium"]

    assert "USER 10001" in lines
    assert any(line.startswith("HEALTHCHECK") for line in lines)
    assert (compose["read_only"], compose["cap_drop"]) == (True, ["ALL"])
    assert compose["security_opt"] == ["no-new-privileges:true"]
