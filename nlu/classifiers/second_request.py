"""Decides whether a message holds a second request, and which.

Few messages do, and a story before a request often resembles another request ("mất bằng lái, mất luôn căn cước, giờ
làm lại ra sao"). So a clause by itself must be surer, and look more like a request, the less its words tie it on.
The thresholds and words were set on benchmarks/nlu/second_requests.tsv and on messages of writers left out.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from onestop.text import fold

NO_REQUESTS = frozenset(
    ["greet", "goodbye", "thank", "affirm", "deny", "cancel", "insult", "out_of_scope", "bot_challenge", "help"]
)
"""Intents that ask for nothing that could be answered beside the first request."""

_ASPECTS = ("documents", "fee", "duration", "where_to_submit", "online_submission", "form")
_UNLIKELY_PAIRS = frozenset(
    [frozenset(["search_procedure", f"ask_{aspect}"]) for aspect in _ASPECTS]  # the procedure is what is asked about
    + [
        frozenset(pair)
        for pair in (
            ("stop_notifications", "resume_notifications"),
            ("stop_notifications", "unfollow_dossier"),
            ("follow_dossier", "unfollow_dossier"),
            ("lookup_feedback", "lookup_dossier"),
            ("lookup_feedback", "give_feedback"),
            ("lookup_dossier", "list_my_dossiers"),
            ("ask_portal", "ask_address"),
            ("give_feedback", "rate_service"),
            ("give_feedback", "follow_dossier"),
            ("ask_privacy", "resume_notifications"),
        )
    ]
)
"""Intents so near each other that two clauses of one request are taken for both."""

_QUESTION = re.compile(
    r"\?|\b(?:gi|dau|nao|may|bao nhieu|nhieu tien|nhieu|nhiu|bn|bnhieu|bao lau|the nao|ntn|bao gio)\b|(?<!\d )\bsao\b"
    r"|^\W*(?:(?:va|con|ma|roi|voi lai)\W+)?ai\b|\bhay (?:o|len|ra|xuong|toi|nop|la|phai)\b"
    r"|\b(?:khong|ko|k|hong|hok|hem|hum|chua)(?: (?:a|vay|z|em|con|ad|anh|chi|co|chu|bac|nhi|ta|nha|hen|the|ha))*\W*$"
)
_WISH = re.compile(
    r"(?<!khong )(?<!ko )(?<!khoi )\b(?:cho|xin|muon|can|nho|giup|gium|dum|vui long|lam on|nhac|gap|tra|coi|xem"
    r"|kiem tra|theo doi|bao (?:toi|tui|em|minh|con|cho|lai)|huy|tat|bat lai|mo lai|xoa|gop y|phan anh|khieu nai|to cao"
    r"|danh gia|cham|lien ket|chi duong|dung (?:gui|bao|nhan)|ngung)\b"
)
# Short words join requests only before what begins one: 'con' is also a child, 'roi' and 'ma' tell stories.
_JOINED = re.compile(
    r"^\W*(?:voi lai|voi cho|nhan tien|tien the|tien day|tien cho|san tien|sang tien|san cho|san day|ngoai ra"
    r"|ben canh do|dong thoi|a ma|hoi them|cho hoi them|con(?= (?:ho so|hs|cai|dia chi|le phi|phi|lam|giay|so|thoi))"
    r"|roi(?= (?:coi|cho|may|bao|so|len|nop|ho so|phi|khi|chung))"
    r"|va(?= (?:lam|bao|dia chi|mau|phi|le phi|may|nop|cho|thoi gian|so))"
    r"|ma(?= (?:mai|co|phi|nop|le phi|trung|dat|thong)))\b"
)
_CARRIES = 0.7  # of the least confidence: how sure the clause of the message's own intent must be
_SURE, _SURE_WISH = 0.85, 0.95  # of a clause that nothing joins; of one that tells a wish before the request
_SPEAKS_FOR_ITSELF = 0.9  # a joined clause as sure as this needs no words of asking


@dataclass(frozen=True)
class ClauseIntent:
    """What a clause by itself would mean.

    Attributes:
        start: Offset of its first character in the message.
        end: Offset past its last character.
        ranking: Intents with their confidence, best first.
        is_question: Whether it has the words of a question.
        is_wish: Whether it has the words of a wish or an order.
        is_joined: Whether its first words bring another matter up.
    """

    start: int
    end: int
    ranking: tuple[tuple[str, float], ...]
    is_question: bool = False
    is_wish: bool = False
    is_joined: bool = False

    @classmethod
    def read(cls, text: str, start: int, ranking: Sequence[tuple[str, float]]) -> ClauseIntent:
        """Builds it from the words of the clause, which stands at `start` in the message."""
        folded = fold(text)
        return cls(
            start,
            start + len(text),
            tuple(ranking),
            bool(_QUESTION.search(folded)),
            bool(_WISH.search(folded)),
            bool(_JOINED.search(folded)),
        )

    @property
    def intent(self) -> str:
        """The likeliest intent."""
        return self.ranking[0][0]

    @property
    def confidence(self) -> float:
        """How sure that intent is, 0 to 1."""
        return self.ranking[0][1]

    @property
    def asks(self) -> bool:
        """Whether it asks or wishes, rather than tells."""
        return self.is_question or self.is_wish


@dataclass(frozen=True)
class SecondRequest:
    """A second request in a message: its intent, confidence, and where its clause stands."""

    intent: str
    confidence: float
    start: int
    end: int


@dataclass(frozen=True)
class Requests:
    """The two requests of a message.

    Attributes:
        first: The intent to be answered first.
        second: The other request.
    """

    first: str
    second: SecondRequest


def find_requests(intent: str, clauses: Sequence[ClauseIntent], least_confidence: float = 0.6) -> Requests | None:
    """Finds two requests in a message; None where there is one.

    One clause must carry the message's intent, and another one surely ask for something else. The message's intent
    comes first, unless its clause is tied on to an earlier question or wish by words such as "với lại".

    Args:
        intent: What the message means as a whole.
        clauses: Its clauses, in order.
        least_confidence: How sure a clause must be to count.
    """
    carriers = [c for c in clauses if c.intent == intent and c.confidence >= least_confidence * _CARRIES]
    if intent in NO_REQUESTS or not carriers:
        return None
    carrier = max(carriers, key=lambda clause: clause.confidence)
    others = [c for c in clauses if c.confidence >= least_confidence and _is_another(c, carrier, least_confidence)]
    if not others:
        return None
    other = max(others, key=lambda clause: clause.confidence)
    comes_first = other.start < carrier.start and carrier.is_joined and other.asks
    first, second = (other, carrier) if comes_first else (carrier, other)
    return Requests(first.intent, SecondRequest(second.intent, second.confidence, second.start, second.end))


def _is_another(clause: ClauseIntent, carrier: ClauseIntent, least_confidence: float) -> bool:
    """Whether a clause is a request of its own beside that which carries the message's intent."""
    if clause.intent in NO_REQUESTS or clause.intent == carrier.intent:
        return False
    if max(clause, carrier, key=lambda c: c.start).is_joined:
        return clause.asks or clause.confidence >= _SPEAKS_FOR_ITSELF
    if frozenset([clause.intent, carrier.intent]) in _UNLIKELY_PAIRS:
        return False
    is_story = clause.start < carrier.start and not clause.is_question and clause.confidence < _SURE_WISH
    are_sure = clause.confidence >= _SURE and carrier.confidence >= least_confidence
    return are_sure and clause.asks and carrier.asks and not is_story


def with_first(ranking: Sequence[tuple[str, float]], intent: str) -> tuple[tuple[str, float], ...]:
    """Returns a ranking in which an intent has changed places, and confidence, with the likeliest one."""
    (top, most), *rest = ranking
    if intent == top:
        return tuple(ranking)
    return ((intent, most), *((top if name == intent else name, confidence) for name, confidence in rest))
