"""Which cases each command needs: binds the rules to the writer."""

from __future__ import annotations

from collections.abc import Mapping

from services.births.domain import (
    birth,
    certificate,
    correction,
    duplicate,
    mother,
    neonatal_death,
    policy,
    reference,
    release,
    series,
    watch,
)
from services.births.domain.birth import BIRTH, Birth
from services.births.domain.certificate import Issuer
from services.births.domain.commands import (
    ApproveCorrection,
    ConfirmDuplicate,
    DismissDuplicate,
    ErasePerson,
    IssueCertificate,
    NoteMaternalDeath,
    NotePregnancy,
    OpenSeries,
    RecordBirth,
    RecordNeonatalDeath,
    ReissueCertificate,
    RejectCorrection,
    RequestCorrection,
    VoidCertificate,
    WithdrawNeonatalDeath,
)
from services.births.domain.duplicate import DUPLICATE
from services.births.domain.mother import MOTHER, Child
from services.births.domain.particulars import Content
from services.births.domain.policy import IN_FORCE, POLICY, AdoptPolicy, Policy
from services.births.domain.reference import ADOPTED, COUNTY, AdoptReference, County, NoteFacility
from services.births.domain.release import (
    RELEASE,
    RELEASED,
    ClearDataFaults,
    PrepareRelease,
    PublishRelease,
    RestateRelease,
)
from services.births.domain.series import PREFIX, SERIES
from services.births.domain.watch import WATCH
from services.births.domain.watch_commands import ClearSignal, DismissSignal, ObserveWeeks, ResetWatch
from shared.kernel import Cases, Command, Decision, Handler


def record_birth(command: RecordBirth, cases: Cases) -> Decision:
    """A child is known by her mother, the date and her number among the children of that birth."""
    mother, county, in_force = cases[MOTHER, command.person], _county(cases), _policy(cases)
    child = Child(command.born_on, command.number)
    known = mother.birth_of(child, in_force.of_records.same_child_within_days)
    if known is None:
        return birth.record_birth(command, cases[BIRTH, command.birth], mother, county, in_force)
    records = _records_of(known, cases)
    told = {content for each in records for content in _told(each, cases)}
    return duplicate.tell_again(command, of=records[-1], known=told, mother=mother, county=county, policy=in_force)


def request_correction(command: RequestCorrection, cases: Cases) -> Decision:
    of = cases[BIRTH, command.birth]
    return correction.request_correction(command, of, cases[MOTHER, of.person], _county(cases), _policy(cases))


def approve_correction(command: ApproveCorrection, cases: Cases) -> Decision:
    of = cases[BIRTH, command.birth]
    return correction.approve_correction(command, of, cases[MOTHER, of.person])


def reject_correction(command: RejectCorrection, cases: Cases) -> Decision:
    return correction.reject_correction(command, cases[BIRTH, command.birth])


def record_neonatal_death(command: RecordNeonatalDeath, cases: Cases) -> Decision:
    return neonatal_death.record_neonatal_death(command, cases[BIRTH, command.birth], _policy(cases))


def withdraw_neonatal_death(command: WithdrawNeonatalDeath, cases: Cases) -> Decision:
    return neonatal_death.withdraw_neonatal_death(command, cases[BIRTH, command.birth])


def confirm_duplicate(command: ConfirmDuplicate, cases: Cases) -> Decision:
    suspicion = cases[DUPLICATE, command.of]
    return duplicate.confirm_duplicate(command, cases[BIRTH, command.of], cases[BIRTH, command.birth], suspicion)


def dismiss_duplicate(command: DismissDuplicate, cases: Cases) -> Decision:
    suspicion, other = cases[DUPLICATE, command.of], cases[BIRTH, command.birth]
    mother = cases[MOTHER, suspicion.person_of(command.birth)]
    return duplicate.dismiss_duplicate(command, other, suspicion, mother, _policy(cases))


def open_series(command: OpenSeries, cases: Cases) -> Decision:
    allotted = cases[PREFIX, command.prefix]
    return series.open_series(command, cases[SERIES, command.unit], allotted, _county(cases), _policy(cases))


def issue_certificate(command: IssueCertificate, cases: Cases) -> Decision:
    of = cases[BIRTH, command.birth]
    return certificate.issue_certificate(command, of, cases[MOTHER, of.person], _issuer(of, cases), _policy(cases))


def void_certificate(command: VoidCertificate, cases: Cases) -> Decision:
    return certificate.void_certificate(command, cases[BIRTH, command.birth])


def reissue_certificate(command: ReissueCertificate, cases: Cases) -> Decision:
    of = cases[BIRTH, command.birth]
    return certificate.reissue_certificate(command, of, cases[MOTHER, of.person], _issuer(of, cases), _policy(cases))


def prepare_release(command: PrepareRelease, cases: Cases) -> Decision:
    return release.prepare_release(command, cases[RELEASE, command.figures.period], _policy(cases))


def clear_data_faults(command: ClearDataFaults, cases: Cases) -> Decision:
    return release.clear_data_faults(command, cases[RELEASE, command.period])


def publish_release(command: PublishRelease, cases: Cases) -> Decision:
    return release.publish_release(command, cases[RELEASE, command.period], cases[RELEASED, str(command.year)])


def restate_release(command: RestateRelease, cases: Cases) -> Decision:
    return release.restate_release(command, cases[RELEASE, command.period], cases[RELEASED, str(command.year)])


def note_pregnancy(command: NotePregnancy, cases: Cases) -> Decision:
    return mother.note_pregnancy(command, cases[MOTHER, command.person])


def note_maternal_death(command: NoteMaternalDeath, cases: Cases) -> Decision:
    return mother.note_maternal_death(command, cases[MOTHER, command.person])


def erase_person(command: ErasePerson, cases: Cases) -> Decision:
    record = cases[MOTHER, command.person]
    households = [cases[BIRTH, each].household for each in record.births.values()]
    household = next((each for each in households if each), None)
    return mother.erase_person(command, record, household, _policy(cases))


def adopt_reference(command: AdoptReference, cases: Cases) -> Decision:
    return reference.adopt_reference(command, _county(cases))


def note_facility(command: NoteFacility, cases: Cases) -> Decision:
    return reference.note_facility(command, _county(cases))


def adopt_policy(command: AdoptPolicy, cases: Cases) -> Decision:
    return policy.adopt_policy(command, cases[POLICY, IN_FORCE])


def observe_weeks(command: ObserveWeeks, cases: Cases) -> Decision:
    """Every area told of is judged among all."""
    watches = {told.area: cases[WATCH, told.area.key] for told in command.weeks}
    return watch.observe_weeks(command, watches, _policy(cases))


def clear_signal(command: ClearSignal, cases: Cases) -> Decision:
    return watch.clear_signal(command, cases[WATCH, command.area.key], _policy(cases))


def dismiss_signal(command: DismissSignal, cases: Cases) -> Decision:
    return watch.dismiss_signal(command, cases[WATCH, command.area.key])


def reset_watch(command: ResetWatch, cases: Cases) -> Decision:
    return watch.reset_watch(command, cases[WATCH, command.area.key])


HANDLERS: Mapping[type[Command], Handler] = {
    RecordBirth: record_birth,
    NotePregnancy: note_pregnancy,
    NoteMaternalDeath: note_maternal_death,
    ErasePerson: erase_person,
    RequestCorrection: request_correction,
    ApproveCorrection: approve_correction,
    RejectCorrection: reject_correction,
    RecordNeonatalDeath: record_neonatal_death,
    WithdrawNeonatalDeath: withdraw_neonatal_death,
    ConfirmDuplicate: confirm_duplicate,
    DismissDuplicate: dismiss_duplicate,
    OpenSeries: open_series,
    IssueCertificate: issue_certificate,
    VoidCertificate: void_certificate,
    ReissueCertificate: reissue_certificate,
    PrepareRelease: prepare_release,
    ClearDataFaults: clear_data_faults,
    PublishRelease: publish_release,
    RestateRelease: restate_release,
    AdoptReference: adopt_reference,
    NoteFacility: note_facility,
    AdoptPolicy: adopt_policy,
    ObserveWeeks: observe_weeks,
    ClearSignal: clear_signal,
    DismissSignal: dismiss_signal,
    ResetWatch: reset_watch,
}


def policy_version(cases: Cases) -> str:
    """The version of the policy in force, for the envelope; "" before the first is adopted."""
    adopted = cases[POLICY, IN_FORCE].adopted
    return adopted[-1].version if adopted else ""


def _county(cases: Cases) -> County:
    return cases[COUNTY, ADOPTED]


def _policy(cases: Cases) -> Policy:
    return cases[POLICY, IN_FORCE].now


def _issuer(of: Birth, cases: Cases) -> Issuer:
    """The unit that answers for the records of the birth's facility, with its series."""
    unit = _county(cases).facility(of.told.facility).unit
    return Issuer(unit, cases[SERIES, unit])


def _records_of(known: str, cases: Cases) -> list[str]:
    """A birth and those it was found to be a duplicate of; the last one counts."""
    found = [known]
    while of := cases[BIRTH, found[-1]].duplicate_of:
        found.append(of)
    return found


def _told(record: str, cases: Cases) -> set[Content]:
    """Every content a birth was told or corrected with, under its own id or that of a suspected duplicate."""
    suspicion = cases[DUPLICATE, record]
    births = [cases[BIRTH, each] for each in (record, *suspicion.suspects)]
    return {content for each in births for content in each.versions}.union(suspicion.contents)
