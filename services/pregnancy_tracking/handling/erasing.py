"""Erasing a person."""

from __future__ import annotations

from collections.abc import Mapping

from services.pregnancy_tracking.domain import outgoing_transfer, woman
from services.pregnancy_tracking.domain.care_events import RecordClosed
from services.pregnancy_tracking.domain.commands import ErasePerson
from services.pregnancy_tracking.domain.pregnancy import PREGNANCY
from services.pregnancy_tracking.domain.registration import joined
from services.pregnancy_tracking.domain.transfers import OPEN_TRANSFERS, OUTGOING
from services.pregnancy_tracking.domain.woman import WOMAN
from services.pregnancy_tracking.handling.duties import followed
from services.pregnancy_tracking.handling.standing import policy_of
from shared.kernel import NOTHING, Cases, Command, Decision, Handler


def erase_person(command: ErasePerson, cases: Cases) -> Decision:
    """Whoever is asked to take over her care is asked no longer, and what is owed to her is closed."""
    hers, _ = cases[WOMAN, command.person], cases[OPEN_TRANSFERS, OUTGOING]
    erased = woman.erase_person(command, hers, policy_of(cases))
    if not erased:
        return NOTHING
    found = {each.pregnancy: cases[PREGNANCY, each.pregnancy] for each in hers.courses if not each.erased}
    closed = {PREGNANCY.id(key): [RecordClosed(closed_on=command.at.date())] for key in found}
    return joined(
        erased, closed, *(outgoing_transfer.let_go(key, each, command.at.date()) for key, each in found.items())
    )


HANDLERS: Mapping[type[Command], Handler] = {ErasePerson: followed(erase_person)}
