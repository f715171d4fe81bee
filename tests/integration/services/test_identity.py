"""Who may ask for codes, who is told what, and that nothing is taken twice, on SQLite and PostgreSQL."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest

from onestop import clock
from onestop.services import desk_links, follows, guesses, identity
from onestop.services.desk_links import DeskState
from onestop.services.identity import Check
from onestop.services.notices import audience_of
from onestop.services.sealing import Sealer
from onestop.storage import SessionFactory, dossier_queries
from onestop.storage import identity as rows
from onestop.storage.citizens import citizen_of_zalo_user
from onestop.storage.engine import create_engine, session_factory
from onestop.storage.guard import DossierReader
from onestop.storage.identity_tables import OneTimeCode
from onestop.storage.schema import migrate
from onestop.storage.tables import Citizen, Notification
from tests.databases import (  # noqa: F401
    database_url,
    demo_reader,
    demo_url,
    postgresql_server,
    postgresql_url,
)

SEALER = Sealer("example-secret")
NOW = clock.now()
WORDING = "Liên kết {phone}"
UNKNOWN = "+84900000001"


@dataclass
class Office:
    """Our database beside a demo's dossiers."""

    sessions: SessionFactory
    reader: DossierReader
    count: int = 0

    def citizen(self, user: str) -> str:
        with self.sessions.begin() as session:
            return citizen_of_zalo_user(session, user, NOW).id

    def asks(self, citizen: str, phone: str, at: Any = NOW) -> identity.Requested:
        self.count += 1
        with self.sessions.begin() as session:
            return identity.request_code(session, self.reader, SEALER, citizen, phone, f"m{self.count}", "Tây Ninh", at)

    def code(self) -> str:
        with self.sessions() as session:
            row = session.query(Notification).filter_by(channel="sms", status="created").order_by("id").all()[-1]
            return re.findall(r"\d{6}", SEALER.open(row.body["sealed"]))[0]

    def types(self, citizen: str, text: str, at: Any = NOW) -> identity.Checked:
        self.count += 1
        with self.sessions.begin() as session:
            meant = identity.secret_in(session, SEALER, citizen, text, at)
            given = meant.entities.get("code_hash") if meant else None
            return identity.check_code(session, citizen, given, WORDING, f"m{self.count}", at)

    def links(self, citizen: str, phone: str) -> None:
        self.asks(citizen, phone)
        assert self.types(citizen, self.code()).check is Check.LINKED


@pytest.fixture
def office(database_url: str, demo_reader: DossierReader) -> Iterator[Office]:  # noqa: F811
    migrate(database_url)
    engine = create_engine(database_url)
    yield Office(session_factory(engine), demo_reader)
    engine.dispose()


@pytest.fixture
def dossier(demo_reader: DossierReader) -> Any:  # noqa: F811
    found = demo_reader.read(dossier_queries.dossiers_matching, dossier_queries.DossierFilter(now=NOW), 30)
    return next(one for one in found if one.applicant_phone)


def told(office: Office, dossier: Any) -> dict[str, str]:
    """Everybody whom an event of this dossier reaches, with the proof that decides the wording."""
    with office.sessions.begin() as session:
        return {citizen.id: proof for citizen, proof in audience_of(session, dossier)}


def test_the_wait_before_a_request_is_per_citizen(office: Office) -> None:
    one, other = office.citizen("1"), office.citizen("2")
    assert office.asks(one, UNKNOWN).is_done
    assert office.asks(one, UNKNOWN, NOW + timedelta(seconds=59)).wait == timedelta(seconds=1)
    assert office.asks(other, UNKNOWN, NOW + timedelta(seconds=30)).is_done


def test_a_second_person_gets_no_code_for_a_phone_and_does_not_learn_that_another_asked(
    office: Office, dossier: Any
) -> None:
    owner, stranger = office.citizen("1"), office.citizen("2")
    office.asks(owner, dossier.applicant_phone)
    code = office.code()
    assert office.asks(stranger, dossier.applicant_phone, NOW + timedelta(seconds=30)).is_done
    assert office.code() == code, "no second SMS"
    assert office.types(stranger, code, NOW + timedelta(seconds=31)).check is Check.WRONG
    assert office.asks(owner, dossier.applicant_phone, NOW + timedelta(seconds=61)).is_done
    assert office.types(owner, office.code(), NOW + timedelta(seconds=70)).check is Check.LINKED


def test_ten_codes_a_day_and_no_more(office: Office) -> None:
    citizen = office.citizen("1")
    for number in range(identity.MOST_PER_DAY):
        assert office.asks(citizen, UNKNOWN, NOW + timedelta(minutes=30 * number)).is_done
    late = NOW + timedelta(hours=10)
    assert office.asks(citizen, UNKNOWN, late).wait == timedelta(hours=14)
    assert office.asks(citizen, UNKNOWN, NOW + timedelta(hours=24)).is_done


def test_when_all_ask_too_often_those_wait_who_asked_before(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(identity, "SLOWED_FOR_ALL_FROM", 3)
    monkeypatch.setattr(identity, "STOPPED_FOR_ALL_FROM", 5)
    asked = [office.citizen(str(number)) for number in range(3)]
    for number, citizen in enumerate(asked):
        assert office.asks(citizen, f"+8490000010{number}").is_done
    later = NOW + timedelta(minutes=2)
    assert office.asks(asked[0], "+84900000200", later).wait == timedelta(minutes=8)
    for number in range(2):
        assert office.asks(office.citizen(f"new{number}"), f"+8490000030{number}", later).is_done
    assert not office.asks(office.citizen("late"), "+84900000400", later).is_done


def test_who_was_stopped_for_guessing_gets_no_codes(office: Office) -> None:
    citizen = office.citizen("1")
    with office.sessions.begin() as session:
        for number in range(guesses.STOPPED_FROM):
            guesses.note_miss(session, citizen, f"g{number}", "0", NOW)
    assert not office.asks(citizen, UNKNOWN).is_done


def test_wrong_codes_count_with_all_other_guesses(office: Office) -> None:
    citizen = office.citizen("1")
    office.asks(citizen, UNKNOWN)
    for _ in range(4):
        office.types(citizen, "000000")
    assert office.types(citizen, "000000").check is Check.SPENT
    assert office.types(citizen, "000000").check is Check.MUST_WAIT
    with office.sessions() as session:
        assert guesses.allowance_of(session, citizen, NOW).wait == guesses.SLOW_WAIT


def test_many_wrong_codes_at_once_are_no_more_than_five_tries(office: Office, dossier: Any) -> None:
    citizen = office.citizen("1")
    office.asks(citizen, dossier.applicant_phone)
    with office.sessions() as session:
        row = session.query(OneTimeCode).one()
    taken = []

    def attempt(number: int) -> None:
        with office.sessions.begin() as session:
            taken.append(rows.take_try(session, row.id, f"t{number}", identity.MOST_TRIES))

    threads = [threading.Thread(target=attempt, args=(number,)) for number in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(taken) == identity.MOST_TRIES


def test_one_desk_code_links_one_citizen_however_many_are_quick(office: Office, dossier: Any) -> None:
    with office.sessions.begin() as session:
        made = desk_links.create_desk_code(session, office.reader, SEALER, dossier.code, "quầy 1", "1", NOW)
    token_hash = identity.desk_hash(SEALER, made.token)
    citizens = [office.citizen(str(number)) for number in range(6)]
    used = []

    def attempt(citizen: str) -> None:
        with office.sessions.begin() as session:
            view = desk_links.view_desk_code(session, office.reader, token_hash, citizen, f"d{citizen}", NOW)
            if view.state is DeskState.OPEN:
                used.append(desk_links.use_desk_code(session, view, token_hash, citizen, WORDING, f"u{citizen}", NOW))

    threads = [threading.Thread(target=attempt, args=(citizen,)) for citizen in citizens]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(used) == 1
    with office.sessions() as session:
        assert [one.phone_proof for one in session.query(Citizen) if one.phone] == ["desk"]


def test_a_linked_owner_is_told_everything_and_a_follower_by_code_the_state_only(office: Office, dossier: Any) -> None:
    owner, stranger = office.citizen("owner"), office.citizen("stranger")
    for citizen in (owner, stranger):
        with office.sessions.begin() as session:
            follows.follow(session, citizen, dossier.code, "code", f"f{citizen}", "…", NOW)
    assert told(office, dossier) == {owner: "code", stranger: "code"}
    office.links(owner, dossier.applicant_phone)
    assert told(office, dossier) == {owner: "phone", stranger: "code"}


def test_untying_ends_what_the_phone_opened_also_in_old_follows(office: Office, dossier: Any) -> None:
    owner = office.citizen("owner")
    office.links(owner, dossier.applicant_phone)
    with office.sessions.begin() as session:
        follows.follow(session, owner, dossier.code, "phone", "f", "…", NOW)
        identity.unlink(session, owner, "u", NOW)
    assert told(office, dossier) == {owner: "code"}


def test_an_owner_who_muted_a_dossier_hears_of_the_others_only(office: Office, dossier: Any) -> None:
    owner = office.citizen("owner")
    office.links(owner, dossier.applicant_phone)
    assert told(office, dossier) == {owner: "phone"}
    with office.sessions.begin() as session:
        assert follows.mute(session, owner, dossier.code, "m", "…", NOW)
        assert not follows.mute(session, owner, dossier.code, "m2", "…", NOW)
    assert told(office, dossier) == {}


def test_a_new_number_takes_the_place_of_the_old_one(office: Office, dossier: Any) -> None:
    others = office.reader.read(dossier_queries.dossiers_matching, dossier_queries.DossierFilter(now=NOW), 60)
    second = next(one for one in others if one.applicant_phone not in (None, dossier.applicant_phone))
    owner = office.citizen("owner")
    office.links(owner, dossier.applicant_phone)
    later = NOW + timedelta(seconds=61)
    office.asks(owner, second.applicant_phone, later)
    assert told(office, dossier) == {owner: "phone"}  # until the new one is proved
    assert office.types(owner, office.code(), later).check is Check.LINKED
    assert told(office, dossier) == {} and told(office, second) == {owner: "phone"}


def test_the_copy_of_ones_data_names_the_link(office: Office, dossier: Any) -> None:
    citizen = office.citizen("1")
    office.links(citizen, dossier.applicant_phone)
    with office.sessions.begin() as session:
        rows.block(session, citizen, "H39.1-1-1", NOW)
        facts = identity.facts_of(session, citizen, NOW)
    assert facts["linked_phone"]["phone"] == dossier.applicant_phone
    assert (len(facts["codes_asked_for"]), facts["sent_away_from"]) == (1, ["H39.1-1-1"])


def test_what_served_is_forgotten(office: Office, dossier: Any) -> None:
    citizen = office.citizen("1")
    office.asks(citizen, dossier.applicant_phone)
    with office.sessions.begin() as session:
        identity.tidy(session, NOW + timedelta(hours=2))
        assert session.query(OneTimeCode).one().phone is None
        identity.tidy(session, NOW + timedelta(hours=25))
        assert session.query(OneTimeCode).count() == 0
