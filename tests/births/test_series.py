"""A unit's numbers under concurrency: two writers on one log give each number once, and none past the end."""

from __future__ import annotations

import asyncio
from collections import Counter

import pytest

from services.births.domain.birth import BIRTH
from services.births.domain.events import CertificateIssued
from services.births.domain.policy import IN_FORCE, POLICY, PolicyAdopted
from services.births.domain.reference import ADOPTED, COUNTY
from services.births.handling import HANDLERS, policy_version
from shared.writer import Writer
from tests.births.records import allotted, issue, opened
from tests.births.scene import REFERENCE, RULES, birth_on_record

pytestmark = pytest.mark.anyio
BIRTHS, NUMBERS = 24, 20


@pytest.fixture
def anyio_backend():
    return "asyncio"


@pytest.fixture
def writers(log, append, clock):
    """Two writers that know nothing of each other, and births without certificates."""
    append({COUNTY.id(ADOPTED): [REFERENCE], POLICY.id(IN_FORCE): [PolicyAdopted(policy=RULES)]})
    append({"series:county-hospital": [opened(last=NUMBERS)], "prefix:P": [allotted(last=NUMBERS)]})
    append(*(birth_on_record(birth=f"b{number}", person=f"m{number}") for number in range(BIRTHS)))
    made = [Writer(log, HANDLERS, clock, policy=policy_version) for _ in range(2)]
    yield made
    for writer in made:
        writer.close()


def certificates(log):
    facts = [recorded.fact for number in range(BIRTHS) for recorded in log.case(BIRTH.id(f"b{number}"))]
    return [fact for fact in facts if isinstance(fact, CertificateIssued)]


async def test_two_writers_give_each_number_once_and_none_past_the_end(writers, log):
    asked = [issue(command_id=f"c{n}", birth=f"b{n}", code=f"CODE{n}") for n in range(BIRTHS)]
    answers = await asyncio.gather(*(writers[n % 2].write(command) for n, command in enumerate(asked)))
    assert Counter(answer.status for answer in answers) == {"done": NUMBERS, "refused": BIRTHS - NUMBERS}
    assert {answer.refusal.name for answer in answers if answer.refusal} == {"SeriesExhausted"}
    assert sorted(each.certificate for each in certificates(log)) == [f"P{n:09}" for n in range(1, NUMBERS + 1)]


async def test_two_writers_give_one_birth_one_certificate(writers, log):
    asked = [issue(command_id=f"c{n}", birth="b0", code=f"CODE{n}") for n in range(6)]
    answers = await asyncio.gather(*(writers[n % 2].write(command) for n, command in enumerate(asked)))
    assert Counter(answer.status for answer in answers) == {"done": 1, "refused": 5}
    assert [each.certificate for each in certificates(log)] == ["P000000001"]
