"""Two records that are of one pregnancy of one woman, joined and parted again: a storage format.

She may be known by two documents, or a registration of hers was set aside. Nothing is moved: each record keeps what it
holds, and both are shown and ended as one for as long as they are linked.
"""

from __future__ import annotations

from datetime import date

from shared.kernel import Fact, Id


class PregnanciesLinked(Fact, stored_as="pregnancy_tracking.PregnanciesLinked"):
    """On both records: `other` is the other one, of `person`. What is owed is owed on `kept`, no longer on `joined`."""

    kept: Id
    joined: Id
    other: Id
    person: Id
    linked_on: date


class PregnanciesUnlinked(Fact, stored_as="pregnancy_tracking.PregnanciesUnlinked"):
    """On both records: they are two again, each as its own facts tell it."""

    other: Id
    unlinked_on: date


class EndShared(Fact, stored_as="pregnancy_tracking.EndShared"):
    """On a linked record: the end told next is what both records tell together."""

    other: Id


class RegistrationDismissed(Fact, stored_as="pregnancy_tracking.RegistrationDismissed"):
    """On a pregnancy proposed that was set aside: the unit in charge has seen it, and nothing follows from it."""

    dismissed_on: date


LINK_FACTS: tuple[type[Fact], ...] = (PregnanciesLinked, PregnanciesUnlinked, EndShared, RegistrationDismissed)
