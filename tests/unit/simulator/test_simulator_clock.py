import time
from datetime import datetime, timedelta, timezone

import pytest

from simulator.zalo.clock import ClockGoesBack, SimulatedClock, as_ms, iso


def test_offset_is_a_decimal_number_in_the_file_and_survives_a_restart(tmp_path):
    file = tmp_path / "run" / "offset"
    SimulatedClock(file).advance(93600)
    assert float(file.read_text()) == 93600
    again = SimulatedClock(file)
    again.advance(0.5)
    assert float(file.read_text()) == 93600.5
    assert again.now() - time.time() == pytest.approx(93600.5, abs=0.1)


def test_clock_goes_back_only_by_reset(tmp_path):
    clock = SimulatedClock(tmp_path / "offset")
    clock.advance(60)
    with pytest.raises(ClockGoesBack):
        clock.advance(-1)
    with pytest.raises(ClockGoesBack):
        clock.move_to(datetime.now(timezone.utc))
    clock.reset()
    assert clock.now() == pytest.approx(time.time(), abs=0.1)
    assert float((tmp_path / "offset").read_text()) == 0


def test_listeners_hear_of_every_jump(tmp_path):
    clock, heard = SimulatedClock(tmp_path / "offset"), []
    clock.on_move(lambda: heard.append(clock.now()))
    clock.move_to(datetime.now(timezone.utc) + timedelta(days=2))
    assert len(heard) == 1
    assert heard[0] - time.time() == pytest.approx(2 * 86400, abs=1)


def test_a_file_that_holds_no_number_stops_the_start(tmp_path):
    (tmp_path / "offset").write_text("mai")
    with pytest.raises(ValueError, match="does not hold a number"):
        SimulatedClock(tmp_path / "offset")


def test_times_are_written_as_zalo_and_as_the_contract_want_them():
    assert as_ms(1790000000.123) == "1790000000123"
    assert iso(1790000000.123).startswith("2026-09-21T21:13:20.123+07:00")
