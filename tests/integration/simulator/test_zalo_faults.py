"""Faults of each kind, before and after the effect, and the rate limit."""

import pytest
import requests


def received_texts(simulator, citizen):
    return [message["text"] for message in simulator.messages(citizen)]


def test_error_code_sends_nothing(simulator, product, citizen):
    simulator.add_fault("message/cs", "error:-200", times=1)
    assert product.send(citizen, "một")["error"] == -200
    assert product.send(citizen, "hai")["error"] == 0
    assert received_texts(simulator, citizen) == ["hai"]


def test_reset_before_sends_nothing(simulator, product, citizen):
    simulator.add_fault("message/cs", "reset_before", times=1)
    with pytest.raises(requests.ConnectionError):
        product.send(citizen, "một")
    assert received_texts(simulator, citizen) == []


def test_reset_after_has_sent(simulator, product, citizen, receiver):
    simulator.add_fault("message/cs", "reset_after", times=1)
    with pytest.raises(requests.ConnectionError):
        product.send(citizen, "một")
    assert received_texts(simulator, citizen) == ["một"]
    receiver.wait_for("oa_send_text")
    history = product.get("/v2.0/oa/conversation", user_id=citizen, offset=0, count=5)["data"]
    assert history[0]["message"] == "một"


def test_delay_sends_at_once_and_answers_late(simulator, product, citizen):
    simulator.add_fault("message/cs", "delay:0.5", times=1)
    with pytest.raises(requests.Timeout):
        requests.post(
            simulator.url + "/v3.0/oa/message/cs",
            json={"recipient": {"user_id": citizen}, "message": {"text": "chậm"}},
            headers={"access_token": product.access_token},
            timeout=0.2,
        )
    assert received_texts(simulator, citizen) == ["chậm"]


def test_delay_before_sends_late_even_when_the_product_has_given_up(simulator, product, citizen):
    simulator.add_fault("message/cs", "delay_before:0.4", times=1)
    with pytest.raises(requests.Timeout):
        requests.post(
            simulator.url + "/v3.0/oa/message/cs",
            json={"recipient": {"user_id": citizen}, "message": {"text": "muộn"}},
            headers={"access_token": product.access_token},
            timeout=0.1,
        )
    assert received_texts(simulator, citizen) == []
    assert simulator.messages(citizen, wait_s=3)[0]["text"] == "muộn"


@pytest.mark.parametrize("status", [500, 502, 503, 429])
def test_http_errors_send_nothing(simulator, product, citizen, status):
    simulator.add_fault("message/cs", f"http:{status}", times=1)
    body = {"recipient": {"user_id": citizen}, "message": {"text": "một"}}
    assert product.raw("POST", "/v3.0/oa/message/cs", json=body).status_code == status
    assert received_texts(simulator, citizen) == []


def test_html_in_place_of_json(simulator, product, citizen):
    simulator.add_fault("message/cs", "html", times=1)
    body = {"recipient": {"user_id": citizen}, "message": {"text": "một"}}
    answer = product.raw("POST", "/v3.0/oa/message/cs", json=body)
    assert answer.headers["content-type"].startswith("text/html")
    assert received_texts(simulator, citizen) == []


def test_unknown_fields_in_a_good_answer(simulator, product, citizen):
    simulator.add_fault("message/cs", "unknown_fields", times=1)
    answer = product.send(citizen, "một")
    assert answer["error"] == 0 and len(answer) == 4


def test_faults_of_one_user_leave_others_alone(simulator, product, citizen):
    other = simulator.create_citizen()
    simulator.says(other, "Xin chào")
    simulator.add_fault("message/cs", "error:-227", user_id=citizen)
    assert product.send(citizen, "một")["error"] == -227
    assert product.send(other, "một")["error"] == 0
    assert product.send(citizen, "hai")["error"] == -227


@pytest.mark.parametrize(
    ("call", "method", "path"),
    [
        ("upload/image", "POST", "/v2.0/oa/upload/image"),
        ("message/template", "POST", "/message/template"),
        ("message/template", "POST", "/v3.0/oa/message/template"),
        ("/message/template", "POST", "/message/template"),
        ("conversation", "GET", "/v2.0/oa/conversation"),
        ("user/detail", "GET", "/v3.0/oa/user/detail"),
        ("message/status", "GET", "/message/status"),
        ("oauth/access_token", "POST", "/v4/oa/access_token"),
        ("sms/messages", "POST", "/sms/v1/messages"),
    ],
)
def test_every_call_can_fail(simulator, product, call, method, path):
    simulator.add_fault(call, "http:503", times=1)
    assert product.raw(method, path).status_code == 503
    assert simulator.get("/sim/v1/faults")["faults"] == []


def test_oauth_faults_have_the_oauth_shape(simulator):
    simulator.add_fault("oauth/access_token", "error:-14029", times=1)
    answer = requests.post(simulator.url + "/v4/oa/access_token", timeout=5).json()
    assert answer["error"] == -14029 and "error_name" in answer


def test_faults_end_by_deletion(simulator, product, citizen):
    simulator.add_fault("message/cs", "error:-32")
    assert len(simulator.get("/sim/v1/faults")["faults"]) == 1
    simulator.clear_faults()
    assert product.send(citizen, "một")["error"] == 0


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"call": "message/cs"},
        {"call": "message/cs", "fault": "nonsense"},
        {"call": "message/unknown", "fault": "html"},
        {"call": "message/cs", "fault": "html", "times": 0},
        {"call": "message/cs", "fault": "html", "times": "2"},
        {"call": "message/cs", "fault": "html", "user_id": 8},
        {"call": "message/cs", "fault": "html", "phone": "0912345678"},
    ],
)
def test_faults_that_make_no_sense_are_refused(simulator, body):
    answer = requests.post(simulator.url + "/sim/v1/faults", json=body, timeout=5)
    assert answer.status_code == 400 and answer.json()["error"].endswith(".")


def test_rate_limit_counts_in_a_minute_and_tells_what_is_left(simulator, product, citizen):
    simulator.post("/sim/v1/limits", {"calls_per_minute": 3})
    product.wait_until("2030-01-15T09:00:05+07:00")
    path = "/v2.0/oa/getoa"
    answers = [product.raw("GET", path) for _ in range(4)]
    assert [answer.json()["error"] for answer in answers] == [0, 0, 0, -32]
    assert [answer.headers["X-RateLimit-Remain"] for answer in answers] == ["2", "1", "0", "0"]
    assert answers[0].headers["X-RateLimit-Limit"] == "3"
    assert product.get_plain("/message/quota")["error"] == 0
    simulator.advance(60)
    assert product.raw("GET", path).json()["error"] == 0


def test_calls_of_the_product_are_listed(simulator, product, citizen):
    mark = simulator.get("/sim/v1/calls")["calls"][-1]["n"] if simulator.get("/sim/v1/calls")["calls"] else 0
    simulator.add_fault("message/cs", "reset_after", times=1)
    with pytest.raises(requests.ConnectionError):
        product.send(citizen, "một")
    product.send("8000", "hai")
    simulator.add_fault("getoa", "http:500", times=1)
    product.raw("GET", "/v2.0/oa/getoa")
    calls = simulator.get("/sim/v1/calls", after=mark)["calls"]
    assert [(call["call"], call["status"], call["error"]) for call in calls] == [
        ("message/cs", None, None),
        ("message/cs", 200, -201),
        ("getoa", 500, None),
    ]
    assert calls[0]["n"] < calls[1]["n"]
    assert all(call["took_ms"] >= 0 and call["at"].endswith("+07:00") for call in calls)
