"""Signs that a message people got is a swindle: foreign links, remote payments, one-time codes, apps to install."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from onestop.text.diacritics import fold, nfc

_TLD = (
    r"(?:com|vn|net|org|info|xyz|top|cc|online|site|shop|click|link|app|io|me|vip|club|gov|asia|pro|live|ly|gl|tk|ml|cf"
    r"|biz|win|bid|store|cn|ru|space|website|tech|fun|icu|co)"
)
_HOST = re.compile(
    rf"(?:(?P<scheme>h(?:tt|xx)ps?)://)?(?<![\w@.-])(?P<host>[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9-]+)*\.{_TLD})(?![\w-])(?:[/?#:]\S*)?",
    re.IGNORECASE,
)
_OFFICIAL_SUFFIXES = (".gov.vn", "zalo.me", "zalo.vn", "zaloapp.com", "chinhphu.vn")
_MONEY = re.compile(
    r"\b(?:chuyen khoan|chuyen tien|chuyen (?:cho \w+ )?\d+ ?(?:trieu|tr|k|ngan|nghin|dong)"
    r"|(?:nop|dong) (?:le )?phi \d+|phi \d+k|nap tien|nop tien (?:qua|vao)|so tai khoan"
    r"|stk|momo|vi dien tu|the cao|dat coc"
    r"|tien coc"
    r"|vietcombank|agribank|vietinbank|bidv|sacombank|techcombank|thanh toan (?:ngay|gap|qua)|phi (?:qua"
    r"|vao) (?:tai khoan|link))\b"
)
_SECRET = re.compile(
    r"\b(?:otp|ma xac (?:nhan|thuc)|mat khau|password|pass|so the|cvv|ma pin|sinh trac hoc|hai mat (?:can cuoc|cccd))\b"
)
_INSTALL = re.compile(
    r"\b(?:cai (?:dat )?(?:app|ung dung|phan mem)|tai (?:app|ung dung|phan mem)|apk|teamviewer|ultraviewer"
    r"|cap nhat (?:vneid|dinh danh))\b"
)
_THREAT = re.compile(
    r"\b(?:khoa (?:sim|tai khoan|can cuoc|thue bao)|bi (?:khoa|phat|bat|truy to|huy ho so)|truy to|lenh bat"
    r"|trong (?:vong )?24h?|gap trong)\b"
)
_OFFICE = re.compile(
    r"\b(?:mot cua|trung tam|dich vu cong|cong an|toa an|vien kiem sat|uy ban|ubnd|can bo|thue|bhxh|bao hiem xa hoi"
    r"|vneid|canh sat)\b"
)
_WHOM = r"(?:toi|tui|em|minh|con|bac|chi|anh|co|chu|ba|ong|ma|me|nguoi nha)"
_STRANGER = re.compile(
    r"\b(?:xung la|xung|tu xung|nhan la|mao danh|gia danh|gia mao|nguoi la (?:goi|nhan|keu|gui)|so la (?:goi|nhan|gui)"
    r"|goi (?:dien )?(?:den|toi|cho|vao|vo|may|keu|bao|noi|doi)|nhan tin (?:den|toi|cho|vao)"
    rf"|gui (?:tin|link) (?:cho|toi|den|vao)|keu {_WHOM}|bat {_WHOM} (?:phai )?(?:chuyen|nap|cai|doc|dua|bam)"
    rf"|bao {_WHOM} (?:chuyen|nap|cai|doc|dua|bam))\b"
)


@dataclass(frozen=True)
class ScamSigns:
    """What in a text warns.

    Attributes:
        foreign_hosts: Domains of links that are no official ones.
        is_told: Somebody tells of a stranger who called or wrote.
    """

    foreign_hosts: tuple[str, ...] = ()
    asks_money: bool = False
    asks_secret: bool = False
    asks_install: bool = False
    threatens: bool = False
    names_office: bool = False
    is_told: bool = False

    @property
    def is_alarming(self) -> bool:
        """Whether a swindle is likely enough to warn unasked: a link or a stranger, and something that is wanted."""
        wants = self.asks_money or self.asks_secret or self.asks_install
        if self.foreign_hosts:
            return wants or self.threatens or self.names_office
        return self.is_told and wants

    @property
    def has_any(self) -> bool:
        """Whether anything in it warns at all; enough where the citizen asks whether it is genuine."""
        return bool(self.foreign_hosts) or self.asks_money or self.asks_secret or self.asks_install or self.threatens


def scam_signs(text: str, own_hosts: Sequence[str] = ()) -> ScamSigns:
    """Looks for such signs.

    Args:
        own_hosts: Hosts that are official besides `gov.vn` and Zalo's: the portal's.
    """
    folded = fold(nfc(text))
    hosts = tuple(dict.fromkeys(match["host"].lower() for match in _HOST.finditer(nfc(text))))
    return ScamSigns(
        foreign_hosts=tuple(host for host in hosts if not is_official(host, own_hosts)),
        asks_money=bool(_MONEY.search(folded)),
        asks_secret=bool(_SECRET.search(folded)),
        asks_install=bool(_INSTALL.search(folded)),
        threatens=bool(_THREAT.search(folded)),
        names_office=bool(_OFFICE.search(folded)),
        is_told=bool(_STRANGER.search(folded)),
    )


def hosts_in(text: str) -> list[str]:
    """The domains of the links in a text, lower case."""
    return list(dict.fromkeys(match["host"].lower() for match in _HOST.finditer(nfc(text))))


def is_official(host: str, own_hosts: Sequence[str] = ()) -> bool:
    """Whether a domain belongs to the state, to Zalo, or to us; "dichvucong-gov.com" does not."""
    return host in own_hosts or any(
        host == suffix.lstrip(".") or host.endswith(suffix if suffix.startswith(".") else f".{suffix}")
        for suffix in _OFFICIAL_SUFFIXES
    )
