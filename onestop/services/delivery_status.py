"""Delivery statuses, as GOV.UK Notify names them, and `unknown` for a send that nobody can decide."""

CREATED = "created"
SENDING = "sending"
SENT = "sent"
DELIVERED = "delivered"
TEMPORARY_FAILURE = "temporary-failure"
PERMANENT_FAILURE = "permanent-failure"
TECHNICAL_FAILURE = "technical-failure"
CANCELLED = "cancelled"
UNKNOWN = "unknown"

FINISHED = (SENT, DELIVERED, PERMANENT_FAILURE, TECHNICAL_FAILURE, CANCELLED, UNKNOWN)
