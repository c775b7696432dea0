"""What neighbour counties are told: who is to be cared for there, what we answered, and what we ask no longer."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from services.pregnancy_tracking.domain import transfer_events as facts
from services.pregnancy_tracking.domain.transfer_rules import ClosingGround, DeclineGround
from services.pregnancy_tracking.domain.woman import WOMAN
from shared.contracts import counties
from shared.contracts.cloudevents import Contract
from shared.contracts.departments import ContactPreference
from shared.couriers import channel_to
from shared.eventstore import Recorded
from shared.publishing import Enclosed, Saying


def to_counties(recorded: Recorded) -> Sequence[Saying]:
    """What a fact means to a neighbour; what happens within the county is told to none."""
    match recorded.fact:
        case facts.CareTransferRequested(letter=letter) as asked if letter:
            enclosed = Enclosed(letter, WOMAN.id(asked.person))
            return [_to(asked.county, recorded, _request(asked))._replace(enclosed=enclosed)]
        case facts.CareTransferTimedOut(transfer=transfer, county=county, timed_out_on=day) if county:
            return [_to(county, recorded, _closed(transfer, ClosingGround.TIMED_OUT, day))]
        case facts.CareTransferWithdrawn(transfer=transfer, county=county, ground=ground, withdrawn_on=day) if county:
            return [_to(county, recorded, _closed(transfer, ground, day))]
        case facts.IncomingTransferAccepted(county=county, accepted_on=day):
            return [_to(county, recorded, _answer(recorded, day))]
        case facts.IncomingTransferDeclined(county=county, ground=ground, declined_on=day):
            return [_to(county, recorded, _answer(recorded, day, ground))]
    return []


def _to(county: str, recorded: Recorded, contract: Contract) -> Saying:
    """Nothing in it leads back to what it was caused by here."""
    return Saying(channel_to(county), contract, recorded.recorded_at)


def _request(asked: facts.CareTransferRequested) -> counties.TransferRequest:
    told = asked.told
    contacts = (counties.PastContact(kind=counties.ContactKind(c.kind), seen_on=c.seen_on) for c in told.contacts)
    return counties.TransferRequest.model_construct(
        personal="",  # what is enclosed
        transfer=asked.transfer,
        unit=asked.unit,
        consented_on=asked.consented_on,
        answer_by=asked.answer_by,
        registered_on=told.registered_on,
        last_menstrual_period=told.last_menstrual_period,
        contact_preference=ContactPreference(told.contact_preference),
        contacts=tuple(contacts),
    )


def _closed(transfer: str, ground: ClosingGround, day: date) -> counties.TransferClosed:
    return counties.TransferClosed(transfer=transfer, ground=counties.ClosingGround(ground), closed_on=day)


def _answer(recorded: Recorded, day: date, ground: DeclineGround | None = None) -> counties.TransferAnswer:
    """The county's own id for the transfer is the last part of its case's."""
    return counties.TransferAnswer(
        transfer=recorded.case.rpartition(":")[2],
        answer=counties.Answer.DECLINED if ground else counties.Answer.ACCEPTED,
        answered_on=day,
        ground=counties.DeclineGround(ground) if ground else None,
    )
