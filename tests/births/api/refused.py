"""How to be refused by births: for each rule a form, or a few, the last of which it says no to."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from services.births import reactions
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
from services.births.projections import periods
from shared.kernel import Refusal
from tests.births.api import test_releases as releases
from tests.births.api.doors import CLERK, COUNTS, DOCUMENT, ERASES, FORM, post
from tests.births.api.test_certificates import issue, open_series, void
from tests.births.api.test_records import DECIDES, OTHER, ask, decide
from tests.births.api.test_watch import decide as decide_signal

MOTHER = FORM["mother"]
TOO_LATE = "2024-11-21T09:00:00+08:00"


def recorded(client, **other):
    return post(client, **other).json()["birth"]


def numbered(client):
    """A birth, whose unit has one certificate number."""
    open_series(client, last=1)
    return recorded(client)


def died(client, child, died_on):
    return client.post(f"/births/{child}/neonatal-death", json={"died_on": died_on}, headers=CLERK)


def reviewed(client, of, other, decision="confirm"):
    return client.post(f"/births/{of}/duplicates/{other}/{decision}", json={}, headers=CLERK)


def erased(client, document=DOCUMENT):
    return client.post("/persons/erase", json={"document": document}, headers=ERASES)


def report(client, kind, name):
    return client.get(f"/reports/{kind}", params={kind: name}, headers=COUNTS)


# Records


def of_a_void_birth(client):
    of, other = recorded(client), recorded(client, mother=MOTHER | {"document": "110101199001011235"})
    reviewed(client, of, other)
    return ask(client, other, sex="boy")


def of_an_erased_mother(client):
    recorded(client)
    erased(client)
    return post(client, sex="boy")


def decided_twice(client):
    child = recorded(client)
    asked = ask(client, child, sex="boy").json()["correction"]
    decide(client, child, asked)
    return decide(client, child, asked)


def decided_after_another(client):
    child = recorded(client)
    first, second = (ask(client, child, weight_grams=grams).json()["correction"] for grams in (3100, 3300))
    decide(client, child, first)
    return decide(client, child, second)


def approved_by_who_asked(client):
    child = recorded(client)
    return decide(client, child, ask(client, child, DECIDES, sex="boy").json()["correction"])


def still_but_died(client):
    child = recorded(client)
    died(client, child, "2024-11-05")
    return ask(client, child, vital="still")


def died_twice(client):
    child = recorded(client)
    died(client, child, "2024-11-05")
    return died(client, child, "2024-11-06")


def died_too_old(client):
    return died(client, recorded(client, born_at="2024-10-01T04:30:00+08:00"), "2024-11-05")


def with_another_document(client):
    return ask(client, recorded(client), mother=MOTHER | {"document": "110101199001011235"})


def duplicate_of_itself(client):
    child = recorded(client)
    return reviewed(client, child, child)


def erased_too_soon(client):
    recorded(client)
    return erased(client)


# Certificates


def issued_twice(client):
    child = numbered(client)
    issue(client, child)
    return issue(client, child)


def issued_beyond_the_last(client):
    issue(client, numbered(client))
    return issue(client, recorded(client, plurality=2, number=2))


def reissued_without_any(client):
    form = {"child": "王小明", "reason": "lost"}
    return client.post(f"/births/{numbered(client)}/certificate/reissue", json=form, headers=CLERK)


def numbers_of_others(client):
    open_series(client)
    return open_series(client, unit="county-hospital")


# Releases


def drafted(client, *, cleared=True, **other):
    """The births of a quarter, and its release prepared."""
    for township, number in releases.TOWNSHIPS.items():
        releases.born(client, township, number)
    assert releases.prepare(client, **other).status_code == 201
    return releases.clear(client) if cleared else None


def nearly_nothing_born(client):
    releases.born(client, "dayingxiang", 9)
    return releases.prepare(client)


def restated_too_soon(client):
    drafted(client)
    releases.publish(client)
    releases.born(client, "qinghezhen", 1)
    return releases.prepare(client)


def fault_left(client):
    drafted(client, cleared=False, books=releases.BOOKS[1:])
    return releases.clear(client)


def fault_made_up(client):
    drafted(client, cleared=False)
    fault = {"fault": "book_missing", "place": "county", "reason": "books_compared"}
    return releases.clear(client, fault)


def published_uncleared(client):
    drafted(client, cleared=False)
    return releases.publish(client)


def published_by_who_prepared(client):
    drafted(client)
    return releases.publish(client, headers=releases.STATISTICIAN)


def published_twice(client):
    drafted(client)
    releases.publish(client)
    return releases.publish(client)


def restated_first(client):
    drafted(client)
    return releases.restate(client)


def counted_by_a_view_that_stands_still(client):
    client.app.state.service.projector.stop()
    releases.born(client, "dayingxiang", 46)
    return releases.prepare(client)


BY_FORM: Mapping[type[Refusal], Callable] = {
    birth.InFuture: lambda client: post(client, born_at=TOO_LATE),
    birth.BornTooLongAgo: lambda client: post(client, born_at="2004-11-21T09:00:00+08:00"),
    birth.PluralityImpossible: lambda client: post(client, plurality=2, number=3),
    birth.Implausible: lambda client: post(client, weight_grams=9000),
    birth.NotALiveBirth: lambda client: issue(client, recorded(client, vital="still")),
    birth.UnknownBirth: lambda client: ask(client, OTHER, sex="boy"),
    birth.BirthVoid: of_a_void_birth,
    reactions.OutsideCalendar: lambda client: post(client, born_at="9999-12-31T23:59:00-08:00"),
    reference.UnknownFacility: lambda client: post(client, facility="nowhere"),
    reference.UnknownTownship: lambda client: post(client, township="nowhere"),
    reference.ReferenceMissing: post,
    policy.PolicyMissing: post,
    mother.MotherErased: of_an_erased_mother,
    mother.RetentionApplies: erased_too_soon,
    AnotherMother: with_another_document,
    correction.UnknownCorrection: lambda client: decide(client, recorded(client), OTHER),
    correction.CorrectionDecided: decided_twice,
    correction.CorrectionOutdated: decided_after_another,
    correction.ApproverIsRequester: approved_by_who_asked,
    correction.DeathOnRecord: still_but_died,
    neonatal_death.DiedBeforeBirth: lambda client: died(client, recorded(client), "2024-11-02"),
    neonatal_death.NotNeonatal: died_too_old,
    neonatal_death.DeathAlreadyRecorded: died_twice,
    duplicate.DuplicateOfItself: duplicate_of_itself,
    duplicate.UnknownDuplicate: lambda client: reviewed(client, recorded(client), OTHER),
    certificate.CertificateAlreadyIssued: issued_twice,
    certificate.UnknownCertificate: lambda client: void(client, recorded(client), "P000000001"),
    certificate.NoCertificate: reissued_without_any,
    series.SeriesExhausted: issued_beyond_the_last,
    series.UnknownUnit: lambda client: open_series(client, unit="nowhere"),
    series.NumbersTaken: numbers_of_others,
    series.NumbersImpossible: lambda client: open_series(client, first=3),
    release.PeriodNotOver: lambda client: releases.prepare(client, "2025Q1"),
    release.SuppressionWouldFail: nearly_nothing_born,
    release.ChangesTooFew: restated_too_soon,
    release.NothingPrepared: releases.publish,
    release.DataFaultsUncleared: published_uncleared,
    release.PublisherIsPreparer: published_by_who_prepared,
    release.AlreadyPublished: published_twice,
    release.NotPublished: restated_first,
    data_faults.FaultNotExplained: fault_left,
    data_faults.NoSuchFault: fault_made_up,
    FiguresNotReady: counted_by_a_view_that_stands_still,
    watch.NoSignal: lambda client: decide_signal(client, "dismiss", reason="late_notices"),
    watch.NotAMonday: lambda client: decide_signal(client, "reset", first="2024-10-15", reason="inspected"),
    periods.QuarterMalformed: lambda client: report(client, "quarter", "2025Q5"),
    periods.EndsBeforeItBegins: lambda client: client.get("/lag?from=2024-12&to=2024-11", headers=COUNTS),
    periods.YearMalformed: lambda client: report(client, "year", "25"),
}
"""What a form, or a question, is refused with."""
