from __future__ import annotations

import hashlib
import hmac

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.zalo.signature import matching_variant, sign, timestamp_text, verify_signature

APP_ID = "1111222233334444555"
SECRET = "example-oa-secret"
MAC = "d1bc9221b98f4c468b39d6c09c36b96600bdf43789a98109c241bee596d7800a"
BODY = (
    '{"app_id":"1111222233334444555","user_id_by_app":"7000000000000000001","event_name":"user_send_text",'
    '"timestamp":"1790000000123","sender":{"id":"8000000000000000001"},"recipient":{"id":"9000000000000000001"},'
    '"message":{"msg_id":"a1b2c3d4e5f60718","text":"Xin chào"}}'
).encode()


def test_the_published_vector_verifies():
    assert len(BODY) == 267
    assert sign(BODY, APP_ID, SECRET, "1790000000123") == f"mac={MAC}"
    assert verify_signature(BODY, f"mac={MAC}", APP_ID, SECRET)


@pytest.mark.parametrize("form", ["mac={}", "mac = {}", "{}", " mac={} ", "MAC={}", 'mac="{}"'])
@pytest.mark.parametrize("case", [str.lower, str.upper])
def test_every_tolerated_header_form_verifies(form, case):
    assert verify_signature(BODY, form.format(case(MAC)), APP_ID, SECRET)


@pytest.mark.parametrize(
    "header", [None, "", "mac=", "mac=abc", f"mac={MAC}0", f"sha256={MAC}", f"mac={MAC[:-1]}b", "mac=" + "à" * 64]
)
def test_any_other_header_is_refused(header):
    assert not verify_signature(BODY, header, APP_ID, SECRET)


@pytest.mark.parametrize(
    "body", [BODY + b"\n", BODY.replace(b"Xin", b"xin"), BODY.replace("à".encode(), rb"\u00e0"), b"{}", b"", b"[]"]
)
def test_another_body_under_the_same_mac_is_refused(body):
    assert not verify_signature(body, f"mac={MAC}", APP_ID, SECRET)


@pytest.mark.parametrize(("app_id", "secret"), [("9000000000000000001", SECRET), (APP_ID, "example-app-secret")])
def test_another_app_or_secret_is_refused(app_id, secret):
    assert not verify_signature(BODY, f"mac={MAC}", app_id, secret)


def test_an_empty_secret_accepts_nothing():
    assert not verify_signature(BODY, sign(BODY, APP_ID, "", "1790000000123"), APP_ID, "")


@pytest.mark.parametrize("written", ["1790000000123", "1.79e12", "01790", "-5"])
def test_a_timestamp_is_taken_as_it_is_written(written):
    body = f'{{ "timestamp" : "{written}" }}'.encode()
    assert verify_signature(body, sign(body, APP_ID, SECRET, written), APP_ID, SECRET)


def test_a_timestamp_that_is_a_number_keeps_its_digits():
    body = b'{"timestamp":1790000000123.50}'
    assert timestamp_text(body) == "1790000000123.50"
    assert verify_signature(body, sign(body, APP_ID, SECRET, "1790000000123.50"), APP_ID, SECRET)


def test_odd_blanks_key_order_and_escapes_verify_as_received():
    body = rb'{"message":{"text":"Xin ch\u00e0o"} ,  "timestamp":"17","a":1 }'
    assert verify_signature(body, sign(body, APP_ID, SECRET, "17"), APP_ID, SECRET)


@given(st.binary(max_size=200), st.one_of(st.none(), st.text(max_size=80)))
def test_garbage_is_refused_without_an_exception(body, header):
    assert not verify_signature(body, header, APP_ID, SECRET)


def test_a_body_nested_beyond_measure_is_refused_without_an_exception():
    assert not verify_signature(b"[" * 200_000, f"mac={MAC}", APP_ID, SECRET)


def test_the_variant_of_a_real_event_is_named():
    first_terms = {"app_id": APP_ID, "oa_id": "9000000000000000001"}
    secrets = {"oa_secret_key": SECRET, "app_secret": "example-app-secret"}
    keyed = hmac.new(b"example-app-secret", b"9000000000000000001" + BODY + b"1790000000123", hashlib.sha256)
    assert matching_variant(BODY, f"mac={MAC}", first_terms, secrets) == "sha256(app_id, oa_secret_key)"
    assert matching_variant(BODY, keyed.hexdigest(), first_terms, secrets) == "hmac-sha256(oa_id, app_secret)"
    assert matching_variant(BODY, "mac=" + "0" * 64, first_terms, secrets) is None
