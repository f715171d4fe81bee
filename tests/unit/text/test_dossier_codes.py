import random

import pytest

from onestop.text.dossier_codes import canonical_dossier_code, find_dossier_codes, possible_codes


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("000.00.19.H47-260105-0001", "000.00.19.H47-260105-0001"),
        ("H57.132-260804-0583", "H57.132-260804-0583"),
        ("000 00 12 h99-260715-0003", "000.00.12.H99-260715-0003"),
        ("H57 132 260804 583", "H57.132-260804-0583"),
        ("h39.7.260418.92", "H39.7-260418-0092"),
        ("H39.O4-26O511-OO07", "H39.04-260511-0007"),
        ("OOO.OO.l6.H39-190712-0005", "000.00.16.H39-190712-0005"),
        ("0000016H391907120005", "000.00.16.H39-190712-0005"),
        ("H39.16\n-190712-\n0005", "H39.16-190712-0005"),
        ("h39_21_260609_33", "H39.21-260609-0033"),
        ("h53.20—260114–0002", "H53.20-260114-0002"),
        ("H3916260715 0012", "H39.16-260715-0012"),
        ("16.H39-190712-0005", "000.00.16.H39-190712-0005"),
        ("03706/2026/07906", "03706/2026/07906"),
    ],
)
def test_a_code_is_read_however_it_is_typed(written, code):
    text = f"hs {written} toi dau roi"
    (found,) = find_dossier_codes(text)
    assert found.code == code
    assert text[found.start : found.end] == found.written == written
    assert canonical_dossier_code(f" {written}. ") == code


@pytest.mark.parametrize(
    "text",
    [
        "0912 345 678",
        "+84912345678",
        "079085012345",
        "15/7/2026",
        "8h30 15/7/2026",
        "lúc 8h30 260715 0012",
        "thủ tục 1.001193",
        "2.000815.000.00.00.H55",
        "1.012753.H19 ngày 26/07/15",
        "2.000815.000.00.00.H55 260715 0012",
        "thửa 12 tờ 5",
        "50.000.000đ",
        "H39.16-261315-0012",
        "H39.16-2607",
        "ql62 km 12",
        "PA-260915-0042",
    ],
)
def test_other_numbers_are_no_codes(text):
    assert find_dossier_codes(text) == []


def test_two_codes_in_a_message_are_both_found():
    found = find_dossier_codes("tra H39.16-260610-0044 với H39.16-260610-0045 giùm")
    assert [code.code for code in found] == ["H39.16-260610-0044", "H39.16-260610-0045"]
    assert not any(code.repaired for code in found)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("h39.7.260418.92", "H39.07-260418-0092"),
        ("H39.16-260418-12", "000.00.16.H39-260418-0012"),
        ("000.00.16.H39-260418-0012", "H39.16-260418-0012"),
    ],
)
def test_other_readings_are_offered_to_the_database(written, meant):
    assert meant in possible_codes(written)


def _spoilt(code: str, rng: random.Random) -> str:
    written = code
    if rng.random() < 0.5:
        written = written.lower()
    if rng.random() < 0.3:
        head, tail = written.split("-", 1)
        written = head + "-" + tail.replace("0", "O")
    separators = rng.choice([(".", "-"), (" ", " "), (".", "_"), (".", "."), (" ", "-"), ("-", "-"), (".", " – ")])
    return written.replace(".", "\0").replace("-", separators[1]).replace("\0", separators[0])


def test_nearly_all_spoilt_codes_are_repaired():
    rng = random.Random(4)
    wrong = []
    for _ in range(1000):
        day = f"{rng.randint(19, 26)}{rng.randint(1, 12):02}{rng.randint(1, 28):02}"
        run = f"{rng.randint(1, 999):04}"
        unit = rng.randint(10, 40)
        code = rng.choice([f"H39.{unit}-{day}-{run}", f"000.00.{unit}.H39-{day}-{run}"])
        written = _spoilt(code, rng)
        if [found.code for found in find_dossier_codes(f"ma {written} xong chua")] != [code]:
            wrong.append((code, written))
    assert len(wrong) <= 10, wrong[:10]


def test_units_written_without_their_dots_are_tried_apart() -> None:
    assert "H39.45.2-261119-0018" in possible_codes("h39452 261119 0018")
    assert possible_codes("h39452 261119 0018")[0] == "H39.452-261119-0018"
