"""How to be refused by births where it takes more than one form: the last of them a rule says no to."""

from __future__ import annotations

from tests.births.api import test_releases as releases
from tests.births.api.doors import CLERK, COUNTS, DOCUMENT, ERASES, FORM, post
from tests.births.api.test_certificates import issue, open_series
from tests.births.api.test_records import DECIDES, ask, decide

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
    prepared = releases.prepare(client, **other)
    assert prepared.status_code == 201, prepared.text
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
