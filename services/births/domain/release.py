"""A release: figures prepared by one, their data faults cleared, published by another, restated when births changed.

What a release would print, and what it would give away together with all before it, is worked out before the command;
the command says so, and against how many editions. Here it is only held that nothing was published meanwhile.
"""

from __future__ import annotations

from datetime import date

from services.births.domain.data_faults import DataFault, FaultCleared, check_cleared
from services.births.domain.policy import Policy
from services.births.domain.release_events import (
    CellsReleased,
    DataFaultsCleared,
    ReleasePrepared,
    ReleasePublished,
    ReleaseRestated,
    RestatementReason,
)
from services.births.domain.release_figures import Figures, Words
from shared.kernel import NOTHING, Case, Command, Decision, Fact, Id, Refusal, Value


class PrepareRelease(Command):
    """Work out what the next edition of a period's figures prints.

    `changes` are the births that differ from those of the edition before, None if there is none.
    """

    figures: Figures
    words: Words
    faults: tuple[DataFault, ...]
    changes: int | None


class ClearDataFaults(Command):
    """Say what became of each data fault of what is prepared, be it that there was none."""

    period: Id
    cleared: tuple[FaultCleared, ...]


class Publishing(Command):
    """Make public what is prepared. `revealed` is what it gives away beside the `against` editions of its year."""

    period: Id
    year: int
    against: int
    revealed: tuple[str, ...]


class PublishRelease(Publishing):
    """Publish a period's figures for the first time."""


class RestateRelease(Publishing):
    """Publish a period's figures anew."""

    reason: RestatementReason


class PeriodNotOver(Refusal):
    """Figures are of a period that is over."""


class ChangesTooFew(Refusal):
    """So few births differ from the last edition that the difference would tell of single families."""


class NothingPrepared(Refusal):
    """Only what was prepared, and not published yet, is cleared and published."""


class DataFaultsUncleared(Refusal):
    """Before anything is published somebody looks at the data faults, and it is recorded."""


class PublisherIsPreparer(Refusal):
    """Nobody publishes what they prepared themselves."""


class AlreadyPublished(Refusal):
    """A period's figures are published once; what changed since is restated, with the reason."""


class NotPublished(Refusal):
    """Only what is public can be restated."""


class ReleasedMeanwhile(Refusal):
    """Another release was published while this one was checked against those before it: ask again."""


class SuppressionWouldFail(Refusal):
    """However little of the period is printed, a suppressed cell could be told from the rest."""


class DifferencingRevealsCell(Refusal):
    """Together with releases published before, a suppressed cell could be told."""


class Draft(Value):
    """What is prepared. `cleared` is None until somebody looked at its data faults."""

    figures: Figures
    words: Words
    faults: tuple[DataFault, ...]
    prepared_by: Id
    cleared: tuple[FaultCleared, ...] | None = None


class Release(Value):
    """A period's published figures, edition by edition, and the draft of the next one."""

    editions: tuple[Figures, ...] = ()
    draft: Draft | None = None

    @property
    def prepared(self) -> Draft:
        """The draft. Raises NothingPrepared."""
        if self.draft is None:
            raise NothingPrepared("nothing is prepared for this period", pointer="/period")
        return self.draft


def evolve_release(release: Release, fact: Fact) -> Release:
    match fact:
        case ReleasePrepared(figures=figures, words=words, faults=faults, prepared_by=by):
            draft = Draft(figures=figures, words=words, faults=faults, prepared_by=by)
            return release.model_copy(update={"draft": draft})
        case DataFaultsCleared(cleared=cleared) if release.draft:
            return release.model_copy(update={"draft": release.draft.model_copy(update={"cleared": cleared})})
        case ReleasePublished(figures=figures) | ReleaseRestated(figures=figures):
            return Release(editions=(*release.editions, figures))
    return release


class ReleasedCells(Value):
    """How many editions of a statistical year's figures are public."""

    editions: int = 0


def evolve_released(released: ReleasedCells, fact: Fact) -> ReleasedCells:
    match fact:
        case CellsReleased():
            return ReleasedCells(editions=released.editions + 1)
    return released


RELEASE = Case("release", Release(), evolve_release)
"""One case per period: the key is its name, `2025Q1` or `2025`."""
RELEASED = Case("released", ReleasedCells(), evolve_released, private=True)
"""One case per statistical year: it only holds that no edition is published unchecked against another."""


def prepare_release(command: PrepareRelease, release: Release, policy: Policy) -> Decision:
    """What would be printed; nothing if just that is prepared."""
    figures = command.figures
    check_over(figures.last, command.at.date())
    least = policy.of_releases.least_changes
    if command.changes is not None and command.changes < least:
        detail = f"{command.changes} births differ from edition {len(release.editions)}"
        raise ChangesTooFew(detail, pointer="/period", accepted=f"from {least} on")
    if release.draft and (release.draft.figures.rows, release.draft.faults) == (figures.rows, command.faults):
        return NOTHING
    prepared = ReleasePrepared(
        period=figures.period,
        edition=len(release.editions) + 1,
        figures=figures,
        words=command.words,
        faults=command.faults,
        prepared_by=command.actor,
    )
    return {RELEASE.id(figures.period): [prepared]}


def check_over(last: date, today: date) -> None:
    """Raises PeriodNotOver."""
    if last >= today:
        raise PeriodNotOver(f"the period ends on {last}", pointer="/period", accepted="a period that is over")


def clear_data_faults(command: ClearDataFaults, release: Release) -> Decision:
    """Each fault by name, with what became of it; nothing if just that was said."""
    draft = release.prepared
    check_cleared(draft.faults, command.cleared)
    if draft.cleared == command.cleared:
        return NOTHING
    cleared = DataFaultsCleared(
        period=command.period,
        edition=len(release.editions) + 1,
        cleared=command.cleared,
        cleared_by=command.actor,
    )
    return {RELEASE.id(command.period): [cleared]}


def publish_release(command: PublishRelease, release: Release, released: ReleasedCells) -> Decision:
    """Make the first edition public."""
    if release.editions:
        detail = f"edition {len(release.editions)} is public"
        raise AlreadyPublished(detail, pointer="/period", accepted="a restatement")
    draft = _publishable(command, release, released)
    published = ReleasePublished(
        period=command.period,
        edition=1,
        figures=draft.figures,
        words=draft.words,
        published_on=command.at.date(),
        published_by=command.actor,
    )
    return _public(command, published)


def restate_release(command: RestateRelease, release: Release, released: ReleasedCells) -> Decision:
    """Make a later edition public, with the reason."""
    if not release.editions:
        raise NotPublished("no edition of this period is public", pointer="/period", accepted="a first publication")
    draft = _publishable(command, release, released)
    restated = ReleaseRestated(
        period=command.period,
        edition=len(release.editions) + 1,
        figures=draft.figures,
        words=draft.words,
        published_on=command.at.date(),
        published_by=command.actor,
        reason=command.reason,
    )
    return _public(command, restated)


def _publishable(command: Publishing, release: Release, released: ReleasedCells) -> Draft:
    """Cleared, by another person than prepared it, checked against all that is public, giving nothing away."""
    draft = release.prepared
    if draft.cleared is None:
        raise DataFaultsUncleared("the data faults of this draft were not cleared", pointer="/period")
    if command.actor == draft.prepared_by:
        raise PublisherIsPreparer("it was you who prepared it", accepted="somebody else")
    if command.against != released.editions:
        raise ReleasedMeanwhile(f"checked against {command.against} of {released.editions} editions")
    if command.revealed:
        raise DifferencingRevealsCell(f"this would give away {'; '.join(command.revealed)}", accepted="prepare it anew")
    return draft


def _public(command: Publishing, fact: ReleasePublished | ReleaseRestated) -> Decision:
    cells = CellsReleased(period=fact.period, edition=fact.edition)
    return {RELEASE.id(command.period): [fact], RELEASED.id(str(command.year)): [cells]}
