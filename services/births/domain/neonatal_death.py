"""A death in the first weeks of life, as the record of the birth holds it."""

from __future__ import annotations

from services.births.domain.birth import BIRTH, Birth, InFuture, NotALiveBirth
from services.births.domain.commands import RecordNeonatalDeath, WithdrawNeonatalDeath
from services.births.domain.events import NeonatalDeathRecorded, NeonatalDeathWithdrawn
from services.births.domain.particulars import Vital
from services.births.domain.policy import Policy
from shared.kernel import NOTHING, Decision, Refusal


class DiedBeforeBirth(Refusal):
    """A child dies on the day of its birth at the earliest; before, it is a stillbirth."""


class NotNeonatal(Refusal):
    """The child was older than the policy calls neonatal."""


class DeathAlreadyRecorded(Refusal):
    """A death is on record, on another day: if that is wrong, withdraw it first."""


def record_neonatal_death(command: RecordNeonatalDeath, birth: Birth, policy: Policy) -> Decision:
    """Record a neonatal death; nothing if it is on record."""
    told = birth.told
    if birth.died_on == command.died_on:
        return NOTHING
    if told.vital is not Vital.LIVE:
        raise NotALiveBirth("the child was not born alive", pointer="/birth")
    if birth.died_on:
        raise DeathAlreadyRecorded(f"recorded for {birth.died_on}", pointer="/died_on", accepted=str(birth.died_on))
    if command.died_on > command.at.date():
        raise InFuture("that day has not come", pointer="/died_on", accepted=f"up to {command.at.date()}")
    days = (command.died_on - told.born_on).days
    if days < 0:
        raise DiedBeforeBirth(f"born on {told.born_on}", pointer="/died_on", accepted=f"from {told.born_on} on")
    if days >= policy.of_records.neonatal_days:
        accepted = f"before {policy.of_records.neonatal_days} days of age"
        raise NotNeonatal(f"{days} days old", pointer="/died_on", accepted=accepted)
    died = NeonatalDeathRecorded(
        birth=command.birth, household=birth.household, died_on=command.died_on, days=days, told=told
    )
    return {BIRTH.id(command.birth): [died]}


def withdraw_neonatal_death(command: WithdrawNeonatalDeath, birth: Birth) -> Decision:
    """Take a death back; nothing if none is on record."""
    told = birth.told
    if birth.died_on is None:
        return NOTHING
    days = (birth.died_on - told.born_on).days
    alive = NeonatalDeathWithdrawn(
        birth=command.birth, household=birth.household, died_on=birth.died_on, days=days, told=told
    )
    return {BIRTH.id(command.birth): [alive]}
