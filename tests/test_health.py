"""What machines ask: does it live, is it ready, how much is there."""

from unittest.mock import patch

from django.db import OperationalError


def test_it_lives_without_asking_the_database(client):
    assert client.get("/healthz").status_code == 200


def test_ready_names_each_part(client, db):
    answer = client.get("/readyz")
    parts = answer.json()
    assert set(parts) == {"ready", "database", "broker", "timers"}
    assert answer.status_code == (200 if parts["ready"] else 503)
    assert parts["database"]["ok"]
    assert parts["broker"]["ok"]


def test_without_a_tick_the_timers_are_not_ready(client, db):
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["timers"]["ok"] is False


def test_a_database_that_is_away_is_named_and_does_not_become_a_fault_page(client, db):
    with patch("config.health.connection.cursor", side_effect=OperationalError("secret host")):
        answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["database"] == {"ok": False, "error": "OperationalError"}


def test_metrics_are_for_the_configured_addresses_alone(client, db):
    assert b"kawal_" in client.get("/metrics").content
    assert client.get("/metrics", REMOTE_ADDR="10.0.0.9").status_code == 404
    assert client.get("/metrics", headers={"X-Forwarded-For": "127.0.0.1"}).status_code == 404
