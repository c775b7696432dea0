"""The view of published releases: every edition, and every row it prints, on both stores."""

from __future__ import annotations

import json

from services.births.projections.releases import Releases, Wanted, document_of, edition_of, editions, rows_of
from tests.births.release_scene import cells, cleared, prepared, published, restated


def test_what_is_public_is_listed_and_what_is_prepared_is_not(append, projector):
    append({"release:2024Q4": [prepared(), cleared(), published(), prepared(edition=2), restated()]})
    append({"released:2024": [cells(), cells(edition=2)]})
    with projector().engine(Releases.name).connect() as db:
        listed = [(row.edition, row.reason) for row in db.execute(editions(Wanted(year=2024)))]
        newest = [row.edition for row in db.execute(editions(Wanted(newest=True)))]
        assert (listed, newest) == ([(2, "corrections"), (1, None)], [2])
        assert db.execute(editions(Wanted(year=2025))).all() == []
        assert edition_of(db, "2024Q4").edition == 2
        assert edition_of(db, "2024Q4", 3) is None
        assert json.loads(edition_of(db, "2024Q4", 1).document) == document_of(published())
        shown = [(row.axis, row.areas, row.births, row.ratio) for row in db.execute(rows_of("2024Q4", 1))]
    assert shown == [("county", "", 250, 104.9), ("township", "hekou", 46, None), ("facility", "home", None, None)]
