import json
import random

from simulator.zalo.signature import mac, serialise
from simulator.zalo.tokens import challenge_of

BODY = (
    '{"app_id":"1111222233334444555","user_id_by_app":"7000000000000000001","event_name":"user_send_text",'
    '"timestamp":"1790000000123","sender":{"id":"8000000000000000001"},"recipient":{"id":"9000000000000000001"},'
    '"message":{"msg_id":"a1b2c3d4e5f60718","text":"Xin chào"}}'
).encode()


def test_mac_is_the_one_of_the_documented_vector():
    assert len(BODY) == 267
    signature = mac("1111222233334444555", BODY, "1790000000123", "example-oa-secret")
    assert signature == "d1bc9221b98f4c468b39d6c09c36b96600bdf43789a98109c241bee596d7800a"


def test_pkce_challenge_is_the_one_of_the_documented_pair():
    verifier = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQ"
    assert challenge_of(verifier) == "RqIZl4LIgn8KxW9QO-nTnv7pf0CnNrksx9fF-CXP2FE"


def test_bodies_vary_in_key_order_and_blanks_but_mean_the_same():
    event = json.loads(BODY)
    written = {serialise(event, random.Random(seed)) for seed in range(20)}
    assert len(written) > 10
    assert all(json.loads(body) == event for body in written)


def test_vietnamese_is_raw_or_escaped_by_switch():
    event = {"text": "Xin chào"}
    assert "chào".encode() in serialise(event, random.Random(1))
    assert rb"ch\u00e0o" in serialise(event, random.Random(1), escape_unicode=True)
