"""Each refusal of births, by name, through each door that can give it; a new one without a try fails here."""

from __future__ import annotations

import importlib
import pkgutil
from dataclasses import replace

import pytest
from fastapi.testclient import TestClient

from services import births
from services.births import reactions
from services.births.api import releasing
from services.births.api.corrections import AnotherMother
from services.births.api.releasing import FiguresNotReady
from services.births.domain import (
    birth,
    certificate,
    correction,
    data_faults,
    duplicate,
    mother,
    neonatal_death,
    policy,
    reference,
    release,
    series,
    watch,
)
from services.births.main import DEFINITION
from services.births.projections import periods
from services.births.reactions.weeks import ViewBehind
from shared.kernel import NotYet, Refusal
from shared.service import application
from tests.births.api import test_releases as releases
from tests.births.api.doors import message, problem, send
from tests.births.api.refused import BY_FORM, MOTHER, TOO_LATE, of_an_erased_mother

ELSEWHERE = {
    release.DifferencingRevealsCell: (
        releases.test_what_quarters_made_public_meanwhile_leave_of_the_year_is_not_published
    ),
    release.ReleasedMeanwhile: releases.test_a_check_from_before_another_release_does_not_count,
}
"""By a form as well, each with a test of its own: they take a year of births, or two releases at once."""
BY_MESSAGE = {
    birth.InFuture: ({"born_at": TOO_LATE}, "/data/born_at"),
    birth.BornTooLongAgo: ({"born_at": "2004-11-21T09:00:00+08:00"}, "/data/born_at"),
    birth.PluralityImpossible: ({"plurality": 2, "number": 3}, "/data/number"),
    birth.Implausible: ({"weight_grams": 6500}, "/data/weight_grams"),
    reactions.OutsideCalendar: ({"born_at": "9999-12-31T23:59:00-08:00"}, "/data/born_at"),
    reactions.DocumentUnreadable: ({"mother": MOTHER | {"document": "------"}}, "/data/personal/document"),
    reference.UnknownFacility: ({"facility": "nowhere"}, "/data/facility"),
    reference.UnknownTownship: ({"township": "nowhere"}, "/data/township"),
    mother.MotherErased: ({"sex": "boy"}, ""),
    reference.ReferenceMissing: ({}, ""),
    policy.PolicyMissing: ({}, ""),
}
"""What is told in a hospital's message of a birth that is refused so, and the place its receipt names."""
BY_FORM_ONLY = {
    birth.NotALiveBirth,
    birth.UnknownBirth,
    birth.BirthVoid,
    mother.RetentionApplies,
    AnotherMother,
    FiguresNotReady,
}
BY_FORM_ONLY_OF = {correction, neonatal_death, duplicate, certificate, series, release, data_faults, watch, periods}
"""Departments tell births and nothing else: what becomes of a record, a certificate, figures or a signal is decided
by somebody with a role, by a form."""
BY_MESSAGE_ONLY = {reactions.DocumentUnreadable}
"""A form that has no letter or digit in a document is malformed before that."""
BY_NEITHER = {
    birth.BirthIdTaken: "ids follow from command ids, of which a second use is CommandIdReused",
    correction.CorrectionIdTaken: "as births' ids",
    reference.CodeUsedTwice: "of the county's files: the service does not start with them",
    ViewBehind: "said to the watch's sweep, which asks again",
}


def rules():
    """Every refusal that this service's own code defines."""
    for module in pkgutil.walk_packages(births.__path__, f"{births.__name__}."):
        importlib.import_module(module.name)
    found, left = set(), [Refusal]
    while left:
        below = left.pop().__subclasses__()
        found |= {each for each in below if each.__module__.startswith(births.__name__)}
        left += below
    return found


def test_every_refusal_is_tried_by_form():
    assert rules() == {*BY_FORM, *ELSEWHERE, *BY_MESSAGE_ONLY, *BY_NEITHER}


def test_every_refusal_a_message_can_meet_is_tried_by_receipt():
    modules = {module.__name__ for module in BY_FORM_ONLY_OF}
    by_form = BY_FORM_ONLY | {each for each in rules() if each.__module__ in modules}
    assert rules() == {*BY_MESSAGE, *BY_NEITHER} | by_form
    assert not by_form & {*BY_MESSAGE}


def ruled(**other):
    """The county's files, and the policy with other rules."""
    return lambda county, rules: [county, rules.model_copy(update={"policy": rules.policy.model_copy(update=other)})]


def narrow(county, rules):
    plausible = rules.policy.plausible.model_copy(update={"weight_grams": policy.Range(least=200, most=6000)})
    return ruled(plausible=plausible)(county, rules)


ADOPTED = {
    birth.Implausible: narrow,
    mother.RetentionApplies: ruled(retention_years=3),
    policy.PolicyMissing: lambda county, _: [county],
    reference.ReferenceMissing: lambda _, rules: [rules],
}
"""What is adopted at start where the county's own files leave a rule nothing to say."""


@pytest.fixture
def asking(settings, monkeypatch):
    """A service in which a refusal can be met."""
    monkeypatch.setattr(releasing, "PATIENCE", 0.1)

    def running(refusal):
        chosen = ADOPTED.get(refusal, lambda *all_: all_)
        definition = replace(DEFINITION, adopt=lambda *files: chosen(*DEFINITION.adopt(*files)))
        return TestClient(application(definition, settings), raise_server_exceptions=False)

    return running


@pytest.mark.parametrize("refusal", BY_FORM, ids=lambda refusal: refusal.__name__)
def test_by_form_it_is_a_problem_with_its_name(asking, refusal):
    with asking(refusal) as client:
        status, name, _ = problem(BY_FORM[refusal](client))
    assert (status, name) == (425 if issubclass(refusal, NotYet) else 409, refusal.__name__)


@pytest.mark.parametrize("refusal", BY_MESSAGE, ids=lambda refusal: refusal.__name__)
def test_by_message_it_is_a_receipt_with_its_name(asking, refusal):
    told, place = BY_MESSAGE[refusal]
    sent = message(**told)
    with asking(refusal) as client:
        if refusal is mother.MotherErased:
            of_an_erased_mother(client)
        first, log = send(client, sent), client.app.state.service.log
        before, again = log.head(), send(client, sent)
        assert log.head() == before
    status = "held" if issubclass(refusal, NotYet) else "rejected"
    for receipt in (first, again):
        reason = receipt["reason"]
        assert (receipt["status"], reason["name"], reason["pointer"]) == (status, refusal.__name__, place)
