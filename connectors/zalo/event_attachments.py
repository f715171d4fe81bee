"""What hangs on a message of an event. Source: docs/zalo.md, "Events"."""

from __future__ import annotations

from connectors.zalo import event_fields as read
from connectors.zalo import event_types as types
from connectors.zalo.event_fields import Json


def payloads(message: Json) -> list[Json]:
    """The payload of each attachment."""
    return [read.mapping(item, "payload") for item in read.objects(message, "attachments")]


def media(message: Json) -> tuple[types.MediaLink, ...]:
    """Pictures, gifs, voice notes, videos and links; those without an address are dropped."""
    return tuple(
        types.MediaLink(url, read.text(payload, "thumbnail"), read.text(payload, "description"))
        for payload in payloads(message)
        if (url := read.text(payload, "url"))
    )


def files(message: Json) -> tuple[types.FileLink, ...]:
    """Documents; those without an address are dropped."""
    return tuple(
        types.FileLink(
            url,
            read.text(payload, "name") or "",
            read.whole_number(payload, "size"),
            read.text(payload, "checksum"),
            read.text(payload, "type"),
        )
        for payload in payloads(message)
        if (url := read.text(payload, "url"))
    )


def stickers(message: Json) -> tuple[types.Sticker, ...]:
    """Stickers."""
    return tuple(types.Sticker(read.identifier(item, "id"), read.text(item, "url")) for item in payloads(message))


def places(message: Json) -> tuple[types.Coordinates, ...]:
    """Places with both coordinates; Zalo writes them as strings."""
    found = []
    for payload in payloads(message):
        point = read.mapping(payload, "coordinates")
        latitude, longitude = read.degrees(point, "latitude", 90), read.degrees(point, "longitude", 180)
        if latitude is not None and longitude is not None:
            found.append(types.Coordinates(latitude, longitude))
    return tuple(found)


def cards(message: Json) -> tuple[types.BusinessCard, ...]:
    """Business cards, whose phone stands in JSON inside the description."""
    return tuple(
        types.BusinessCard(read.text(read.mapping(payload, "description"), "phone"), read.text(payload, "url"))
        for payload in payloads(message)
    )
