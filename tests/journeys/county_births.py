"""What births says of the county year beside its counts: records corrected, the watch, faults of data, the report."""

from __future__ import annotations

import re
from typing import Any

from shared.access import Purpose, Role
from tests.journeys.conftest import Life
from tests.journeys.county_year import taken_in, true_totals


def corrected(life: Life, truth: dict[str, Any]) -> list[dict[str, Any]]:
    """What the records of births that were told wrongly say now, of what was wrong."""
    births = taken_in(life, "births", "birth-")
    found = []
    for each in truth["corrections"]["approved"]:
        path = f"/births/{births[each['birth']]}"
        record = life.services.ask("births", path, Role.AUDITOR, purpose=Purpose.AUDIT).json()
        found.append({name: record[name] for name in each["true"]})
    return found


def watched(life: Life) -> dict[tuple[str, str], dict[str, Any]]:
    """Every facility and township under watch, by kind and code."""
    rows = life.services.ask("births", "/watch", Role.STATISTICIAN, params={"limit": 1_000}).json()["rows"]
    return {(row["kind"], row["code"]): row for row in rows}


def clear_signal(life: Life, truth: dict[str, Any], facility: str) -> list[dict[str, Any]]:
    """Check the data of a facility's open signal, say that they are sound, and give the faults that were found.

    Its delivery book has the births that are true.
    """
    where = f"/watch/facility/{facility}"
    about = life.services.ask("births", f"{where}/faults", Role.STATISTICIAN).json()
    first, last = about["first"][:7], about["last"][:7]
    theirs = (cell for cell in truth["cells"] if cell["facility"] == facility)
    book = sum(cell["births"] for cell in theirs if first <= cell["month"] <= last)
    asked = {"params": {"book": book}}
    faults = list(life.services.ask("births", f"{where}/faults", Role.STATISTICIAN, **asked).json()["faults"])
    cleared = [{"fault": each["fault"], "place": each["place"], "reason": "source_confirmed"} for each in faults]
    form = {"json": {"book": book, "cleared": cleared}}
    life.services.ask("births", f"{where}/clear", Role.STATISTICIAN, method="POST", **form)
    return faults


def data_faults(life: Life, truth: dict[str, Any], period: str) -> set[tuple[str, str]]:
    """What is wrong with the data of a period's release, and where; delivery books have the births that are true."""
    births = {code: sum(sexes.values()) for code, sexes in true_totals(truth, "facility").items() if code != "home"}
    form = {"period": period, "books": [{"facility": code, "births": count} for code, count in births.items()]}
    life.services.ask("births", "/releases", Role.STATISTICIAN, method="POST", json=form)
    draft = life.services.ask("births", f"/releases/{period}/draft", Role.STATISTICIAN).json()
    return {(each["fault"], each["place"]) for each in draft["faults"]}


def beyond_limits(life: Life, year: str) -> list[str]:
    """Townships and facilities, as the county's yearly report names them, that lie beyond both limits of its funnel."""
    asked = {"year": year, "format": "html", "lang": "en"}
    page = life.services.ask("births", "/reports/year", Role.STATISTICIAN, params=asked).text
    rows = [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.DOTALL) for row in page.split("<tr>")]
    return [row[0] for row in rows if row and row[-1] == "beyond both limits"]
