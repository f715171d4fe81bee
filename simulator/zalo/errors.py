"""How the simulator says no, to the product and to whoever drives it."""


class ZaloRefusal(Exception):
    """Zalo's answer is an error: HTTP 200 with `{"error": code, "message": …}`."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


class BadRequest(Exception):
    """A call to the test interface is wrong: an HTTP status and one sentence."""

    def __init__(self, sentence: str, status: int = 400) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.status = status


class ConnectionCut(Exception):
    """The connection is to be closed without an answer."""


def invalid(field: str) -> ZaloRefusal:
    """Zalo's -201, whose message names the field."""
    return ZaloRefusal(-201, f"{field} is invalid!")


def too_long(field: str, limit: int) -> ZaloRefusal:
    """Zalo's -210: a parameter exceeds its limit."""
    return ZaloRefusal(-210, f"{field} exceeds the limit of {limit}")
