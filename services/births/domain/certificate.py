"""Medical birth certificates: one valid certificate per live birth, each with a number of the unit's series."""

from __future__ import annotations

from typing import NamedTuple

from services.births.domain.birth import BIRTH, Birth, NotALiveBirth
from services.births.domain.birth import void_certificate as voided
from services.births.domain.commands import IssueCertificate, ReissueCertificate, VoidCertificate
from services.births.domain.events import CertificateIssued, NumberTaken
from services.births.domain.mother import MotherErased, MotherRecord
from services.births.domain.particulars import Vital
from services.births.domain.policy import Policy
from services.births.domain.series import SERIES, CertificateSeries
from shared.kernel import NOTHING, Decision, Refusal


class CertificateAlreadyIssued(Refusal):
    """A birth has one valid certificate: reissue it, or void it first."""


class UnknownCertificate(Refusal):
    """The birth never had a certificate of this number."""


class NoCertificate(Refusal):
    """The birth has no valid certificate that could be replaced: issue one."""


class Issuer(NamedTuple):
    """The unit that answers for a birth's records, and its series."""

    unit: str
    series: CertificateSeries


def issue_certificate(
    command: IssueCertificate, birth: Birth, mother: MotherRecord, issuer: Issuer, policy: Policy
) -> Decision:
    """Give a live birth its one certificate, with the next number of its unit's series."""
    if birth.certificate:
        accepted = birth.certificate.number
        raise CertificateAlreadyIssued("it has a valid certificate", pointer="/birth", accepted=accepted)
    return _issued(command, birth, mother, issuer, policy)


def reissue_certificate(
    command: ReissueCertificate, birth: Birth, mother: MotherRecord, issuer: Issuer, policy: Policy
) -> Decision:
    """Void the valid certificate and issue another, which prints the record as it is now."""
    if birth.certificate is None:
        raise NoCertificate("there is nothing to replace", pointer="/birth")
    void = voided(command.birth, birth, command.reason)
    issued = _issued(command, birth, mother, issuer, policy)
    return {case_id: [*void, *facts] if case_id == BIRTH.id(command.birth) else facts
            for case_id, facts in issued.items()}  # fmt: skip


def void_certificate(command: VoidCertificate, birth: Birth) -> Decision:
    """Declare a certificate not valid any more; nothing if it is not."""
    if command.certificate in birth.void:
        return NOTHING
    if birth.certificate is None or birth.certificate.number != command.certificate:
        raise UnknownCertificate("no certificate of this birth has that number", pointer="/certificate")
    return {BIRTH.id(command.birth): voided(command.birth, birth, command.reason)}


def _issued(
    command: IssueCertificate | ReissueCertificate,
    birth: Birth,
    mother: MotherRecord,
    issuer: Issuer,
    policy: Policy,
) -> Decision:
    told = birth.told
    if told.vital is not Vital.LIVE:
        raise NotALiveBirth("the child was not born alive", pointer="/birth")
    if not mother.identified or birth.mother is None:
        raise MotherErased("the identity of this birth's mother was erased", pointer="/birth")
    prefix, number = issuer.series.next(issuer.unit)
    issued = CertificateIssued(
        birth=command.birth,
        household=birth.household,
        certificate=f"{prefix}{number:0{policy.of_records.certificate_digits}}",
        unit=issuer.unit,
        code=command.code,
        issued_on=command.at.date(),
        told=told,
        mother=birth.mother,
        holder=command.holder,
        replaces=birth.certificate.number if birth.certificate else None,
    )
    return {BIRTH.id(command.birth): [issued], SERIES.id(issuer.unit): [NumberTaken(prefix=prefix, number=number)]}
