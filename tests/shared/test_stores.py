"""Areas: apart from one another, made when first used, gone when dropped."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from shared.stores import Stores, reachable


def test_areas_are_apart_and_can_be_dropped(stores):
    for area in ("journal", "view_timeline_1"):
        with stores.engine(area).begin() as db:
            db.execute(text("CREATE TABLE things (n INTEGER)"))
            db.execute(text("INSERT INTO things VALUES (1)"))
    assert {"journal", "view_timeline_1"} <= set(stores.areas())
    stores.drop("view_timeline_1")
    assert "view_timeline_1" not in stores.areas()
    with stores.engine("journal").connect() as db:
        assert db.execute(text("SELECT n FROM things")).scalar() == 1


def test_dropping_what_is_not_there_is_nothing(stores):
    stores.drop("view_never_1")


@pytest.mark.parametrize("area", ["Journal", "a b", '"; DROP', "", "../keys"])
def test_a_name_that_is_not_plain_is_no_area(stores, area):
    with pytest.raises(ValueError, match="not the name of an area"):
        stores.engine(area)


def test_commits_reach_the_disk(stores):
    with stores.engine("journal").connect() as db:
        if stores.is_postgres:
            assert db.execute(text("SHOW synchronous_commit")).scalar() == "on"
        else:
            assert db.execute(text("PRAGMA synchronous")).scalar() == 2
            assert db.execute(text("PRAGMA journal_mode")).scalar() == "wal"


def test_each_service_has_its_own_place(tmp_path, postgres_server):
    for store in (str(tmp_path), postgres_server):
        births, tracking = (Stores.open(store, name, "testcounty") for name in ("births", "pregnancy_tracking"))
        with births.engine("journal").begin() as db:
            db.execute(text("CREATE TABLE IF NOT EXISTS mine (n INTEGER)"))
        reachable(tracking.engine("keys"))
        assert "journal" not in tracking.areas()
        births.close()
        tracking.close()
