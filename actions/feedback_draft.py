"""A report before it is sent: what was told, and what is proposed for it."""

from __future__ import annotations

from dataclasses import dataclass, field

from actions.turn import Turn
from onestop.errors import BackendUnavailable
from onestop.log import get_logger
from onestop.messages import feedback as words
from onestop.services import feedback_classes
from onestop.services.feedback import Unit
from onestop.services.feedback_classes import Category, Kind, Proposal
from onestop.services.responsible import UnitDesk
from onestop.services.working_days import WorkCalendar

log = get_logger()

CATEGORY_SLOTS = ("feedback_kind", "feedback_category", "feedback_choosing", "feedback_anonymous")
"""What the citizen changed of the proposal, and how the report is sent."""


@dataclass(frozen=True)
class FeedbackDraft:
    """Everything that would be sent now."""

    text: str = field(repr=False)
    place: str | None = field(repr=False)
    photos: tuple[str, ...]
    kind: Kind
    category: Category
    is_sure: bool
    unit: Unit | None

    def as_words(self) -> str:
        """The summary shown before it is sent."""
        return words.summary_text(
            words.Draft(
                text=self.text,
                place=self.place,
                photos=len(self.photos),
                kind_name=self.kind.name,
                category_name=self.category.name,
                is_sure=self.is_sure,
                unit_name=self.unit.name if self.unit else None,
            )
        )


def proposal_of(turn: Turn) -> Proposal:
    """What the report told so far seems to be."""
    return feedback_classes.reader().propose(str(turn.slot("feedback_text") or ""))


def draft_of(turn: Turn) -> FeedbackDraft:
    """The report with the citizen's own choices before those proposed."""
    catalogue, proposal = feedback_classes.catalogue(), proposal_of(turn)
    chosen = turn.slot("feedback_category")
    text, place = str(turn.slot("feedback_text") or ""), turn.slot("feedback_place") or None
    category = catalogue.category(chosen or proposal.category)
    return FeedbackDraft(
        text=text,
        place=place,
        photos=tuple(turn.slot("feedback_photos") or ()),
        kind=catalogue.kind(turn.slot("feedback_kind") or proposal.kind),
        category=category,
        is_sure=bool(chosen) or proposal.is_sure,
        unit=_unit(turn, category, text, place),
    )


def calendar_of(turn: Turn) -> WorkCalendar:
    """Working days; the public holidays of the law while the dossier system, which knows the centre's, is down."""
    try:
        return turn.services.offices.calendar(None, turn.now)
    except BackendUnavailable:
        return WorkCalendar()


def names_centre(turn: Turn, text: str) -> bool:
    """Whether words name a commune or centre, of today or of before July 2025; believed while nobody can tell."""
    try:
        return bool(turn.services.offices.centres(text, turn.now, is_sentence=True).centres)
    except BackendUnavailable:
        return bool(turn.values("place"))


def _unit(turn: Turn, category: Category, text: str, place: str | None) -> Unit | None:
    try:
        return UnitDesk(turn.services.offices).propose(category.id, text, place, turn.now)
    except BackendUnavailable:
        log.info("feedback.unit_not_proposed")  # who gets it is then decided by an officer
        return None
