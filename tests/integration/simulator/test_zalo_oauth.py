"""Consent, codes, single-use refresh tokens (facts, sections 1 and 11.1-11.5)."""

import hashlib
import hmac
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from tests.sim_server import APP_ID, APP_SECRET, OA_ID

CALLBACK = "https://mot-cua.example/zalo/callback"
VERIFIER = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQ"
CHALLENGE = "RqIZl4LIgn8KxW9QO-nTnv7pf0CnNrksx9fF-CXP2FE"


def consent(simulator, **changes):
    query = {"app_id": APP_ID, "redirect_uri": CALLBACK, "code_challenge": CHALLENGE, "state": "xyz", **changes}
    return requests.get(simulator.url + "/v4/oa/permission", params=query, allow_redirects=False, timeout=5)


def code_of(simulator, **changes):
    return parse_qs(urlsplit(consent(simulator, **changes).headers["location"]).query)["code"][0]


def token_request(simulator, secret=APP_SECRET, **form):
    headers = {"secret_key": secret} if secret else {}
    answer = requests.post(
        simulator.url + "/v4/oa/access_token", data={"app_id": APP_ID, **form}, headers=headers, timeout=5
    )
    return answer.json()


def with_code(simulator, code, verifier=VERIFIER, **changes):
    return token_request(simulator, grant_type="authorization_code", code=code, code_verifier=verifier, **changes)


def with_refresh(simulator, token, **changes):
    return token_request(simulator, grant_type="refresh_token", refresh_token=token, **changes)


def error_of_call(simulator, token, **headers):
    headers = {"access_token": token, **headers} if token else headers
    return requests.get(simulator.url + "/v2.0/oa/getoa", headers=headers, timeout=5).json()["error"]


def test_consent_sends_the_administrator_back_with_code_oa_and_state(simulator):
    answer = consent(simulator)
    assert answer.status_code == 302
    location = answer.headers["location"]
    assert location.startswith(CALLBACK + "?")
    query = parse_qs(urlsplit(location).query)
    assert query["oa_id"] == [OA_ID] and query["state"] == ["xyz"] and query["code"]


def test_code_becomes_a_pair_once(simulator):
    code = code_of(simulator)
    pair = with_code(simulator, code)
    assert pair["access_token"] and pair["refresh_token"]
    assert pair["expires_in"] == "90000"
    assert error_of_call(simulator, pair["access_token"]) == 0
    second = with_code(simulator, code)
    assert second["error"] < 0
    assert set(second) == {"error", "error_name", "error_reason", "error_description", "ref_doc"}


def test_code_dies_after_ten_minutes(simulator):
    code = code_of(simulator)
    simulator.advance(601)
    assert with_code(simulator, code)["error"] < 0


@pytest.mark.parametrize("verifier", ["wrong" * 9, ""])
def test_verifier_must_fit_the_challenge(simulator, verifier):
    code = code_of(simulator)
    assert with_code(simulator, code, verifier=verifier)["error"] < 0
    assert "access_token" in with_code(simulator, code)


def test_foreign_app_is_refused(simulator):
    assert consent(simulator, app_id="123").json()["error"] == -14002
    assert with_code(simulator, code_of(simulator), app_id="123")["error"] == -14002


def test_redirect_uri_must_be_the_saved_one(own_simulator):
    simulator = own_simulator(redirect_uri=CALLBACK)
    assert consent(simulator).status_code == 302
    refused = consent(simulator, redirect_uri="https://evil.example/").json()
    assert refused["error"] == -14003


@pytest.mark.parametrize("secret", ["wrong", None])
def test_app_secret_belongs_into_the_header(simulator, secret):
    code = code_of(simulator)
    assert with_code(simulator, code, secret=secret, secret_key=APP_SECRET)["error"] < 0
    assert "access_token" in with_code(simulator, code)


def test_token_request_must_be_a_form(simulator):
    body = {"app_id": APP_ID, "grant_type": "authorization_code", "code": code_of(simulator)}
    headers = {"secret_key": APP_SECRET}
    answer = requests.post(simulator.url + "/v4/oa/access_token", json=body, headers=headers, timeout=5)
    assert answer.status_code == 200 and answer.json()["error"] < 0


def test_oauth_errors_can_have_http_400(simulator):
    simulator.post("/sim/v1/rules", {"oauth_error_status": 400})
    headers = {"secret_key": "wrong"}
    assert requests.post(simulator.url + "/v4/oa/access_token", headers=headers, timeout=5).status_code == 400


def test_refresh_token_works_once_and_kills_the_old_access_token(simulator):
    old = with_code(simulator, code_of(simulator))
    new = with_refresh(simulator, old["refresh_token"])
    assert error_of_call(simulator, old["access_token"]) == -216
    assert error_of_call(simulator, new["access_token"]) == 0
    assert with_refresh(simulator, old["refresh_token"])["error"] < 0
    assert "access_token" in with_refresh(simulator, new["refresh_token"])


def test_replaced_token_may_answer_as_expired(simulator):
    simulator.post("/sim/v1/rules", {"replaced_token_error": -220})
    old = simulator.issue_tokens()
    with_refresh(simulator, old["refresh_token"])
    assert error_of_call(simulator, old["access_token"]) == -220


def test_access_token_lives_25_hours_and_refresh_token_90_days(simulator):
    pair = simulator.issue_tokens()
    simulator.advance(90_000 - 60)
    assert error_of_call(simulator, pair["access_token"]) == 0
    simulator.advance(61)
    assert error_of_call(simulator, pair["access_token"]) == -220
    simulator.advance(88 * 86_400)
    pair = with_refresh(simulator, pair["refresh_token"])
    assert pair["access_token"]
    simulator.advance(91 * 86_400)
    assert with_refresh(simulator, pair["refresh_token"])["error"] < 0


def test_dropped_answer_has_consumed_the_refresh_token(simulator):
    pair = simulator.issue_tokens()
    simulator.add_fault("oauth/access_token", "drop_token_answer", times=1)
    with pytest.raises(requests.ConnectionError):
        with_refresh(simulator, pair["refresh_token"])
    assert with_refresh(simulator, pair["refresh_token"])["error"] < 0
    assert error_of_call(simulator, pair["access_token"]) == -216


def test_token_must_stand_in_its_own_header(simulator):
    token = simulator.issue_tokens()["access_token"]
    assert error_of_call(simulator, None, Authorization=f"Bearer {token}") == -216
    assert error_of_call(simulator, "AT-unknown") == -216


def test_template_api_has_its_own_token_error(simulator):
    answer = requests.get(simulator.url + "/message/quota", headers={"access_token": "AT-unknown"}, timeout=5)
    assert answer.json()["error"] == -124


def test_app_secret_proof_is_checked_when_the_console_says_so(simulator):
    simulator.post("/sim/v1/rules", {"app_secret_proof": True})
    token = simulator.issue_tokens()["access_token"]
    proof = hmac.new(APP_SECRET.encode(), token.encode(), hashlib.sha256).hexdigest()
    assert error_of_call(simulator, token) == -242
    assert error_of_call(simulator, token, appsecret_proof=proof) == 0


def test_revoked_permission_refuses_every_call_until_the_next_consent(simulator):
    token = simulator.issue_tokens()["access_token"]
    simulator.post("/sim/v1/permission", {"revoked": True})
    assert error_of_call(simulator, token) == -223
    pair = with_code(simulator, code_of(simulator))
    assert error_of_call(simulator, pair["access_token"]) == 0


def test_tokens_and_their_single_use_survive_kill_and_reset(own_simulator):
    simulator = own_simulator()
    first = simulator.issue_tokens()
    second = with_refresh(simulator, first["refresh_token"])
    simulator.kill()
    again = own_simulator()
    again.reset()
    assert with_refresh(again, first["refresh_token"])["error"] < 0
    assert error_of_call(again, second["access_token"]) == 0
    assert error_of_call(again, first["access_token"]) == -216
