"""What closing the registers finds: about how they are kept, never about anybody examined."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from services.pregnancy_tracking.domain.register_events import (
    Anomaly,
    DeviceDayClosed,
    ProcedureMonthClosed,
    ProcedureWeekClosed,
    Standing,
)
from services.pregnancy_tracking.domain.scan_register import SCAN_REGISTER
from shared.clock import COUNTY_TIME
from tests.pregnancy_tracking.review_scene import PROCEDURES, SCANS, close, entered, ready, scanned

MONDAY = datetime(2025, 6, 2, 9, tzinfo=COUNTY_TIME)
SCANS_2 = SCAN_REGISTER.id("county-hospital:us-2")
MAY, JUNE = date(2025, 5, 1), date(2025, 6, 1)


def at(day: int, hour: int = 9, minute: int = 0) -> datetime:
    return MONDAY + timedelta(days=day, hours=hour - 9, minutes=minute)


def closing(day: int) -> datetime:
    """The first morning on which a day is closed."""
    return at(day + 4)


def found(day: int, first: int, last: int, entries: int, *anomalies: Anomaly, **other) -> DeviceDayClosed:
    usual = {"facility": "county-hospital", "device": "us-1", "late": 0, "missing": 0}
    on = at(day).date()
    return DeviceDayClosed(
        day=on,
        first=first,
        last=last,
        entries=entries,
        anomalies=anomalies,
        kept_from=on - timedelta(31),
        **(usual | other),
    )


def days(cases, now: datetime):
    """What closing decides about devices, by case."""
    decision = cases.when(close(now)).decision()
    return {case_id: facts for case_id, facts in decision.items() if case_id.startswith("scan_register:")}


def test_a_day_is_closed_when_entries_have_had_their_time():
    one = {SCANS: [scanned(1, at(0)), scanned(2, at(0, 10))]}
    assert days(ready(one), closing(0) - timedelta(days=1)) == {}
    assert days(ready(one), closing(0)) == {SCANS: [found(0, 1, 2, 2)]}


def test_and_only_once():
    one = ready({SCANS: [scanned(1, at(0))]})
    one.happened(days(one, closing(0)))
    assert days(one, closing(9)) == {}


def test_an_entry_that_comes_after_closes_its_day_anew_and_the_next():
    kept = ready({SCANS: [scanned(1, at(0)), scanned(3, at(1))]})
    gap = found(1, 3, 3, 1, Anomaly.COUNTER_GAP, missing=1)
    assert days(kept, closing(1)) == {SCANS: [found(0, 1, 1, 1), gap]}
    kept.happened(days(kept, closing(1)))
    kept.happened({SCANS: [scanned(2, at(0, 10), late=True)]})
    assert days(kept, closing(1)) == {SCANS: [found(0, 1, 2, 2, late=1), found(1, 3, 3, 1)]}


def test_counters_that_were_skipped_show():
    within = {SCANS: [scanned(1, at(0)), scanned(4, at(0, 10))]}
    assert days(ready(within), closing(0)) == {SCANS: [found(0, 1, 4, 2, Anomaly.COUNTER_GAP, missing=2)]}


def test_a_counter_that_runs_backwards_shows():
    back = {SCANS: [scanned(7, at(0)), scanned(6, at(1))]}
    assert days(ready(back), closing(1))[SCANS][1] == found(1, 6, 6, 1, Anomaly.COUNTER_BACKWARDS)


def test_somebody_in_two_rooms_at_once_shows_on_both_devices():
    two = {
        SCANS: [scanned(1, at(0)), scanned(2, at(0, 11), operators=("chen", "wu"))],
        SCANS_2: [scanned(5, at(0, 9, 4), device="us-2", operators=("chen", "zhao"))],
    }
    both = Anomaly.OPERATOR_IN_TWO_ROOMS
    assert days(ready(two), closing(0)) == {
        SCANS: [found(0, 1, 2, 2, both)],
        SCANS_2: [found(0, 5, 5, 1, both, device="us-2")],
    }


def test_five_minutes_are_enough_to_change_rooms():
    two = {SCANS: [scanned(1, at(0))], SCANS_2: [scanned(5, at(0, 9, 5), device="us-2", operators=("chen", "zhao"))]}
    assert all(not fact.anomalies for [fact] in days(ready(two), closing(0)).values())


def test_a_roster_that_never_varies_shows_after_the_policys_days():
    same = ready({SCANS: [scanned(counter, at(counter - 1)) for counter in (1, 2, 3)]})
    assert days(same, closing(2)) == {
        SCANS: [found(0, 1, 1, 1), found(1, 2, 2, 1), found(2, 3, 3, 1, Anomaly.ROSTER_NEVER_VARIES)]
    }
    varied = {SCANS: [*(scanned(n, at(n - 1)) for n in (1, 2)), scanned(3, at(2), operators=("chen", "zhao"))]}
    assert not days(ready(varied), closing(2))[SCANS][2].anomalies


def test_work_during_a_suspension_shows():
    during = {SCANS: [scanned(1, at(0), while_suspended=True)]}
    assert days(ready(during), closing(0)) == {SCANS: [found(0, 1, 1, 1, Anomaly.WHILE_SUSPENDED)]}


def test_entries_of_long_ago_are_not_at_hand_any_more():
    old = ready({SCANS: [scanned(1, at(-40)), scanned(9, at(0))]})
    old.happened({SCANS: [found(-40, 1, 1, 1), found(0, 9, 9, 1)]})
    old.happened({SCANS: [scanned(10, at(1))]})
    assert days(old, closing(1)) == {SCANS: [found(1, 10, 10, 1)]}


def periods(cases, now: datetime):
    decision = cases.when(close(now)).decision()
    return decision.get(PROCEDURES, [])


def month(first: date, procedures: int | None = None) -> ProcedureMonthClosed:
    return ProcedureMonthClosed(facility="county-hospital", month=first, procedures=procedures, fewest_told=10)


def week(procedures: int, **other) -> ProcedureWeekClosed:
    return ProcedureWeekClosed(facility="county-hospital", week=MONDAY.date(), without_certificate=procedures, **other)


def test_the_last_month_is_told_of_every_facility_also_without_any_procedure():
    decision = ready().when(close(at(5))).decision()
    assert {case_id: [fact.procedures for fact in facts] for case_id, facts in decision.items()} == {
        "procedure_register:county-hospital": [None],
        "procedure_register:dayingxiang-hospital": [None],
    }
    assert decision[PROCEDURES] == [month(MAY)]


def test_a_month_is_told_once_when_it_is_over_and_again_when_an_entry_comes_after():
    kept = ready({PROCEDURES: [entered(Standing.CERTIFIED, at(n)) for n in range(12)]})
    assert month(JUNE, 12) not in periods(kept, datetime(2025, 7, 3, 9, tzinfo=COUNTY_TIME))
    over = datetime(2025, 7, 4, 9, tzinfo=COUNTY_TIME)
    assert periods(kept, over) == [month(JUNE, 12)]
    kept.happened({PROCEDURES: [month(JUNE, 12)]})
    assert periods(kept, over) == []
    kept.happened({PROCEDURES: [entered(Standing.EMERGENCY, at(14), late=True)]})
    assert periods(kept, over) == [month(JUNE, 13)]


def test_fewer_than_ten_are_told_as_that_and_one_more_of_them_not_at_all():
    over = datetime(2025, 7, 4, 9, tzinfo=COUNTY_TIME)
    kept = ready({PROCEDURES: [entered(Standing.CERTIFIED, at(n)) for n in range(8)]})
    assert periods(kept, over) == [month(JUNE)]
    kept.happened({PROCEDURES: [month(JUNE), entered(Standing.CERTIFIED, at(9), late=True)]})
    assert periods(kept, over) == []
    kept.happened({PROCEDURES: [entered(Standing.CERTIFIED, at(10), late=True)]})
    assert periods(kept, over) == [month(JUNE, 10)]


def test_of_a_week_only_procedures_without_their_certificate_are_told():
    standings = (Standing.MISSING, Standing.EMERGENCY, Standing.CERTIFIED, Standing.NOT_REQUIRED, Standing.MISSING)
    kept = ready({PROCEDURES: [month(MAY), *(entered(each, at(n)) for n, each in enumerate(standings))]})
    assert periods(kept, at(9)) == []
    assert periods(kept, at(10)) == [week(2)]
    kept.happened({PROCEDURES: [week(2)]})
    assert periods(kept, at(11)) == []
    kept.happened({PROCEDURES: [entered(at=at(6), late=True)]})
    assert periods(kept, at(12)) == [week(3)]


def test_of_a_week_it_is_told_what_was_done_without_a_licence_but_no_emergency():
    by = (Standing.CERTIFIED, Standing.NOT_REQUIRED, Standing.EMERGENCY)
    kept = ready({PROCEDURES: [month(MAY), *(entered(each, at(n), authorised=False) for n, each in enumerate(by))]})
    assert periods(kept, at(10)) == [week(0, unauthorised=2)]
    kept.happened({PROCEDURES: [week(0, unauthorised=2)]})
    assert periods(kept, at(11)) == []


def test_late_entries_are_told_when_they_are_not_few():
    kept = ready({PROCEDURES: [month(MAY), *(entered(Standing.CERTIFIED, at(0, 9, n), late=True) for n in range(9))]})
    assert periods(kept, at(10)) == []
    kept.happened({PROCEDURES: [entered(Standing.CERTIFIED, at(1), late=True)]})
    assert periods(kept, at(10)) == [week(0, late=10)]


def test_a_week_told_before_licences_were_counted_is_told_again_where_there_is_more():
    told = ready({PROCEDURES: [month(MAY), entered(at=at(0)), entered(at=at(1), authorised=False), week(2)]})
    assert periods(told, at(10)) == [week(2, unauthorised=1)]
