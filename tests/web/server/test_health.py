"""Whoever watches a server asks it without an account, and is told nothing but how it is."""

from urbium.errors import UnavailableError


def test_a_server_that_answers_lives(client):
    answer = client.get("/health/live")

    assert answer.status_code == 200
    assert answer.json() == {"status": "pass"}
    assert answer.headers["content-type"].startswith("application/health+json")
    assert "no-store" in answer.headers["cache-control"]


def test_a_server_whose_store_cannot_be_read_is_not_ready(client, programme, monkeypatch):
    assert client.get("/health/ready").json() == {"status": "pass"}

    def gone():
        raise UnavailableError("the disk is gone", place="/secret/place.db")

    monkeypatch.setattr(programme.store, "head", gone)
    answer = client.get("/health/ready")

    assert answer.status_code == 503
    assert answer.json() == {"status": "fail"}
    assert client.get("/health/live").status_code == 200
