"""Whatever arrives when, both counties end with the same answer to who cares for her, and somebody always does."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given as whatever
from hypothesis import strategies as st

from services.pregnancy_tracking.domain.incoming_transfer import INCOMING_TRANSFER, IncomingStatus
from services.pregnancy_tracking.domain.pregnancy import PREGNANCY
from services.pregnancy_tracking.domain.transfer_events import (
    CareTransferRequested,
    CareTransferTimedOut,
    CareTransferWithdrawn,
    IncomingTransferAccepted,
    IncomingTransferDeclined,
)
from services.pregnancy_tracking.domain.transfer_rules import ClosingGround
from services.pregnancy_tracking.domain.transfers import TransferStatus
from services.pregnancy_tracking.domain.words import Outcome
from shared.kernel import Command, Refusal
from tests.pregnancy_tracking.scene import UNDER_CARE, end, given
from tests.pregnancy_tracking.transfer_scene import (
    ABOUT,
    KEY,
    NOW,
    accept,
    answer,
    ask,
    close,
    decline,
    receive,
    sweep,
    withdraw,
)

STEPS = ("carry", "back", "accept", "decline", "withdraw", "end", "days", "sweep", "sweep there", "twice")


class Counties:
    """Ours asks, theirs is asked; letters wait on their way until they are carried, in order, maybe twice."""

    def __init__(self) -> None:
        self.ours, self.theirs = given(UNDER_CARE), given()
        self.there: list[Command] = []
        self.here: list[Command] = []
        self.now = NOW
        self.do(self.ours, ask())

    def do(self, county, command: Command) -> None:
        """Decide at this moment's clock; a refusal changes nothing."""
        try:
            decision = county.when(command.model_copy(update={"at": self.now})).decision()
        except Refusal:
            return
        county.happened(decision)
        for fact in (fact for facts in decision.values() for fact in facts):
            self.write(fact)

    def write(self, fact) -> None:
        """The letter a fact is told in."""
        match fact:
            case CareTransferRequested(answer_by=day):
                self.there.append(receive(about=ABOUT, answer_by=day))
            case CareTransferTimedOut():
                self.there.append(close(ClosingGround.TIMED_OUT))
            case CareTransferWithdrawn(ground=ground):
                self.there.append(close(ground))
            case IncomingTransferAccepted(accepted_on=day):
                self.here.append(answer(answered_on=day))
            case IncomingTransferDeclined(ground=ground, declined_on=day):
                self.here.append(answer(ground, answered_on=day))

    def step(self, name: str) -> None:
        acts = {
            "carry": lambda: self.there and self.do(self.theirs, self.there.pop(0)),
            "back": lambda: self.here and self.do(self.ours, self.here.pop(0)),
            "twice": lambda: self.there and self.do(self.theirs, self.there[0]),
            "accept": lambda: self.do(self.theirs, accept(at=self.now)),
            "decline": lambda: self.do(self.theirs, decline()),
            "withdraw": lambda: self.do(self.ours, withdraw()),
            "end": lambda: self.do(self.ours, end(Outcome.LOSS, self.now.date())),
            "days": self.pass_days,
            "sweep": lambda: self.do(self.ours, sweep()),
            "sweep there": lambda: self.do(self.theirs, sweep()),
        }
        acts[name]()

    def pass_days(self, days: int = 8) -> None:
        self.now += timedelta(days=days)

    def settle(self) -> None:
        """Everything on its way arrives, and time goes on."""
        for _ in range(3):
            while self.there or self.here:
                self.step("carry")
                self.step("back")
            self.pass_days(20)
            self.step("sweep there")
            self.step("sweep")


@whatever(st.lists(st.sampled_from(STEPS), max_size=14))
def test_both_counties_end_consistent(steps):
    counties = Counties()
    for name in steps:
        counties.step(name)
    counties.settle()
    pregnancy = counties.ours[PREGNANCY, "p1"]
    ours, theirs = pregnancy.transfers.of("t1"), counties.theirs[INCOMING_TRANSFER, KEY]
    moved = pregnancy.transfers.moved_on is not None
    taken_over = theirs.status is IncomingStatus.ACCEPTED
    assert moved == (ours.status is TransferStatus.ACCEPTED)
    assert not moved or taken_over, "nobody would care for her"
    assert not taken_over or moved or theirs.ground, "two would, and the second was not told"
    assert ours.status is not TransferStatus.REQUESTED
    assert theirs.status is not IncomingStatus.WAITING
