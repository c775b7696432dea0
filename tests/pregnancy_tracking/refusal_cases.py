"""How each refusal is provoked, by what is asked over HTTP and by what a department tells."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from httpx import Response

from services.pregnancy_tracking.api.transfers import NeighbourUnknown
from services.pregnancy_tracking.domain import (
    care,
    care_rules,
    incoming_transfer,
    linking,
    outcome,
    outgoing_transfer,
    policy,
    pregnancy,
    reference,
    registration,
    registry,
    review_rules,
    scan_register,
    termination_review,
    transfer_rules,
    woman,
)
from services.pregnancy_tracking.projections.timeline import OutsideCalendar
from services.pregnancy_tracking.reactions import DocumentUnreadable
from shared.kernel import Refusal
from tests.pregnancy_tracking import neighbour_scene
from tests.pregnancy_tracking.asking import FORM, SEEN, WHO, timeline
from tests.pregnancy_tracking.her import LOST, NURSES, PROCEDURE, SCAN, STAFF, UNIT, Her


class Provoked(NamedTuple):
    """What provokes a refusal of her, and at which place it is found."""

    by: Callable[[Her], Response]
    pointer: str


def _accepted_then_declined(her: Her) -> Response:
    transfer = her.arriving()
    form = neighbour_scene.ACCEPTANCE | {"handbook": f"h-{her.number}"}
    assert her.answer(transfer, "acceptance", **form).status_code == 201
    return her.answer(transfer, "decline", ground="not_arrived")


def _declined_by_the_same(her: Her) -> Response:
    review = her.certified("dr-li", "dr-chen")
    assert her.decide(review, ground="certificates_invalid").status_code == 201
    return her.decide(review, certificate="c-x")


def _number_used(her: Her) -> Response:
    her.decided()
    return her.decide(her.certified("dr-li", "dr-chen"), certificate=f"c-{her.number}")


def _scanned_twice(her: Her) -> Response:
    assert her.scan().status_code == 201
    return her.scan()


def _asked_twice(her: Her) -> Response:
    her.within()
    return her.transfer(county="demo", unit="county-hospital")


def _withdrawn_and_accepted(her: Her) -> Response:
    transfer = her.within()
    assert her.post("transfers/withdrawal").status_code == 201
    return her.answer(transfer, "acceptance", **neighbour_scene.ACCEPTANCE)


OVER_HTTP: Mapping[type[Refusal], Provoked] = {
    care.NotAContact: Provoked(
        lambda her: her.post("declines", contact="outcome_query-1", declined_on="2025-06-29"), "/contact"
    ),
    care_rules.CodeNotListed: Provoked(
        lambda her: her.post("visits", **SEEN | {"danger_signs": ["x"]}), "/danger_signs"
    ),
    incoming_transfer.TransferAnswered: Provoked(_accepted_then_declined, ""),
    linking.AlreadyLinked: Provoked(lambda her: her.linked().post("links", other=her.again(2).pregnancy), "/other"),
    linking.NotSetAside: Provoked(lambda her: her.post("set-aside/dismissal", proposed="nobody"), "/proposed"),
    linking.PregnanciesApart: Provoked(lambda her: her.post("links", other=her.long_before().pregnancy), "/other"),
    linking.SamePregnancy: Provoked(lambda her: her.post("links", other=her.pregnancy), "/other"),
    outcome.AlreadyEnded: Provoked(
        lambda her: her.ended().post("end", outcome="unknown", ended_on="2025-06-20"), "/outcome"
    ),
    outcome.EndImplausible: Provoked(lambda her: her.post("end", **LOST | {"ended_on": "2024-12-31"}), "/ended_on"),
    outcome.NotMaternalDeath: Provoked(
        lambda her: her.ended(ended_on="2025-04-20").post("death", died_on="2025-06-20"), "/died_on"
    ),
    outgoing_transfer.CareMoved: Provoked(lambda her: her.moved().transfer(), ""),
    outgoing_transfer.TransferUnderWay: Provoked(_asked_twice, "/unit"),
    policy.ObservationUnknown: Provoked(
        lambda her: her.post("visits", **SEEN | {"observations": {"sex": 1}}), "/observations"
    ),
    pregnancy.InFuture: Provoked(lambda her: her.post("visits", **SEEN | {"visited_on": "2025-07-01"}), "/visited_on"),
    pregnancy.VisitBeforeRegistration: Provoked(
        lambda her: her.post("visits", **SEEN | {"visited_on": "2025-03-02"}), "/visited_on"
    ),
    reference.UnknownPost: Provoked(
        lambda her: her.post("posts", township_post="x", village_post="x", assigned_on="2025-06-29"), "/township_post"
    ),
    reference.UnknownUnit: Provoked(lambda her: her.register(township="nowhere"), "/township"),
    registration.ConsentMissing: Provoked(lambda her: her.register(consents_to_care=False), "/consents_to_care"),
    registration.DatingImplausible: Provoked(
        lambda her: her.register(last_menstrual_period="2023-06-30"), "/last_menstrual_period"
    ),
    registry.UnknownFacility: Provoked(
        lambda her: her.post("discharge", facility="nowhere", discharged_at="2025-06-29T08:00:00+08:00"), "/facility"
    ),
    review_rules.GroundNotLawful: Provoked(lambda her: her.review(ground="sex"), "/ground"),
    review_rules.ReviewNotRequired: Provoked(lambda her: her.review(gestation_weeks=13), "/gestation_weeks"),
    scan_register.CounterUsedTwice: Provoked(_scanned_twice, "/counter"),
    scan_register.NoneLicensed: Provoked(lambda her: her.scan(operators=NURSES), "/operators"),
    scan_register.PurposeNotListed: Provoked(lambda her: her.scan(purpose="fetal_sex"), "/purpose"),
    scan_register.SameOperatorTwice: Provoked(lambda her: her.scan(operators=STAFF[:1] * 2), "/operators"),
    scan_register.SecondOperatorMissing: Provoked(lambda her: her.scan(operators=STAFF[:1]), "/operators"),
    scan_register.UnknownDevice: Provoked(lambda her: her.scan(device="us-9"), "/device"),
    termination_review.AlreadyDecided: Provoked(lambda her: her.certify(her.decided(), "dr-wu"), ""),
    termination_review.CertificateNumberUsed: Provoked(_number_used, "/certificate"),
    termination_review.CertificatesMissing: Provoked(
        lambda her: her.decide(her.certified("dr-li"), certificate="c-x"), ""
    ),
    termination_review.CertifierNotDistinct: Provoked(
        lambda her: her.certify(her.certified("dr-li"), "dr-li"), "/certifier"
    ),
    termination_review.ReviewerNotDistinct: Provoked(_declined_by_the_same, ""),
    termination_review.ReviewUnknown: Provoked(lambda her: her.decide(her.withdrawn(), certificate="c-x"), ""),
    transfer_rules.HandbookMissing: Provoked(
        lambda her: her.answer(her.arriving(), "acceptance", **neighbour_scene.ACCEPTANCE), "/handbook"
    ),
    transfer_rules.TransferOver: Provoked(_withdrawn_and_accepted, ""),
    woman.PregnancyUnknown: Provoked(lambda her: her.review(pregnancy="nobodys"), "/pregnancy"),
    woman.RecordErased: Provoked(lambda her: her.erased().post("visits", **SEEN), ""),
    DocumentUnreadable: Provoked(lambda her: her.review(document=" - - - "), "/document"),
    NeighbourUnknown: Provoked(lambda her: her.transfer(county="shanyin"), "/county"),
    OutsideCalendar: Provoked(
        lambda her: timeline(her.served, her.pregnancy, known_at="0001-01-01T00:00:00+14:00"), ""
    ),
}


class Told(NamedTuple):
    """A message that is refused: of which kind, what it tells, what is sealed in it, and where the fault is found."""

    kind: str
    data: Mapping[str, Any]
    pointer: str
    personal: Mapping[str, Any] | None = None
    before: Callable[[Her], object] = lambda her: her.pregnancy


def _visit(pointer: str, personal: Mapping[str, Any] | None = None, **other: Any) -> Told:
    return Told("hospital.antenatal_visit", VISIT | other, pointer, personal)


def _scan(pointer: str, **other: Any) -> Told:
    return Told("hospital.scan", SCAN | {"counter": 10_000} | other, pointer)


VISIT = {"visited_on": "2025-04-07", **UNIT}
REGISTRATION = {name: value for name, value in FORM.items() if name != "identity"}
END = LOST | UNIT
POSTS = {"township_post": "dayingxiang-midwife", "village_post": "dayingxiang-dongying-doctor"}
VISITS = ("hospital.antenatal_visit", "village.home_visit", "hospital.postnatal_visit", "hospital.referral_result")
BY_RECEIPT: Mapping[type[Refusal], Told] = {
    care.NotAContact: Told(
        "village.decline", {"contact": "outcome_query-1", "declined_on": "2025-06-29"}, "/data/contact"
    ),
    care_rules.CodeNotListed: Told(
        "hospital.counselling", {"given_on": "2025-06-29", "topics": ["a_boy"], **UNIT}, "/data/topics"
    ),
    outcome.AlreadyEnded: Told("hospital.end", END | {"outcome": "unknown"}, "/data/outcome", before=Her.ended),
    outcome.EndImplausible: Told(
        "hospital.end",
        END,
        "/data/ended_on",
        before=lambda her: her.register(registered_on="2024-09-30", last_menstrual_period="2024-08-01"),
    ),
    outcome.NotMaternalDeath: Told(
        "hospital.maternal_death",
        {"died_on": "2025-06-20"},
        "/data/died_on",
        before=lambda her: her.ended(ended_on="2025-04-20"),
    ),
    policy.ObservationUnknown: _visit("/data/personal/observations", {"observations": {"sex": 1}}),
    pregnancy.InFuture: _visit("/data/visited_on", visited_on="2025-07-01"),
    pregnancy.VisitBeforeRegistration: _visit("/data/visited_on", visited_on="2025-03-02"),
    reference.UnknownPost: Told(
        "hospital.reassignment",
        {"township_post": "x", "village_post": "x", "assigned_on": "2025-06-29"},
        "/data/township_post",
    ),
    reference.UnknownUnit: _visit("/data/unit", unit="nowhere"),
    registration.ConsentMissing: Told(
        "hospital.registration", REGISTRATION | {"consents_to_care": False}, "/data/consents_to_care", WHO
    ),
    registration.DatingImplausible: Told(
        "hospital.dating",
        {"basis": "scan", "established_on": "2025-04-01", "gestation_days": 5},
        "/data/gestation_days",
    ),
    registry.UnknownFacility: Told(
        "hospital.discharge",
        {"facility": "nowhere", "discharged_at": "2025-06-29T08:00:00+08:00"},
        "/data/facility",
    ),
    scan_register.CounterUsedTwice: Told(
        "hospital.scan", SCAN | {"counter": 9_999}, "/data/counter", before=lambda her: her.scan(counter=9_999)
    ),
    scan_register.NoneLicensed: _scan("/data/operators", operators=NURSES),
    scan_register.PurposeNotListed: _scan("/data/purpose", purpose="fetal_sex"),
    scan_register.SameOperatorTwice: _scan("/data/operators", operators=STAFF[:1] * 2),
    scan_register.SecondOperatorMissing: _scan("/data/operators", operators=STAFF[:1]),
    scan_register.UnknownDevice: _scan("/data/device", device="us-9"),
    woman.PregnancyUnknown: Told("hospital.antenatal_visit", VISIT, "/data/visited_on", before=lambda _: None),
    woman.RecordErased: Told("hospital.antenatal_visit", VISIT, "", before=Her.erased),
    DocumentUnreadable: _visit("/data/personal/document", {"document": " - - - "}),
}
FILES = "of files that are adopted at start"
BEFORE = "before reference data and policy are adopted at start, when no door is open"
REVIEWS = "a review has no messages: only people of the hospital and of the reviewing body ask"
LINKS = "records are linked by people who were shown both"
TRANSFERS = "transfers are asked for and answered by people"
ONLY_HTTP: Mapping[type[Refusal], str] = {
    **dict.fromkeys(
        (linking.AlreadyLinked, linking.NotSetAside, linking.PregnanciesApart, linking.SamePregnancy), LINKS
    ),
    **dict.fromkeys((outgoing_transfer.CareMoved, outgoing_transfer.TransferUnderWay, NeighbourUnknown), TRANSFERS),
    **dict.fromkeys((incoming_transfer.TransferAnswered, transfer_rules.HandbookMissing), TRANSFERS),
    transfer_rules.TransferOver: TRANSFERS,
    **dict.fromkeys((review_rules.GroundNotLawful, review_rules.ReviewNotRequired), REVIEWS),
    **dict.fromkeys((termination_review.AlreadyDecided, termination_review.CertificateNumberUsed), REVIEWS),
    **dict.fromkeys((termination_review.CertificatesMissing, termination_review.CertifierNotDistinct), REVIEWS),
    **dict.fromkeys((termination_review.ReviewerNotDistinct, termination_review.ReviewUnknown), REVIEWS),
    OutsideCalendar: "of questions, which no message asks",
    woman.RetentionApplies: "a person is erased at her own word or the county's, under a policy that keeps records",
}
"""What only people can run into, and why."""
NO_DOOR: Mapping[type[Refusal], str] = {
    policy.PolicyMissing: BEFORE,
    policy.PolicyVersionReused: FILES,
    reference.CodeUsedTwice: FILES,
    reference.ReferenceMissing: BEFORE,
    registry.FacilityAwaited: "of what enforcement says, which waits in its channel's order",
    transfer_rules.TransferUnknown: "of a neighbour's answer (test_transfers); people are told 404",
}
"""What neither people nor departments can run into, and why."""
LATER = "2025-07-01"
WRONG_MESSAGES = (
    Told("hospital.registration", REGISTRATION | {"registered_on": LATER}, "/data/registered_on", WHO),
    *(Told(kind, VISIT | {"visited_on": LATER}, "/data/visited_on") for kind in VISITS),
    Told("village.attempt", {"kind": "home", "attempted_on": LATER, **UNIT}, "/data/attempted_on"),
    Told("village.decline", {"declined_on": LATER}, "/data/declined_on"),
    Told("hospital.counselling", {"given_on": LATER, "topics": ["nutrition"], **UNIT}, "/data/given_on"),
    Told("hospital.companion", {"companion": "partner", "arranged_on": LATER, **UNIT}, "/data/arranged_on"),
    Told("hospital.dating", {"basis": "scan", "established_on": LATER, "gestation_days": 90}, "/data/established_on"),
    Told("hospital.risk", {"colour": "red", "graded_on": LATER, **UNIT}, "/data/graded_on"),
    Told("hospital.reassignment", POSTS | {"assigned_on": LATER}, "/data/assigned_on"),
    Told(
        "hospital.discharge",
        {"facility": SCAN["facility"], "discharged_at": f"{LATER}T09:00:00+08:00"},
        "/data/discharged_at",
    ),
    Told("hospital.end", END | {"ended_on": LATER}, "/data/ended_on"),
    Told("hospital.maternal_death", {"died_on": LATER}, "/data/died_on"),
    Told("hospital.scan", SCAN | {"scanned_at": f"{LATER}T09:00:00+08:00"}, "/data/scanned_at"),
    Told("hospital.procedure", PROCEDURE | {"performed_at": f"{LATER}T09:00:00+08:00"}, "/data/performed_at"),
)
"""Of every kind of message one that tells what has not happened yet."""
