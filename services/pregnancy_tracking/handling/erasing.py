"""Erasing a person."""

from __future__ import annotations

from collections.abc import Mapping

from services.pregnancy_tracking.domain import outgoing_transfer, woman
from services.pregnancy_tracking.domain.care_events import RecordClosed
from services.pregnancy_tracking.domain.commands import ErasePerson
from services.pregnancy_tracking.domain.pregnancy import PREGNANCY, Pregnancy
from services.pregnancy_tracking.domain.registration import joined
from services.pregnancy_tracking.domain.transfers import OPEN_TRANSFERS, OUTGOING
from services.pregnancy_tracking.domain.woman import WOMAN
from services.pregnancy_tracking.handling.duties import followed
from services.pregnancy_tracking.handling.standing import policy_of
from shared.kernel import NOTHING, Cases, Command, Decision, Handler


def erase_person(command: ErasePerson, cases: Cases) -> Decision:
    """Nobody is asked to take over her care any more, what is owed is closed; what is linked with hers is hers too."""
    _ = cases[OPEN_TRANSFERS, OUTGOING]
    persons, decided = [command.person], list[Decision]()
    for person in persons:
        records = _records(person, cases)
        erased = woman.erase_person(
            command.model_copy(update={"person": person}), cases[WOMAN, person], policy_of(cases)
        )
        asked = (outgoing_transfer.let_go(key, each, command.at.date()) for key, each in records.items())
        closed = {PREGNANCY.id(key): [RecordClosed(closed_on=command.at.date())] for key in records}
        decided += [erased, closed, *asked] if erased else []
        linked = {each.linked.person for each in records.values() if each.linked.person}
        persons += sorted(linked - set(persons))
    return joined(*decided) if decided else NOTHING


def _records(person: str, cases: Cases) -> dict[str, Pregnancy]:
    return {
        each.pregnancy: cases[PREGNANCY, each.pregnancy] for each in cases[WOMAN, person].courses if not each.erased
    }


HANDLERS: Mapping[type[Command], Handler] = {ErasePerson: followed(erase_person)}
