"""Certificates by number, and how many of the live births have one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, NamedTuple

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Index,
    MetaData,
    Row,
    Select,
    Table,
    Text,
    bindparam,
    func,
    select,
    update,
)

from services.births.domain.events import (
    BirthCorrected,
    BirthRecorded,
    BirthReinstated,
    BirthVoided,
    CertificateIssued,
    CertificateVoided,
)
from services.births.domain.particulars import Told, Vital
from services.births.projections.sex_ratio import Filters, month_of, order_of
from shared.eventstore import Recorded
from shared.kernel import Fact
from shared.projecting import View, put

TABLES = MetaData()
BIRTHS = Table(
    "births",
    TABLES,
    Column("birth", Text, primary_key=True),
    Column("month", Text, nullable=False),
    Column("township", Text, nullable=False),
    Column("facility", Text, nullable=False),
    Column("birth_order", Text, nullable=False),
    Column("live", BigInteger, nullable=False),
)
CERTIFICATES = Table(
    "certificates",
    TABLES,
    Column("certificate", Text, primary_key=True),
    Column("code", Text, nullable=False, unique=True),
    Column("birth", Text, nullable=False),
    Column("unit", Text, nullable=False),
    Column("township", Text, nullable=False),
    Column("facility", Text, nullable=False),
    Column("issued_on", Text, nullable=False),
    Column("replaces", Text),
    Column("state", Text, nullable=False),
    Column("reason", Text),
)
VALID, VOID = "valid", "void"
Index("births_by_month", BIRTHS.c.month)
Index("certificates_by_birth", CERTIFICATES.c.birth)
Index("certificates_by_day", CERTIFICATES.c.issued_on, CERTIFICATES.c.certificate)
Index("certificates_by_unit", CERTIFICATES.c.unit, CERTIFICATES.c.issued_on)


class Wanted(NamedTuple):
    """Which certificates, issued on days from `first` to `last`, both included; None filters nothing."""

    unit: str | None = None
    township: str | None = None
    facility: str | None = None
    state: str | None = None
    first: str | None = None
    last: str | None = None


class Issuance(View):
    """One row per birth (`live` is 1 while it counts as a live birth) and one per certificate."""

    name: ClassVar[str] = "issuance"
    tables: ClassVar[MetaData] = TABLES
    version: ClassVar[int] = 3
    facts: ClassVar[tuple[type[Fact], ...]] = (
        BirthRecorded,
        BirthCorrected,
        BirthVoided,
        BirthReinstated,
        CertificateIssued,
        CertificateVoided,
    )

    def project(self, batch: Sequence[Recorded], db: Connection) -> None:
        births: list[dict[str, Any]] = []
        issued: list[dict[str, Any]] = []
        voided: list[dict[str, Any]] = []
        for recorded in batch:
            match recorded.fact:
                case BirthRecorded(birth=birth) as told:
                    births.append(_birth(birth, told))
                case BirthCorrected(birth=birth, after=told) | BirthReinstated(birth=birth, told=told):
                    births.append(_birth(birth, told))
                case BirthVoided(birth=birth, told=told):
                    births.append(_birth(birth, told) | {"live": 0})
                case CertificateIssued() as certificate:
                    issued.append(_certificate(certificate))
                case CertificateVoided(certificate=number, reason=reason):
                    voided.append({"number": number, "reason": reason.value})
        put(db, BIRTHS, births)
        put(db, CERTIFICATES, issued)
        if voided:
            void = update(CERTIFICATES).where(CERTIFICATES.c.certificate == bindparam("number"))
            db.execute(void.values(state=VOID, reason=bindparam("reason")), voided)


def certificates(wanted: Wanted) -> Select[Any]:
    """The certificates asked for, the newest first."""
    return _wanted(wanted).order_by(CERTIFICATES.c.issued_on.desc(), CERTIFICATES.c.certificate.desc())


def certificate_of(db: Connection, number: str) -> Row[Any] | None:
    """The row of a certificate, None if there is none."""
    return db.execute(select(CERTIFICATES).where(CERTIFICATES.c.certificate == number)).one_or_none()


def verified(db: Connection, code: str, number: str | None = None) -> bool:
    """Whether a valid certificate has this code and, if one is named, this number."""
    query = select(func.count()).where(CERTIFICATES.c.code == code, CERTIFICATES.c.state == VALID)
    if number is not None:
        query = query.where(CERTIFICATES.c.certificate == number)
    return bool(db.execute(query).scalar_one())


def issuance(db: Connection, wanted: Filters) -> Mapping[str, tuple[int, int]]:
    """By month of birth: live births, and those of them with a valid certificate."""
    certified = select(CERTIFICATES.c.birth).where(CERTIFICATES.c.state == VALID).subquery()
    joined = BIRTHS.outerjoin(certified, certified.c.birth == BIRTHS.c.birth)
    query = select(BIRTHS.c.month, func.count(), func.count(certified.c.birth)).select_from(joined)
    query = query.where(BIRTHS.c.live == 1)
    if wanted.first:
        query = query.where(BIRTHS.c.month >= wanted.first)
    if wanted.last:
        query = query.where(BIRTHS.c.month <= wanted.last)
    for name in ("township", "facility", "birth_order"):
        if value := getattr(wanted, name):
            query = query.where(BIRTHS.c[name] == value)
    rows = db.execute(query.group_by(BIRTHS.c.month).order_by(BIRTHS.c.month))
    return {month: (int(live), int(having)) for month, live, having in rows}


def _wanted(wanted: Wanted) -> Select[Any]:
    query = select(CERTIFICATES)
    if wanted.first:
        query = query.where(CERTIFICATES.c.issued_on >= wanted.first)
    if wanted.last:
        query = query.where(CERTIFICATES.c.issued_on <= wanted.last)
    for name in ("unit", "township", "facility", "state"):
        if value := getattr(wanted, name):
            query = query.where(CERTIFICATES.c[name] == value)
    return query


def _birth(birth: str, told: Told) -> dict[str, Any]:
    return {
        "birth": birth,
        "month": month_of(told),
        "township": told.township,
        "facility": told.facility,
        "birth_order": order_of(told),
        "live": int(told.vital is Vital.LIVE),
    }


def _certificate(issued: CertificateIssued) -> dict[str, Any]:
    return {
        "certificate": issued.certificate,
        "code": issued.code,
        "birth": issued.birth,
        "unit": issued.unit,
        "township": issued.told.township,
        "facility": issued.told.facility,
        "issued_on": issued.issued_on.isoformat(),
        "replaces": issued.replaces,
        "state": VALID,
        "reason": None,
    }
