"""How a record is linked with another one: state that other decisions look at."""

from __future__ import annotations

from services.pregnancy_tracking.domain.events import RegistrationSetAside
from services.pregnancy_tracking.domain.link_events import (
    EndShared,
    PregnanciesLinked,
    PregnanciesUnlinked,
    RegistrationDismissed,
)
from shared.kernel import Value


class Linked(Value):
    """Whether a record is linked, and with which one of whom; or was set aside under a handbook, and dismissed.

    `sharing`: the end that is told next is that of both.
    """

    other: str = ""
    person: str = ""
    kept: bool = False
    sharing: bool = False
    set_aside: str = ""
    dismissed: bool = False

    @property
    def told(self) -> Linked:
        """The same once that end was told."""
        return self.model_copy(update={"sharing": False})


LinkFact = PregnanciesLinked | PregnanciesUnlinked | EndShared | RegistrationDismissed | RegistrationSetAside


def evolve_links(linked: Linked, fact: LinkFact) -> Linked:
    match fact:
        case PregnanciesLinked(other=other, person=person, kept=kept):
            return linked.model_copy(update={"other": other, "person": person, "kept": kept != other})
        case PregnanciesUnlinked():
            return linked.model_copy(update={"other": "", "person": "", "kept": False})
        case EndShared():
            return linked.model_copy(update={"sharing": True})
        case RegistrationDismissed():
            return linked.model_copy(update={"dismissed": True})
    return linked.model_copy(update={"set_aside": fact.handbook})
