"""Duties of posts toward a pregnancy, and how each is closed: a storage format. All of it on the pregnancy.

A duty is an obligation of a post or a hospital, never of the woman. Its days say what it is at any moment: before
`opens_on` not yet open, before `due_until` due, before `lapses_on` overdue, then lapsed (each day is the first of the
next state: windows are half-open). It ends in exactly one way; the fact told last counts. One that was closed is open
again when `DutyOpened` is told again.
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from shared.kernel import Fact, Id, Value


class DutyKind(StrEnum):
    """What is owed. `contacts` of antenatal care are numbered; the others count from their occasion."""

    ANTENATAL = "antenatal"
    UNDATED = "undated"
    POST_TERM = "post_term"
    OUTCOME_QUERY = "outcome_query"
    REFERRAL = "referral"
    REFERRAL_RESULT = "referral_result"
    DANGER_FOLLOW_UP = "danger_follow_up"
    RISK_FOLLOW_UP = "risk_follow_up"
    DISCHARGE_NOTICE = "discharge_notice"
    FIRST_CONTACT = "first_contact"
    HOME_VISIT = "home_visit"
    POSTNATAL_CHECK = "postnatal_check"
    LOSS_SUPPORT = "loss_support"


class Hop(StrEnum):
    """Where it came to a halt: nobody told the post, what was told came late to it, or the post did not act."""

    NOTICE = "notice"
    RECEIPT = "receipt"
    ACTION = "action"


class Answerable(Value):
    """Who answers for a duty: `post` of `unit` (no post: the unit, a hospital), jointly with the other of her posts.

    `superior` is the county post a lapse goes up to.
    """

    unit: Id
    post: Id | None
    township_post: Id
    village_post: Id
    superior: Id


class DutyOpened(Fact, stored_as="pregnancy_tracking.DutyOpened"):
    """A duty. `duty` names it within its pregnancy: `<kind>-<number>@<opens_on>`.

    `contact` is the same without the day: a contact that is dated anew keeps it. `opens_on` may lie ahead. Nobody here
    could know of it before `known_on`. Told again, its other days or its being open again count.
    """

    duty: Id
    kind: DutyKind
    contact: Id
    opens_on: date
    due_until: date
    lapses_on: date
    known_on: date
    answerable: Answerable


class DutyReassigned(Fact, stored_as="pregnancy_tracking.DutyReassigned"):
    """Others answer for an open duty from here on."""

    duty: Id
    answerable: Answerable


class DutyMet(Fact, stored_as="pregnancy_tracking.DutyMet"):
    """Done, by this unit."""

    duty: Id
    met_on: date
    unit: Id


class DutyAttempted(Fact, stored_as="pregnancy_tracking.DutyAttempted"):
    """The post tried as often as the policy asks, and met no one. `attempts` is the post's work, not hers."""

    duty: Id
    attempts: int
    attempted_on: date


class DutyDeclined(Fact, stored_as="pregnancy_tracking.DutyDeclined"):
    """She declined it: it is closed, without a mark on anybody."""

    duty: Id
    declined_on: date


class DutyMoved(Fact, stored_as="pregnancy_tracking.DutyMoved"):
    """Another county cares for her."""

    duty: Id
    moved_on: date


class DutyCancelled(Fact, stored_as="pregnancy_tracking.DutyCancelled"):
    """The pregnancy ended, or she died, before it was due to be done."""

    duty: Id
    cancelled_on: date


class DutySuperseded(Fact, stored_as="pregnancy_tracking.DutySuperseded"):
    """Another dating, end or occasion has put another duty in its place."""

    duty: Id
    superseded_on: date


class DutyWaived(Fact, stored_as="pregnancy_tracking.DutyWaived"):
    """The superior released the post from it, on a ground of the policy."""

    duty: Id
    ground: Id
    waived_on: date


class DutyOverdue(Fact, stored_as="pregnancy_tracking.DutyOverdue"):
    """Its window is over and it is not done. `unit` is where it stands at this moment, by hop."""

    duty: Id
    overdue_on: date
    hop: Hop
    unit: Id


class DutyLapsed(Fact, stored_as="pregnancy_tracking.DutyLapsed"):
    """It was not done in time. `unit` is charged with it, by hop; she never is."""

    duty: Id
    lapsed_on: date
    hop: Hop
    unit: Id


DUTY_FACTS: tuple[type[Fact], ...] = (
    DutyOpened,
    DutyReassigned,
    DutyMet,
    DutyAttempted,
    DutyDeclined,
    DutyMoved,
    DutyCancelled,
    DutySuperseded,
    DutyWaived,
    DutyOverdue,
    DutyLapsed,
)
