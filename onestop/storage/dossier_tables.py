"""Tables (or a vendor's views) of the one-stop shop's database, which we only read.

`docs/integration.md` explains every column and what the vendor guarantees; a test compares the two.
"""

from __future__ import annotations

import sqlalchemy as sa

from onestop.storage.column_types import UtcDateTime

dossier_metadata = sa.MetaData()

_Json = sa.JSON(none_as_null=True)

agency = sa.Table(
    "agency",
    dossier_metadata,
    sa.Column("id", sa.String(80), primary_key=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("kind", sa.String(40), nullable=False),
    sa.Column("level", sa.String(40)),
    sa.Column("area", sa.Text),
    sa.Column("parent_id", sa.String(80)),
    sa.Column("admin_unit_id", sa.String(80)),
    sa.Column("address", sa.Text),
    sa.Column("hotline", sa.String(40)),
    sa.Column("phone", sa.String(40)),
    sa.Column("phone_note", sa.Text),
    sa.Column("email", sa.Text),
    sa.Column("website", sa.Text),
    sa.Column("map_url", sa.Text),
    sa.Column("agency_code", sa.String(40)),
    sa.Column("working_hours", _Json),
    sa.Column("topics", _Json, nullable=False),
    sa.Column("aliases", _Json, nullable=False),
    sa.Column("valid_from", sa.Date),
    sa.Column("valid_to", sa.Date),
    sa.Column("successors", _Json, nullable=False),
    sa.Column("unverified", _Json, nullable=False),
    sa.Column("source", sa.Text),
    sa.Column("note", sa.Text),
)

admin_unit = sa.Table(
    "admin_unit",
    dossier_metadata,
    sa.Column("id", sa.String(80), primary_key=True),
    sa.Column("kind", sa.String(20), nullable=False),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("province", sa.Text, nullable=False),
    sa.Column("former_province", sa.Text),
    sa.Column("former_district", sa.Text),
    sa.Column("valid_from", sa.Date),
    sa.Column("valid_to", sa.Date),
    sa.Column("source", sa.Text),
)

old_unit = sa.Table(
    "old_unit",
    dossier_metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("admin_unit_id", sa.ForeignKey("admin_unit.id"), nullable=False, index=True),
    sa.Column("kind", sa.String(20), nullable=False),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("part", sa.String(10), nullable=False),
    sa.Column("district", sa.Text),
    sa.Column("province", sa.Text),
    sa.Column("valid_to", sa.Date),
)

procedure = sa.Table(
    "procedure",
    dossier_metadata,
    sa.Column("code", sa.String(60), primary_key=True),
    sa.Column("official_name", sa.Text, nullable=False),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("topic", sa.String(60)),
    sa.Column("sector", sa.Text),
    sa.Column("level", sa.Text),
    sa.Column("agency", sa.Text),
    sa.Column("for_whom", _Json),
    sa.Column("life_event", sa.Text),
    sa.Column("submit_modes", _Json),
    sa.Column("documents", _Json),
    sa.Column("copies", sa.Integer),
    sa.Column("duration_number", sa.Integer),
    sa.Column("duration_unit", sa.String(20)),
    sa.Column("duration_text", sa.Text),
    sa.Column("fee_vnd", sa.Integer),
    sa.Column("fee_text", sa.Text),
    sa.Column("result", sa.Text),
    sa.Column("legal_basis", _Json),
    sa.Column("decision", sa.Text),
    sa.Column("online_level", sa.Text),
    sa.Column("paper_forms", _Json),
    sa.Column("aliases", _Json, nullable=False),
    sa.Column("curated", sa.Boolean, nullable=False),
    sa.Column("portal_id", sa.String(60)),
    sa.Column("portal_url", sa.Text),
    sa.Column("channels", _Json),
    sa.Column("level_2019", sa.Text),
    sa.Column("agency_2019", sa.Text),
    sa.Column("unverified", _Json, nullable=False),
    sa.Column("source", sa.Text),
    sa.Column("note", sa.Text),
    sa.Column("valid_from", sa.Date),
    sa.Column("valid_to", sa.Date),
)

dossier = sa.Table(
    "dossier",
    dossier_metadata,
    sa.Column("code", sa.String(60), primary_key=True),
    sa.Column("second_code", sa.String(10)),
    sa.Column("procedure_code", sa.String(60), index=True),
    sa.Column("procedure_name", sa.Text, nullable=False),
    sa.Column("centre_id", sa.ForeignKey("agency.id"), nullable=False, index=True),
    sa.Column("deciding_agency", sa.Text),
    sa.Column("applicant_name", sa.Text, nullable=False),
    sa.Column("applicant_phone", sa.String(20), index=True),
    sa.Column("applicant_address", sa.Text),
    sa.Column("owner_name", sa.Text),
    sa.Column("channel", sa.String(20), nullable=False),
    sa.Column("return_mode", sa.String(20)),
    sa.Column("state", sa.Integer, nullable=False, index=True),
    sa.Column("submitted_at", UtcDateTime, nullable=False, index=True),
    sa.Column("received_at", UtcDateTime),
    sa.Column("due_at", UtcDateTime, index=True),
    sa.Column("original_due_at", UtcDateTime),
    sa.Column("paused_at", UtcDateTime),
    sa.Column("respond_by", UtcDateTime),
    sa.Column("finished_at", UtcDateTime),
    sa.Column("returned_at", UtcDateTime),
    sa.Column("amount_vnd", sa.BigInteger),
    sa.Column("note", sa.Text),
)

dossier_step = sa.Table(
    "dossier_step",
    dossier_metadata,
    sa.Column("dossier_code", sa.ForeignKey("dossier.code"), primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("department", sa.Text),
    sa.Column("started_at", UtcDateTime),
    sa.Column("planned_end_at", UtcDateTime),
    sa.Column("ended_at", UtcDateTime),
)

dossier_document = sa.Table(
    "dossier_document",
    dossier_metadata,
    sa.Column("dossier_code", sa.ForeignKey("dossier.code"), primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("originals", sa.Integer, nullable=False),
    sa.Column("copies", sa.Integer, nullable=False),
    sa.Column("state", sa.String(20), nullable=False),
)

# Ids grow for ever, also after rows were deleted: readers keep a cursor on them.
dossier_event = sa.Table(
    "dossier_event",
    dossier_metadata,
    sa.Column("id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True),
    sa.Column("dossier_code", sa.ForeignKey("dossier.code"), nullable=False, index=True),
    sa.Column("kind", sa.String(40), nullable=False),
    sa.Column("state_from", sa.Integer),
    sa.Column("state_to", sa.Integer, nullable=False),
    sa.Column("at", UtcDateTime, nullable=False),
    sa.Column("data", _Json, nullable=False),
    sqlite_autoincrement=True,
)

holiday = sa.Table(
    "holiday",
    dossier_metadata,
    sa.Column("day", sa.Date, primary_key=True),
    sa.Column("kind", sa.String(10), nullable=False),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("source", sa.Text),
    sa.Column("unverified", sa.Boolean, nullable=False),
)
