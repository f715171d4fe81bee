"""The catalogue as the assistant knows it: the dossier system's, with the province's last import laid over it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from onestop.storage.catalogue import Imported
from onestop.storage.dossier_records import Procedure

_SAME = ("official_name", "sector", "level", "agency", "copies", "online_level", "result")
_LISTS = ("documents", "submit_modes", "legal_basis")
_DOUBTS = {"documents": "documents", "fee": "fee", "term": "duration", "level": "level", "submit_modes": "submit_modes"}
_CHANNELS = {"direct": "trực tiếp", "online": "trực tuyến", "postal": "bưu chính công ích"}


def is_ended(imported: Imported | None) -> bool:
    """Whether the province says that a procedure is no longer done."""
    return imported is not None and imported.values.get("is_ended") == "hết"


def laid_over(record: Procedure | None, imported: Imported) -> Procedure:
    """A record with what the import says, field by field; a new one where the catalogue has none.

    A short name and everyday names that people of ours chose are kept: the search has learnt them.
    """
    values = imported.values
    base = record or Procedure(code=imported.code, official_name="", name=short_name(str(values["official_name"])))
    name = base.name if base.curated or record is None else short_name(str(values["official_name"]))
    given: dict[str, Any] = {field: values[field] for field in _SAME if field in values}
    given |= {field: tuple(values[field]) for field in _LISTS if field in values}
    given |= _money_and_term(base, values)
    if "form_name" in values:
        given["paper_forms"] = ({"name": values["form_name"], "url": values.get("form_url")},)
    checked = {doubt for field, doubt in _DOUBTS.items() if field in values}
    return replace(
        base,
        name=name,
        aliases=tuple(dict.fromkeys((*base.aliases, *values.get("aliases", ())))),
        unverified=tuple(doubt for doubt in base.unverified if doubt not in checked),
        source=imported.source,
        **given,
    )


def whole_catalogue(records: Sequence[Procedure], imported: Mapping[str, Imported]) -> list[Procedure]:
    """Every procedure that may be found: the import laid over the records, without those that have ended."""
    known = {record.code: record for record in records}
    laid = {code: laid_over(known.get(code), one) for code, one in imported.items()}
    merged = {**known, **laid}
    return [merged[code] for code in sorted(merged) if not is_ended(imported.get(code))]


def short_name(title: str) -> str:
    """A published title without "Thủ tục"."""
    name = title.strip().rstrip(".")
    if name.lower().startswith("thủ tục "):
        name = name[len("thủ tục ") :].strip()
    return name[:1].upper() + name[1:]


def _money_and_term(base: Procedure, values: Mapping[str, Any]) -> dict[str, Any]:
    """What the import says of money and time counts for every way of handing in."""
    given: dict[str, Any] = {}
    if "fee" in values:
        given |= {"fee_vnd": values["fee"]["vnd"], "fee_text": values["fee"]["text"]}
    if "term" in values:
        told = values["term"]
        given |= {
            "duration_text": told["text"],
            "duration_number": told["number"],
            "duration_unit": told["unit"],
        }
    if given and base.channels:
        ways = [_CHANNELS[one["channel"]] for one in base.channels if one["channel"] in _CHANNELS]
        given["submit_modes"] = tuple(values.get("submit_modes") or base.submit_modes or ways)
        given["channels"] = tuple(_without(one, "fee" in values, "term" in values) for one in base.channels)
    return given


def _without(channel: Mapping[str, Any], fee: bool, term: bool) -> dict[str, Any]:
    left_out = ({"fee_vnd"} if fee else set()) | ({"time", "unit"} if term else set())
    return {key: value for key, value in channel.items() if key not in left_out}
