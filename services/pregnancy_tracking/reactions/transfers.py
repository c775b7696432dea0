"""What neighbour counties ask and answer about transfers, and what goes with a woman whose care we ask them for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID, uuid5

from services.pregnancy_tracking.domain.incoming_transfer import key_for, secret_of
from services.pregnancy_tracking.domain.transfer_commands import (
    NoteTransferAnswer,
    NoteTransferClosed,
    ReceiveTransfer,
    RequestTransfer,
)
from services.pregnancy_tracking.domain.transfer_rules import (
    ClosingGround,
    CourseSoFar,
    DeclineGround,
    HerTransfer,
    PastContact,
    Transferred,
)
from services.pregnancy_tracking.domain.woman import WOMAN
from services.pregnancy_tracking.domain.words import ContactPreference, Identity, VisitKind
from services.pregnancy_tracking.reactions.persons import pseudonym
from shared.contracts import counties, departments
from shared.contracts.cloudevents import Contract
from shared.kernel import Command
from shared.neighbours import county_of
from shared.publishing import Letter
from shared.reacting import Hearing, Reactions, Returned
from shared.sealed import Erased, Sealed
from shared.sealing import Sealer
from shared.settings import Jwk
from shared.signing import encrypt_for

TRANSFER_IDS = UUID("5a0f2f0b-0c0d-4a0e-9d7f-8f3b1f6c2e11")
"""The namespace of transfer ids (RFC 9562, version 5)."""
LETTER, ABOUT, HERS = "letter", "about", "her_transfer"
"""The sealed fields' stable ids: what is sealed opens only under them."""


def transfer_request(message: counties.TransferRequest, hearing: Hearing) -> Sequence[Command]:
    """A county asks a unit of ours to take over a woman's care. Idempotent by message, and by its id for it."""
    identity = Identity(**hearing.personal(message.personal, departments.Person).model_dump())
    contacts = tuple(PastContact(kind=VisitKind(each.kind), seen_on=each.seen_on) for each in message.contacts)
    course = CourseSoFar(
        registered_on=message.registered_on,
        last_menstrual_period=message.last_menstrual_period,
        contact_preference=ContactPreference(message.contact_preference),
        contacts=contacts,
    )
    county = _county(hearing)
    about = sealed(county, message.transfer, Transferred(identity=identity, course=course), hearing.sealer)
    told = message.model_dump(include={"transfer", "unit", "consented_on", "answer_by"})
    return [ReceiveTransfer(**hearing.stamp(), **told, county=county, about=about)]


def transfer_answer(message: counties.TransferAnswer, hearing: Hearing) -> Sequence[Command]:
    """A county accepted or declined. Idempotent by message; an answer counts once whatever the message."""
    declined = message.answer is counties.Answer.DECLINED
    told = message.ground or counties.DeclineGround.NOT_ARRIVED
    answered = message.model_dump(include={"transfer", "answered_on"})
    ground = DeclineGround(told) if declined else None
    return [NoteTransferAnswer(**hearing.stamp(), **answered, county=_county(hearing), ground=ground)]


def transfer_closed(message: counties.TransferClosed, hearing: Hearing) -> Sequence[Command]:
    """A county asks no longer. Idempotent by message, and by its id for the transfer."""
    ground = ClosingGround(message.ground)
    return [NoteTransferClosed(**hearing.stamp(), county=_county(hearing), transfer=message.transfer, ground=ground)]


REACTIONS: Reactions = {
    counties.TransferRequest: transfer_request,
    counties.TransferAnswer: transfer_answer,
    counties.TransferClosed: transfer_closed,
}
BRINGS: tuple[type[Contract], ...] = tuple(REACTIONS)
"""What travels between counties: the same both ways."""


def returns(contract: Contract, returned: Returned) -> Sequence[Command]:
    """A request a county would not take counts as declined; other refusals ask nothing of us. Idempotent by message."""
    if not isinstance(contract, counties.TransferRequest):
        return []
    answer = NoteTransferAnswer(
        **returned.stamp(),
        county=returned.county,
        transfer=contract.transfer,
        answered_on=returned.now.date(),
        ground=DeclineGround.NOT_DELIVERABLE,
    )
    return [answer]


def transfer_id(stamp: Mapping[str, Any]) -> str:
    """The transfer id that a command id gives."""
    return uuid5(TRANSFER_IDS, stamp["command_id"]).hex


def transferring(
    asked: Mapping[str, Any], identity: Identity, reader_key: Jwk | None, sealer: Sealer, stamp: Mapping[str, Any]
) -> RequestTransfer:
    """A request with the letter that says who she is, for the reader there only; without a key, within the county.

    `asked` has `person` and the other fields of a RequestTransfer but the letter and its id.
    """
    person, letter = asked["person"], None
    if reader_key:
        jwe = encrypt_for(reader_key, departments.Person(**identity.model_dump()).model_dump_json().encode())
        letter = sealer.seal(person, WOMAN.id(person), LETTER, Letter(jwe=jwe))
    return RequestTransfer(**stamp, **asked, transfer=transfer_id(stamp), letter=letter)


def sealed(county: str, transfer: str, about: Transferred, sealer: Sealer) -> Sealed:
    """What a county told of a woman, sealed under her own key and then under the transfer's: either destroys it."""
    person, case_id = pseudonym(sealer, about.identity.document), secret_of(key_for(county, transfer))
    hers = HerTransfer(person=person, hers=sealer.seal(person, case_id, HERS, about))
    return sealer.seal(case_id, case_id, ABOUT, hers)


def opened(key: str, about: Sealed, sealer: Sealer) -> tuple[str, Transferred] | Erased:
    """Whose it is, and what was told of her; Erased once it was answered, is over, or she was erased."""
    hers = sealer.open(about, secret_of(key), HerTransfer)
    if isinstance(hers, Erased):
        return hers
    told = sealer.open(hers.hers, secret_of(key), Transferred)
    return told if isinstance(told, Erased) else (hers.person, told)


def _county(hearing: Hearing) -> str:
    return county_of(hearing.actor.removeprefix("department:"))
