"""Delivery: signature, order, duplicates, repeats, switches, restarts."""

import threading
import time

import pytest
import requests

from tests.integration.simulator.conftest import is_signed


def texts(receiver):
    return [request.event["message"]["text"] for request in receiver.named("user_send_text")]


def wait_until(condition, timeout_s=5.0):
    deadline = time.monotonic() + timeout_s
    while not condition():
        assert time.monotonic() < deadline, "did not happen"
        time.sleep(0.01)


def says_beside(simulator, citizen, *texts):
    """Several events at once, each from its own thread, in order of start."""
    threads = []
    for text in texts:
        threads.append(threading.Thread(target=simulator.says, args=(citizen, text)))
        threads[-1].start()
        time.sleep(0.03)
    return threads


def test_every_request_is_signed_over_its_bytes_and_they_vary(simulator, receiver, citizen):
    for number in range(12):
        simulator.says(citizen, f"Xin chào {number}")
    requests = receiver.named("user_send_text")
    assert all(is_signed(request) for request in requests)
    assert all(request.headers["content-type"] == "application/json" for request in requests)
    assert len({tuple(request.event) for request in requests}) > 3
    assert all("num_retry" not in request.headers for request in requests)
    assert "chào".encode() in requests[0].body


def test_bad_signature_on_request(simulator, receiver, citizen):
    event = {"type": "text", "text": "giả", "deliver": {"bad_signature": True}}
    assert simulator.post_event(citizen, event)["webhook_status"] == 200
    (request,) = receiver.named("user_send_text")
    assert request.headers["x-zevent-signature"].startswith("mac=")
    assert not is_signed(request)


def test_escaped_unicode_by_switch(simulator, receiver, citizen):
    simulator.post("/sim/v1/webhook", {"escape_unicode": True})
    simulator.says(citizen, "Xin chào")
    (request,) = receiver.named("user_send_text")
    assert rb"ch\u00e0o" in request.body and is_signed(request)


def test_duplicates_have_the_same_bytes(simulator, receiver, citizen):
    event = {"type": "text", "text": "hai lần", "deliver": {"times": 3}}
    assert simulator.post_event(citizen, event)["webhook_status"] == 200
    requests = receiver.wait_for("user_send_text", count=3)
    assert len({request.body for request in requests}) == 1


def test_delayed_event_lets_later_ones_pass(simulator, receiver, citizen):
    late = {"type": "text", "text": "trước", "deliver": {"delay_s": 0.5}}
    thread = threading.Thread(target=simulator.post_event, args=(citizen, late))
    thread.start()
    time.sleep(0.1)
    simulator.says(citizen, "sau")
    thread.join()
    assert texts(receiver) == ["sau", "trước"]


def test_events_of_one_citizen_come_one_after_the_other(simulator, receiver, citizen):
    receiver.delay_s = 0.2
    for thread in says_beside(simulator, citizen, "một", "hai", "ba"):
        thread.join()
    requests = receiver.named("user_send_text")
    assert texts(receiver) == ["một", "hai", "ba"]
    assert all(later.at - earlier.at >= 0.2 for earlier, later in zip(requests, requests[1:], strict=False))


def test_citizens_do_not_wait_for_each_other(simulator, receiver, citizen):
    receiver.delay_s = 0.5
    other = simulator.create_citizen()
    started = time.monotonic()
    threads = says_beside(simulator, citizen, "một") + says_beside(simulator, other, "hai")
    for thread in threads:
        thread.join()
    assert time.monotonic() - started < 0.9


def test_shuffle_swaps_and_overlaps_events_of_one_citizen(simulator, receiver, citizen):
    simulator.post("/sim/v1/webhook", {"shuffle": True})
    wanted = [f"tin {number}" for number in range(12)]
    for thread in [threading.Thread(target=simulator.says, args=(citizen, text)) for text in wanted]:
        thread.start()
        time.sleep(0.005)
    receiver.wait_for("user_send_text", count=12)
    assert sorted(texts(receiver)) == sorted(wanted)
    assert texts(receiver) != wanted


def test_status_of_the_first_attempt_is_told(simulator, receiver, citizen):
    receiver.answer = lambda request: 503
    assert simulator.says(citizen, "lỗi")["webhook_status"] == 503


def test_no_answer_is_null_with_the_reason(simulator, receiver, citizen):
    receiver.answer = lambda request: 0
    outcome = simulator.says(citizen, "đứt")
    assert outcome["webhook_status"] is None
    assert outcome["webhook_error"] == "no answer"


def test_product_has_two_seconds_to_answer(simulator, receiver, citizen):
    receiver.delay_s = 2.5
    outcome = simulator.says(citizen, "chậm")
    assert outcome["webhook_status"] is None
    assert outcome["webhook_error"] == "timeout"
    assert 1900 < outcome["ack_ms"] < 2400


def test_failed_event_is_repeated_by_the_simulated_clock_with_the_same_body(simulator, receiver, citizen):
    receiver.answer = lambda request: 500
    simulator.says(citizen, "lặp lại")
    for number, wait_s in enumerate((30, 300, 900, 1800), start=1):
        simulator.advance(wait_s - 5)
        time.sleep(0.05)
        assert len(receiver.named("user_send_text")) == number
        simulator.advance(5)
        receiver.wait_for("user_send_text", count=number + 1)
        wait_until(lambda: simulator.get("/sim/v1/webhook")["pending"] == 1)
    requests = receiver.named("user_send_text")
    assert [request.headers.get("num_retry") for request in requests] == [None, "1", "2", "3", "4"]
    assert len({request.body for request in requests}) == 1
    receiver.answer = lambda request: 200
    simulator.advance(3600)
    assert receiver.wait_for("user_send_text", count=6)[-1].headers["num_retry"] == "5"
    wait_until(lambda: simulator.get("/sim/v1/webhook")["pending"] == 0)
    assert simulator.get("/sim/v1/webhook")["enabled"] is True


def test_webhook_is_switched_off_after_the_fifth_repeat_until_set_up_again(simulator, receiver, citizen):
    receiver.answer = lambda request: 500
    simulator.says(citizen, "mất")
    for count, wait_s in enumerate((30, 300, 900, 1800, 3600), start=2):
        simulator.advance(wait_s + 1)
        receiver.wait_for("user_send_text", count=count)
        time.sleep(0.05)
    wait_until(lambda: simulator.get("/sim/v1/webhook")["enabled"] is False)
    assert simulator.get("/sim/v1/webhook")["disabled_reason"]
    assert simulator.says(citizen, "không ai nghe")["webhook_status"] is None
    receiver.answer = lambda request: 200
    simulator.post("/sim/v1/webhook", {"enabled": True})
    assert simulator.says(citizen, "lại nghe")["webhook_status"] == 200


def test_later_events_do_not_wait_for_the_repeat_of_a_failed_one(simulator, receiver, citizen):
    receiver.answer = lambda request: 500 if "hỏng" in request.event["message"]["text"] else 200
    simulator.says(citizen, "hỏng")
    assert simulator.says(citizen, "tốt")["webhook_status"] == 200


@pytest.mark.parametrize("switches", [{"retry": False}, {"retry_only_unreachable": True}])
def test_repeats_can_be_switched_off(simulator, receiver, citizen, switches):
    simulator.post("/sim/v1/webhook", switches)
    receiver.answer = lambda request: 401
    simulator.says(citizen, "mất luôn")
    assert simulator.get("/sim/v1/webhook")["pending"] == 0
    simulator.advance(7200)
    time.sleep(0.1)
    assert len(receiver.named("user_send_text")) == 1


def test_disabled_webhook_delivers_nothing_but_the_chat_goes_on(simulator, receiver, citizen, product):
    simulator.post("/sim/v1/webhook", {"enabled": False})
    outcome = simulator.says(citizen, "không ai nghe")
    assert outcome["webhook_status"] is None and outcome["ack_ms"] is None
    assert outcome["msg_id"]
    history = product.get("/v2.0/oa/conversation", user_id=citizen, offset=0, count=1)["data"]
    assert history[0]["message"] == "không ai nghe"
    assert not receiver.received


def test_muted_events_do_not_leave(simulator, receiver, citizen, product):
    simulator.post("/sim/v1/webhook", {"muted_events": ["oa_send_text", "user_received_message"]})
    product.send(citizen, "Dạ")
    time.sleep(0.1)
    simulator.says(citizen, "vẫn đến")
    assert [request.name for request in receiver.received] == ["user_send_text"]


def test_echo_comes_after_the_answer_by_default_and_before_it_by_switch(simulator, receiver, citizen, product):
    receiver.delay_s = 0.3
    started = time.monotonic()
    product.send(citizen, "Dạ")
    assert time.monotonic() - started < 0.25
    receiver.wait_for("user_received_message")
    simulator.post("/sim/v1/webhook", {"echo_first": True})
    started = time.monotonic()
    product.send(citizen, "Dạ")
    assert time.monotonic() - started >= 0.3
    assert len(receiver.named("oa_send_text")) == 2


def test_a_new_url_is_probed_with_an_unsigned_empty_object(simulator, receiver):
    answer = simulator.post("/sim/v1/webhook", {"url": receiver.url})
    assert answer["probe_status"] == 200
    (probe,) = receiver.received
    assert probe.body == b"{}" and "x-zevent-signature" not in probe.headers


def test_killed_simulator_delivers_what_it_owes_after_the_restart(own_simulator, receiver):
    simulator = own_simulator()
    citizen = simulator.create_citizen()
    receiver.answer = lambda request: 500
    simulator.says(citizen, "còn nợ")
    simulator.kill()
    receiver.answer = lambda request: 200
    again = own_simulator()
    assert again.get("/sim/v1/webhook")["pending"] == 1
    again.advance(31)
    requests = receiver.wait_for("user_send_text", count=2)
    assert requests[1].headers["num_retry"] == "1"
    assert requests[0].body == requests[1].body


def test_event_in_flight_at_the_kill_is_delivered_again(own_simulator, receiver):
    simulator = own_simulator()
    citizen = simulator.create_citizen()
    receiver.delay_s = 1.0
    thread = threading.Thread(
        target=lambda: pytest.raises(requests.RequestException, simulator.says, citizen, "dở dang")
    )
    thread.start()
    receiver.wait_for("user_send_text")
    simulator.kill()
    thread.join()
    receiver.delay_s = 0.0
    own_simulator()
    receiver.wait_for("user_send_text", count=2)
