import pytest

from simulator.zalo.errors import ZaloRefusal
from simulator.zalo.menu import account_menu
from simulator.zalo.templates import checked_data, load_templates, usable_template

TEMPLATES = load_templates()
KINDS = {template.kind: template for template in TEMPLATES.values()}
# Zalo's own limits by kind of parameter (facts, section 5.3).
GREATEST_LENGTHS = {
    "CODE": 30, "PRODUCT": 200, "ADDRESS": 200, "DATE": 20, "AMOUNT": 20, "NOTE": 90, "OTP": 10, "NUMBER": 20,
}  # fmt: skip


def sample(kind):
    return {parameter.name: parameter.sample for parameter in KINDS[kind].parameters}


@pytest.mark.parametrize(
    "kind",
    ["received", "supplement", "money_due", "late_apology", "ready", "ready_early", "returned", "refused",
     "stopped", "reminder", "otp", "rating"],
)  # fmt: skip
def test_every_kind_of_notice_has_an_approved_template_whose_sample_fits(kind):
    template = usable_template(TEMPLATES, KINDS[kind].id)
    text = template.rendered(checked_data(template, sample(kind)))
    assert "<" not in text
    assert all(value in text for value in sample(kind).values())


@pytest.mark.parametrize("template", TEMPLATES.values(), ids=lambda template: template.kind)
def test_templates_obey_zalos_own_limits(template):
    assert 10 <= len(template.name) <= 60
    assert 9 <= len(template.title) <= 65
    assert 9 <= len(template.text) <= 400
    assert len(template.buttons) <= 2
    assert all(5 <= len(button["title"]) <= 30 for button in template.buttons)
    assert all(parameter.max_length <= GREATEST_LENGTHS[parameter.type] for parameter in template.parameters)
    assert all(f"<{parameter.name}>" in template.title + template.text for parameter in template.parameters)


def test_codes_and_old_templates_may_not_go_by_user_id():
    assert KINDS["ready"].may_go_by_user_id
    assert not KINDS["otp"].may_go_by_user_id
    assert not KINDS["example_old"].may_go_by_user_id


@pytest.mark.parametrize(
    ("template_id", "code"),
    [("999999", -109), (310001, -109), (None, -109), ("310090", -131), ("310091", -146)],
)
def test_templates_that_may_not_be_sent_are_refused(template_id, code):
    with pytest.raises(ZaloRefusal) as refused:
        usable_template(TEMPLATES, template_id)
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"ma_ho_so": None}, -1122),
        ({"ma_ho_so": "H" * 31}, -1121),
        ({"ngay_hen": "2026-12-02"}, -1124),
        ({"ngay_hen": ["02/12/2026"]}, -1124),
        ({"ten": "Hoa"}, -112),
    ],
)
def test_data_that_do_not_fit_are_refused(change, code):
    with pytest.raises(ZaloRefusal) as refused:
        checked_data(KINDS["received"], {**sample("received"), **change})
    assert refused.value.code == code


def test_a_message_without_data_is_refused():
    with pytest.raises(ZaloRefusal) as refused:
        checked_data(KINDS["received"], None)
    assert refused.value.code == -111


def test_menu_has_three_parts_with_public_words():
    menu = account_menu()
    assert [group for group in dict.fromkeys(item["group"] for item in menu)] == [
        "Thông tin",
        "Dịch vụ công",
        "Hỗ trợ",
    ]
    payloads = [item["payload"] for item in menu]
    assert len(set(payloads)) == len(payloads) == 11
    assert all(payload.startswith("#") and len(payload) <= 41 for payload in payloads)
