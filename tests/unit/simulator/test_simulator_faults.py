import pytest

from simulator.zalo.database import Database
from simulator.zalo.errors import BadRequest
from simulator.zalo.faults import Faults


@pytest.fixture
def db(tmp_path):
    database = Database(tmp_path / "state.sqlite3")
    yield database
    database.close()


@pytest.mark.parametrize(
    "fault",
    ["error:-32", "error:-227", "delay:5", "delay:0.5", "delay_before:1", "reset_before", "reset_after",
     "http:500", "http:429", "html", "unknown_fields"],
)  # fmt: skip
def test_known_faults_are_accepted(db, fault):
    assert Faults(db).add("message/cs", fault, None, None, None).fault == fault


@pytest.mark.parametrize(
    "fault", ["", "error", "error:", "error:abc", "http:200", "http:99999", "delay:-1", "html:1", "nonsense"]
)
def test_unknown_faults_are_refused(db, fault):
    with pytest.raises(BadRequest):
        Faults(db).add("message/cs", fault, None, None, None)


def test_dropping_the_token_answer_is_a_fault_of_the_token_call_only(db):
    faults = Faults(db)
    assert faults.add("oauth/access_token", "drop_token_answer", None, None, 1)
    with pytest.raises(BadRequest):
        faults.add("message/cs", "drop_token_answer", None, None, 1)


def test_times_are_spent_and_survive_a_restart(db):
    faults = Faults(db)
    faults.add("message/cs", "html", None, None, 2)
    assert faults.take(("message/cs",), None, None)
    again = Faults(db)
    assert again.take(("message/cs",), None, None)
    assert again.take(("message/cs",), None, None) is None
    assert Faults(db).in_force == []


def test_a_fault_hits_only_its_call_its_user_and_its_phone(db):
    faults = Faults(db)
    faults.add("message/cs", "html", "8001", None, None)
    faults.add("/message/template", "html", None, "+84912345678", None)
    assert faults.take(("message/cs", "/v3.0/oa/message/cs"), "8002", None) is None
    assert faults.take(("upload/image",), "8001", None) is None
    assert faults.take(("message/cs",), "8001", None)
    assert faults.take(("message/template", "/v3.0/oa/message/template"), None, "+84912345678") is None
    assert faults.take(("message/template", "/message/template"), None, "+84912345678")


def test_the_star_hits_every_call_and_older_faults_come_first(db):
    faults = Faults(db)
    faults.add("*", "error:-32", None, None, 1)
    faults.add("getoa", "html", None, None, 1)
    assert faults.take(("getoa",), None, None).fault == "error:-32"
    assert faults.take(("getoa",), None, None).fault == "html"
