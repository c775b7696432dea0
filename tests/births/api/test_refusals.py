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
from tests.births.api import refused
from tests.births.api import test_releases as releases
from tests.births.api.doors import COUNTS, message, post, problem, send
from tests.births.api.test_certificates import issue, open_series, void
from tests.births.api.test_records import OTHER, ask, decide
from tests.births.api.test_watch import decide as decide_signal

BY_FORM = {
    birth.InFuture: lambda client: post(client, born_at=refused.TOO_LATE),
    birth.BornTooLongAgo: lambda client: post(client, born_at="2004-11-21T09:00:00+08:00"),
    birth.PluralityImpossible: lambda client: post(client, plurality=2, number=3),
    birth.Implausible: lambda client: post(client, weight_grams=9000),
    birth.NotALiveBirth: lambda client: issue(client, refused.recorded(client, vital="still")),
    birth.UnknownBirth: lambda client: ask(client, OTHER, sex="boy"),
    birth.BirthVoid: refused.of_a_void_birth,
    reactions.OutsideCalendar: lambda client: post(client, born_at="9999-12-31T23:59:00-08:00"),
    reference.UnknownFacility: lambda client: post(client, facility="nowhere"),
    reference.UnknownTownship: lambda client: post(client, township="nowhere"),
    reference.ReferenceMissing: post,
    policy.PolicyMissing: post,
    mother.MotherErased: refused.of_an_erased_mother,
    mother.RetentionApplies: refused.erased_too_soon,
    AnotherMother: refused.with_another_document,
    correction.UnknownCorrection: lambda client: decide(client, refused.recorded(client), OTHER),
    correction.CorrectionDecided: refused.decided_twice,
    correction.CorrectionOutdated: refused.decided_after_another,
    correction.ApproverIsRequester: refused.approved_by_who_asked,
    correction.DeathOnRecord: refused.still_but_died,
    neonatal_death.DiedBeforeBirth: lambda client: refused.died(client, refused.recorded(client), "2024-11-02"),
    neonatal_death.NotNeonatal: refused.died_too_old,
    neonatal_death.DeathAlreadyRecorded: refused.died_twice,
    duplicate.DuplicateOfItself: refused.duplicate_of_itself,
    duplicate.UnknownDuplicate: lambda client: refused.reviewed(client, refused.recorded(client), OTHER),
    certificate.CertificateAlreadyIssued: refused.issued_twice,
    certificate.UnknownCertificate: lambda client: void(client, refused.recorded(client), "P000000001"),
    certificate.NoCertificate: refused.reissued_without_any,
    series.SeriesExhausted: refused.issued_beyond_the_last,
    series.UnknownUnit: lambda client: open_series(client, unit="nowhere"),
    series.NumbersTaken: refused.numbers_of_others,
    series.NumbersImpossible: lambda client: open_series(client, first=3),
    release.PeriodNotOver: lambda client: releases.prepare(client, "2025Q1"),
    release.SuppressionWouldFail: refused.nearly_nothing_born,
    release.ChangesTooFew: refused.restated_too_soon,
    release.NothingPrepared: releases.publish,
    release.DataFaultsUncleared: refused.published_uncleared,
    release.PublisherIsPreparer: refused.published_by_who_prepared,
    release.AlreadyPublished: refused.published_twice,
    release.NotPublished: refused.restated_first,
    data_faults.FaultNotExplained: refused.fault_left,
    data_faults.NoSuchFault: refused.fault_made_up,
    FiguresNotReady: refused.counted_by_a_view_that_stands_still,
    watch.NoSignal: lambda client: decide_signal(client, "dismiss", reason="late_notices"),
    watch.NotAMonday: lambda client: decide_signal(client, "reset", first="2024-10-15", reason="inspected"),
    periods.QuarterMalformed: lambda client: refused.report(client, "quarter", "2025Q5"),
    periods.EndsBeforeItBegins: lambda client: client.get("/lag?from=2024-12&to=2024-11", headers=COUNTS),
    periods.YearMalformed: lambda client: refused.report(client, "year", "25"),
}
"""What a form, or a question, is refused with."""
ELSEWHERE = {
    release.DifferencingRevealsCell: (
        releases.test_what_quarters_made_public_meanwhile_leave_of_the_year_is_not_published
    ),
    release.ReleasedMeanwhile: releases.test_a_check_from_before_another_release_does_not_count,
}
"""By a form as well, each with a test of its own: they take a year of births, or two releases at once."""
BY_MESSAGE = {
    birth.InFuture: ({"born_at": refused.TOO_LATE}, "/data/born_at"),
    birth.BornTooLongAgo: ({"born_at": "2004-11-21T09:00:00+08:00"}, "/data/born_at"),
    birth.PluralityImpossible: ({"plurality": 2, "number": 3}, "/data/number"),
    birth.Implausible: ({"weight_grams": 6500}, "/data/weight_grams"),
    reactions.OutsideCalendar: ({"born_at": "9999-12-31T23:59:00-08:00"}, "/data/born_at"),
    reactions.DocumentUnreadable: ({"mother": refused.MOTHER | {"document": "------"}}, "/data/personal/document"),
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
    policy.PolicyVersionReused: "of the service's own files, as that",
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

    def running(refusal):
        if refusal is FiguresNotReady:
            monkeypatch.setattr(releasing, "PATIENCE", 0.1)
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
            refused.of_an_erased_mother(client)
        first, log = send(client, sent), client.app.state.service.log
        before, again = log.head(), send(client, sent)
        assert log.head() == before
    status = "held" if issubclass(refusal, NotYet) else "rejected"
    for receipt in (first, again):
        reason = receipt["reason"]
        assert (receipt["status"], reason["name"], reason["pointer"]) == (status, refusal.__name__, place)
