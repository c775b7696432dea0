"""Erasing a person."""

from __future__ import annotations

from collections.abc import Mapping

from services.pregnancy_tracking.domain import outgoing_transfer, woman
from services.pregnancy_tracking.domain.commands import ErasePerson
from services.pregnancy_tracking.domain.pregnancy import PREGNANCY
from services.pregnancy_tracking.domain.registration import joined
from services.pregnancy_tracking.domain.transfers import OPEN_TRANSFERS, OUTGOING
from services.pregnancy_tracking.domain.woman import WOMAN
from services.pregnancy_tracking.handling.standing import policy_of
from shared.kernel import NOTHING, Cases, Command, Decision, Handler


def erase_person(command: ErasePerson, cases: Cases) -> Decision:
    """Whoever is asked to take over her care is asked no longer."""
    hers, _ = cases[WOMAN, command.person], cases[OPEN_TRANSFERS, OUTGOING]
    erased = woman.erase_person(command, hers, policy_of(cases))
    if not erased:
        return NOTHING
    found = {each.pregnancy: cases[PREGNANCY, each.pregnancy] for each in hers.courses if not each.erased}
    return joined(erased, *(outgoing_transfer.let_go(key, each, command.at.date()) for key, each in found.items()))


HANDLERS: Mapping[type[Command], Handler] = {ErasePerson: erase_person}
