from __future__ import annotations

from datetime import datetime

import pytest

from connectors.zalo import errors
from connectors.zalo.error_codes import OA_CODES, ZBS_CODES
from connectors.zalo.errors import Host, classify, error_for, is_known
from onestop.clock import LOCAL
from onestop.errors import OnestopError

NOON = datetime(2026, 11, 24, 12, 0, 30, tzinfo=LOCAL)

# docs/zalo.md, "Error codes": written down once more, by class, so that a slip in the table shows.
OA_CLASSES = {
    errors.ZaloTemporaryError: [-32, -200, -214, -234],
    errors.ZaloAttachmentExpiredError: [-100],
    errors.ZaloPermanentError: [-201, -210, -233, -237, -248, -403, -1340, -1341],
    errors.ZaloRecipientError: [-217, -222, -227, -244],
    errors.ZaloTokenError: [-216, -220],
    errors.ZaloWindowError: [-211, -213, -218, -230, -232, -305, -311, -321],
    errors.ZaloConfigurationError: [
        -202, -204, -205, -207, -208, -209, -212, -215, -219, -221, -223, -224,
        -235, -238, -240, -241, -242, -320,
    ],
    errors.ZaloTemplateError: [-249],
}  # fmt: skip
ZBS_CLASSES = {
    errors.ZaloTemporaryError: [-32, -133, -144, -147],
    errors.ZaloPermanentError: [
        -108, -111, -112, -113, -126, -127, -148, -149, -150, -151, -152, -153, -158, -159, -160,
        -1121, -1122, -1123, -1124, -1131, -1132,
    ],
    errors.ZaloTokenError: [-124],
    errors.ZaloWindowError: [-114, -118, -119, -139, -140, -141, -1441, -1471, -1472],
    errors.ZaloConfigurationError: [
        -120, -125, -135, -136, -138, -161, -162, -1241, -1351, -1381,
    ],
    errors.ZaloTemplateError: [-109, -110, -115, -117, -131, -137, -145, -146, -321, -1091],
}  # fmt: skip


def listed(classes: dict) -> list:
    return [(code, kind) for kind, codes in classes.items() for code in codes]


@pytest.mark.parametrize(("code", "kind"), listed(OA_CLASSES))
def test_every_code_of_the_account_interface_has_its_class(code, kind):
    assert classify(code, Host.OPENAPI) is kind


@pytest.mark.parametrize(("code", "kind"), listed(ZBS_CLASSES))
def test_every_code_of_the_template_interface_has_its_class(code, kind):
    assert classify(code, Host.BUSINESS) is kind


def test_the_tables_hold_nothing_that_is_not_checked_here():
    assert set(OA_CODES) == {code for code, _ in listed(OA_CLASSES)}
    assert set(ZBS_CODES) == {code for code, _ in listed(ZBS_CLASSES)}


def test_a_code_of_the_other_interface_is_understood_and_an_unknown_one_is_permanent():
    assert classify(-216, Host.BUSINESS) is errors.ZaloTokenError
    assert classify(-124, Host.OPENAPI) is errors.ZaloTokenError
    assert classify(-99999, Host.OPENAPI) is errors.ZaloPermanentError
    assert not is_known(-99999, Host.OPENAPI)
    assert str(error_for(-99999, "x", Host.OPENAPI, NOON)) == "unknown code (-99999)"


@pytest.mark.parametrize(
    ("code", "host", "at", "seconds"),
    [
        (-32, Host.OPENAPI, NOON, 30),
        (-234, Host.OPENAPI, datetime(2026, 11, 24, 23, tzinfo=LOCAL), 8 * 3600),
        (-234, Host.OPENAPI, datetime(2026, 11, 24, 5, tzinfo=LOCAL), 2 * 3600),
        (-133, Host.BUSINESS, datetime(2026, 11, 24, 22, tzinfo=LOCAL), 9 * 3600),
        (-144, Host.BUSINESS, datetime(2026, 11, 24, 5, tzinfo=LOCAL), 26 * 3600),
        (-147, Host.BUSINESS, datetime(2026, 12, 31, 12, tzinfo=LOCAL), 19 * 3600),
        (-200, Host.OPENAPI, NOON, errors.RETRY_SOON_S),
    ],
)
def test_a_temporary_error_says_when_it_is_over(code, host, at, seconds):
    error = error_for(code, "", host, at)
    assert error.retry_after_s == pytest.approx(seconds)


def test_a_failed_send_is_tried_three_times_at_most():
    assert error_for(-200, "", Host.OPENAPI, NOON).max_attempts == 3
    assert error_for(-32, "", Host.OPENAPI, NOON).max_attempts is None


def test_a_refused_field_is_named():
    assert str(error_for(-201, "user_id is invalid!", Host.OPENAPI, NOON)) == "a parameter is invalid: user_id (-201)"


@pytest.mark.parametrize("code", [-201, -230, -216, -32, -99999])
@pytest.mark.parametrize(
    "message", ["phone 84900000001 of Nguyễn Văn A", "Nguyễn Văn A is invalid", "84900000001 is invalid"]
)
def test_nothing_that_zalo_writes_about_a_person_reaches_the_text(code, message):
    error = error_for(code, message, Host.OPENAPI, NOON)
    shown = f"{error} {error!r} {error.message} {error.args}"
    assert "84900000001" not in shown
    assert "Nguyễn" not in shown


def test_all_errors_are_ours():
    kinds = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, Exception)]
    assert len(kinds) > 10
    assert all(issubclass(kind, OnestopError) for kind in kinds)
    assert issubclass(errors.ConsentNeeded, errors.ZaloConfigurationError)
