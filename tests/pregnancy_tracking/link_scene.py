"""Two records of one pregnancy, linked and parted: the usual ones."""

from __future__ import annotations

from services.pregnancy_tracking.domain.link_events import PregnanciesLinked, PregnanciesUnlinked
from tests.pregnancy_tracking.scene import NOW, P1, P2

TODAY = NOW.date()
ABOUT = {"kept": "p1", "joined": "p2", "linked_on": TODAY}
LINKED_1 = PregnanciesLinked(**ABOUT, other="p2", person="w2")
LINKED_2 = PregnanciesLinked(**ABOUT, other="p1", person="w1")
LINKED = {P1: [LINKED_1], P2: [LINKED_2]}
OTHERWISE = {"kept": "p2", "joined": "p1"}
LINKED_OTHERWISE = {P1: [LINKED_1.model_copy(update=OTHERWISE)], P2: [LINKED_2.model_copy(update=OTHERWISE)]}
PARTED = {
    P1: [PregnanciesUnlinked(other="p2", unlinked_on=TODAY)],
    P2: [PregnanciesUnlinked(other="p1", unlinked_on=TODAY)],
}
