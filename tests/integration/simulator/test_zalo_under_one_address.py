"""Zalo, the test interface, the counter and the pages share one address."""

import pytest
import requests


@pytest.fixture
def everything(own_simulator, tmp_path):
    return own_simulator(pages=True, dossiers_url=f"sqlite:///{tmp_path / 'dossiers.sqlite3'}")


def test_pages_counter_and_test_interface_are_served(everything):
    for path in ("/", "/chat", "/counter", "/demo"):
        answer = requests.get(everything.url + path, timeout=5)
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith("text/html")
    assert everything.get("/counter/v1/moves")["moves"]
    assert everything.get("/sim/v1/clock")["offset_s"] == 0
    answer = requests.get(everything.url + "/counter/v1/unknown", timeout=5)
    assert answer.status_code == 404 and answer.json()["error"]


def test_without_them_zalo_runs_alone(own_simulator):
    alone = own_simulator()
    assert requests.get(alone.url + "/chat", timeout=5).status_code == 404
    assert requests.get(alone.url + "/counter/v1/moves", timeout=5).status_code == 404
