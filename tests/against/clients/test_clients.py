"""Clients that others wrote, as they come, read and write a programme that a real server serves.

filip and ngsildclient pin other versions of pydantic and pandas than urbium is locked to, so they run in an
environment of their own under ``build/``; ``ogrinfo`` is that of GDAL (Debian: gdal-bin). owslib,
frictionless and pySHACL read publications in ``tests/web/api/test_open_data.py`` and
``tests/publish/open_data``.
"""

import json
import shutil
import subprocess
import sys
import threading
from contextlib import contextmanager
from pathlib import Path

import polars as pl
import pytest
import uvicorn

from people_of import staffed
from urbium.store import FileStamp
from urbium.web import create_app

HERE = Path(__file__).parent
BUILD = Path(__file__).resolve().parents[3] / "build" / "clients"

pytestmark = pytest.mark.long


@pytest.fixture(scope="module")
def clients():
    """Return the Python of an environment with the clients, made once."""
    python = BUILD / "bin" / "python"
    wanted, made = HERE / "requirements.txt", BUILD / "requirements.txt"
    if not made.exists() or made.read_text() != wanted.read_text():
        uv = Path(sys.executable).with_name("uv")
        subprocess.run([uv, "venv", "-q", "--clear", "--python", sys.executable, BUILD], check=True)
        subprocess.run([uv, "pip", "install", "-q", "--python", python, "-r", wanted], check=True)
        shutil.copy(wanted, made)
    return python


@contextmanager
def served(programme):
    """Serve a programme by uvicorn on a free port and yield the port."""
    server = uvicorn.Server(uvicorn.Config(create_app(programme), port=0, log_level="warning", ws="none"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    try:
        while not server.started and thread.is_alive():
            thread.join(0.01)
        yield server.servers[0].sockets[0].getsockname()[1]
    finally:
        server.should_exit = True
        thread.join()


@pytest.fixture(scope="module")
def port(tmp_path_factory):
    with staffed(str(tmp_path_factory.mktemp("clients") / "city.db")) as programme:
        programme.settings.change(by="test", reason="test", outbound_hosts=["127.0.0.1:9"])
        row = {
            "city": "0503", "variable": "gdp", "period": "2024", "value": 12.5, "unit": "10k USD",
            "area": "prefecture", "status": "reported", "quality": "measured", "source": "ccsy",
            "file": "a.csv", "sheet": "", "cell": "", "reason": "",
        }  # fmt: skip
        stamp = FileStamp("a.csv", "0" * 64)
        programme.store.record(pl.DataFrame([row]), by="ann", reason="test", file=stamp)
        programme.publish(by="ann", reason="test")
        with served(programme) as number:
            yield number, programme.context.token("0503")


def walked(clients, script, *arguments):
    """Run what an application does, in the environment of the clients; it fails where an answer is wrong."""
    done = subprocess.run(
        [clients, HERE / script, *map(str, arguments)],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    return done.returncode == 0 or done.stdout[-1000:] + done.stderr[-3000:]


def test_an_application_of_filip_ends_right(clients, port):
    number, token = port
    assert walked(clients, "filip_walk.py", f"http://127.0.0.1:{number}", token) is True


def test_an_application_of_ngsildclient_ends_right(clients, port):
    number, token = port
    assert walked(clients, "ngsildclient_walk.py", number, token) is True


@pytest.mark.skipif(shutil.which("ogrinfo") is None, reason="ogrinfo is not there (Debian: gdal-bin)")
def test_gdal_opens_the_features_without_a_complaint(port):
    number, _ = port
    command = ["ogrinfo", "-json", "-features", f"OAPIF:http://127.0.0.1:{number}/ogc", "places"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True)
    assert "ERROR" not in done.stderr
    (layer,) = json.loads(done.stdout)["layers"]
    assert layer["featureCount"] == len(layer["features"]) > 0


@pytest.mark.skipif(shutil.which("ogrinfo") is None, reason="ogrinfo is not there (Debian: gdal-bin)")
def test_gdal_reads_typed_columns_and_asks_for_what_they_hold(port):
    number, _ = port
    command = ["ogrinfo", "-json", "-features", "-where", "place = '0503'"]
    done = subprocess.run(
        [*command, f"OAPIF:http://127.0.0.1:{number}/ogc", "places"],
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    (layer,) = json.loads(done.stdout)["layers"]
    types = {field["name"]: field["type"] for field in layer["fields"]}
    assert (types["gdp"], types["gdp_period"], types["level"]) == ("Real", "String", "String")
    assert not [field for field in layer["fields"] if field.get("subType") == "JSON"]
    (place,) = layer["features"]
    assert (place["properties"]["gdp"], place["properties"]["gdp_period"]) == (12.5, "2024")
