"""Tables of the province's own procedures: what its export says over the dossier system's catalogue, with history."""

from __future__ import annotations

import sqlalchemy as sa

from onestop.storage.column_types import UtcDateTime
from onestop.storage.tables import Base

_Id = sa.BigInteger().with_variant(sa.Integer, "sqlite")
_Json = sa.JSON(none_as_null=True)


class CatalogueImport(Base):
    """One import that counted. The newest id is the version of the catalogue: who has an older one reads anew."""

    __tablename__ = "catalogue_import"

    id = sa.Column(_Id, primary_key=True, autoincrement=True)
    imported_at = sa.Column(UtcDateTime, nullable=False)
    rows = sa.Column(sa.Integer, nullable=False)
    added = sa.Column(sa.Integer, nullable=False)
    changed = sa.Column(sa.Integer, nullable=False)
    removed = sa.Column(sa.Integer, nullable=False)


class ImportedProcedure(Base):
    """What the last import says of a procedure; `data` holds only what the file filled in."""

    __tablename__ = "imported_procedure"

    code = sa.Column(sa.String(60), primary_key=True)
    data = sa.Column(_Json, nullable=False)
    source = sa.Column(sa.String(300), nullable=False)
    checked_on = sa.Column(sa.Date, nullable=False)


class ProcedureChange(Base):
    """What one import did to one procedure: the whole before and after, so that every state can be found again."""

    __tablename__ = "procedure_change"
    __table_args__ = (sa.Index("ix_procedure_change_code", "code"),)

    import_id = sa.Column(sa.ForeignKey("catalogue_import.id"), primary_key=True)
    code = sa.Column(sa.String(60), primary_key=True)
    kind = sa.Column(sa.String(10), nullable=False)  # new | changed | gone
    before = sa.Column(_Json)
    after = sa.Column(_Json)
