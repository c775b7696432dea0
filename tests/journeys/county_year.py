"""Compares what a deployment says of the county year with the truth its generator wrote beside it."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import Any

from services.console.timelines import WHOLE
from shared.access import Purpose, Role
from shared.contracts.cloudevents import decode
from shared.messaging.transport import BODY, Streams
from tests.journeys.conftest import Life

Cells = dict[tuple[str, ...], int]
WHERE = ("month", "township", "facility")


def truth_of(life: Life) -> dict[str, Any]:
    """The truth of a deployment's scenario."""
    return dict(json.loads(life.deployment.truth.read_text()))


def true_cells(truth: dict[str, Any]) -> Cells:
    """Live births by month, township, facility, birth order and sex."""
    names = (*WHERE, "birth_order", "sex")
    return {tuple(cell[name] for name in names): cell["births"] for cell in truth["cells"]}


def counted_cells(life: Life, truth: dict[str, Any]) -> Cells:
    """The same as births counts them, in every month, township and facility that has any in truth."""
    found: Cells = {}
    for month, township, facility in sorted({tuple(cell[name] for name in WHERE) for cell in truth["cells"]}):
        counted = counts(life, **{"from": month, "to": month, "township": township, "facility": facility})
        for order, cell in counted["by_birth_order"].items():
            for sex in ("boy", "girl"):
                if births := cell[f"{sex}s"]:
                    found[month, township, facility, order, sex] = births
    return found


def counts(life: Life, **filters: str) -> dict[str, Any]:
    """Live births as the sex ratio counts them."""
    return dict(life.services.ask("births", "/sex-ratio", Role.STATISTICIAN, params=filters).json())


def true_totals(truth: dict[str, Any], by: str) -> dict[str, dict[str, int]]:
    """Boys and girls of each township, or of each facility."""
    totals: defaultdict[str, dict[str, int]] = defaultdict(lambda: {"boys": 0, "girls": 0})
    for cell in truth["cells"]:
        totals[cell[by]][f"{cell['sex']}s"] += cell["births"]
    return dict(totals)


def reviews(life: Life) -> dict[str, int]:
    """How many possible duplicates there are, by what was decided of them."""
    states = ("open", "confirmed", "dismissed")
    asked = {state: {"review": state, "limit": 1} for state in states}
    return {state: _listed(life, "/duplicates", asked[state])["total"] for state in states}


def issuance(life: Life) -> dict[str, Any]:
    """Live births and valid certificates."""
    return dict(life.services.ask("births", "/issuance", Role.STATISTICIAN).json())


def indicators(life: Life) -> dict[str, int]:
    """How many of the year's births each indicator counts."""
    asked = {"from": "2024-10", "to": "2025-09"}
    rows = life.services.ask("births", "/indicators", Role.STATISTICIAN, params=asked).json()["rows"]
    return {row["indicator"]: row["count"] for row in rows}


def true_indicators(truth: dict[str, Any]) -> dict[str, int]:
    """The same in truth."""
    return {
        "certified": truth["certificates"]["valid"],
        "hospital": truth["births"] - truth["home_births"],
        "stillbirths": truth["stillbirths"],
        "neonatal": len(truth["neonatal_deaths"]),
        "maternal": truth["care"]["maternal_deaths"] if "care" in truth else 0,
    }


def late(life: Life, truth: dict[str, Any]) -> dict[str, dict[str, int]]:
    """Births registered late, by township and sex, where there are any."""
    found = {}
    for township in true_totals(truth, "township"):
        asked = {"from": "2024-10", "to": "2025-09", "township": township}
        told = life.services.ask("births", "/lag", Role.STATISTICIAN, params=asked).json()["late"]
        if any(told.values()):
            found[township] = {"boy": told["boys"], "girl": told["girls"]}
    return found


def device_days(life: Life) -> dict[tuple[str, ...], dict[str, Any]]:
    """Every device-day as the register's integrity shows it, its anomalies sorted, by facility, device and day."""
    found: list[dict[str, Any]] = []
    total = 1
    while len(found) < total:
        asked = {"since": "2024-01-01", "until": "2026-01-31", "limit": 1_000, "offset": len(found)}
        page = life.services.ask("pregnancy_tracking", "/registers/integrity", Role.AUDITOR, params=asked).json()
        found, total = [*found, *page["rows"]], page["total"]
    return _by_day(day | {"anomalies": sorted(day["anomalies"])} for day in found)


def true_device_days(truth: dict[str, Any]) -> dict[tuple[str, ...], dict[str, Any]]:
    """The same in truth."""
    return _by_day(truth["care"]["device_days"])


def uncertified(life: Life) -> dict[tuple[str, str], int]:
    """Procedures without the certificate they needed, by facility and week, where there were any."""
    asked = {"since": "2024-01-01", "until": "2026-01-31"}
    asked |= {"anomalies": "true", "limit": "10000"}
    page = life.services.ask("pregnancy_tracking", "/registers/procedures", Role.AUDITOR, params=asked).json()
    weeks = (row for row in page["rows"] if row["period"] == "week" and row["without_certificate"])
    return {(row["facility"], row["begins"]): row["without_certificate"] for row in weeks}


def decided_reviews(life: Life) -> dict[str, dict[str, Any]]:
    """What became of each review, by its id, whether silence approved it and whether it rose to the superior."""
    found: dict[str, dict[str, Any]] = {}
    total = 1
    while len(found) < total:
        asked = {"params": {"offset": len(found), "limit": 1_000}, "purpose": Purpose.REVIEW}
        page = life.services.ask("pregnancy_tracking", "/reviews", Role.REVIEWER, **asked).json()
        total = page["total"]
        for row in page["rows"]:
            silence = str(row["detail"]).startswith("time-limit:")
            about = {"status": row["status"], "silence": silence, "escalated": bool(row["escalated"])}
            found[row["review"]] = about
    return found


def true_reviews(life: Life, truth: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The same in truth: silence is overdue before it approves. What was withdrawn is erased, shown to nobody."""
    known = answers(life)
    reviewed = [each for each in truth["care"]["terminations"] if each["review"] and each["path"] != "withdrawn"]
    return {
        known[each["review"]]: {
            "status": each["status"],
            "silence": each["by_time_limit"],
            "escalated": each["by_time_limit"],
        }
        for each in reviewed
    }


def registered(life: Life) -> int:
    """Pregnancies registered in the county."""
    page = life.services.ask("pregnancy_tracking", "/pregnancies", Role.STATISTICIAN).json()
    return sum(each["registered"] for each in page["rows"])


def pregnancies(life: Life) -> dict[str, str]:
    """The pregnancy each registration was taken in as, by message."""
    return taken_in(life, "pregnancy_tracking", "registration-")


def taken_in(life: Life, service: str, prefix: str) -> dict[str, str]:
    """The key of the first case that messages were taken in as, by message, as the receipts say on the broker."""
    streams, broker = Streams(life.deployment.county), life.redis()
    found: dict[str, str] = {}
    for key in broker.scan_iter(streams.channel(service, "receipts.*"), count=1_000):
        for _, fields in broker.xrange(key):
            receipt = decode(fields[BODY]).data
            if receipt["id"].startswith(prefix) and receipt.get("results"):
                found[receipt["id"]] = receipt["results"][0].partition(":")[2]
    return found


def timeline(life: Life, pregnancy: str) -> dict[str, list[str]]:
    """The days of a pregnancy's entries, in order, by their kind."""
    path = f"/pregnancies/{pregnancy}/timeline"
    found: defaultdict[str, list[str]] = defaultdict(list)
    asked = {"purpose": Purpose.AUDIT, "params": {"limit": WHOLE}}
    for entry in life.services.ask("pregnancy_tracking", path, Role.AUDITOR, **asked).json()["entries"]:
        found[entry["kind"]].append(entry["occurred_at"])
    return found


def answers(life: Life) -> dict[str, str]:
    """What the acts of the scenario were answered, by act."""
    lines = (life.deployment.home / "scenario" / "answers.tsv").read_text().splitlines()
    return dict(line.split("\t", 1) for line in lines)


def _by_day(days: Iterable[dict[str, Any]]) -> dict[tuple[str, ...], dict[str, Any]]:
    return {(day["facility"], day["device"], day["day"]): day for day in days}


def _listed(life: Life, path: str, params: dict[str, Any]) -> dict[str, Any]:
    return dict(life.services.ask("births", path, Role.COUNTY_HEALTH, params=params).json())


def transfers(life: Life) -> Counter[tuple[str, str]]:
    """Transfers by the unit asked and what became of them."""
    asked = {"limit": 1_000}
    page = life.services.ask("pregnancy_tracking", "/transfers", Role.COUNTY_HEALTH, params=asked).json()
    assert page["total"] == len(page["rows"])
    return Counter((row["unit"], row["status"]) for row in page["rows"])


def true_transfers(truth: dict[str, Any]) -> Counter[tuple[str, str]]:
    """The same in truth."""
    return Counter((each["to"], each["status"]) for each in truth["care"]["transfers"])


def coverage(life: Life, truth: dict[str, Any]) -> dict[str, dict[str, int]]:
    """How far care reaches, as each township's own midwife sees it: small numbers are told to nobody else."""
    found: dict[str, dict[str, int]] = {}
    for township, had in truth["care"]["coverage"].items():
        where = {"since": "2024-10-01", "until": "2026-01-31", "township": township}
        asked = {"params": where, "units": (f"{township}-hospital",)}
        answer = life.request("pregnancy_tracking", "/coverage", Role.MIDWIFE, **asked)
        [row] = answer.json()["rows"]
        found[township] = {share: row[share] for share in had}
    return found


def lapsed_contacts(life: Life, truth: dict[str, Any]) -> set[tuple[str, str]]:
    """Antenatal contacts that lapsed, by pregnancy, as the due lists of the townships' midwives show them."""
    found: set[tuple[str, str]] = set()
    for township in truth["care"]["coverage"]:
        unit = f"{township}-hospital"
        asked = {"params": {"unit": unit, "state": "lapsed", "limit": 1_000}, "units": (unit,)}
        page = life.request("pregnancy_tracking", "/duties", Role.MIDWIFE, **asked).json()
        assert page["total"] == len(page["rows"])
        rows = (row for row in page["rows"] if row["kind"] == "antenatal")
        found |= {(row["pregnancy"], row["duty"].partition("@")[0]) for row in rows}
    return found


def true_lapsed_contacts(life: Life, truth: dict[str, Any]) -> set[tuple[str, str]]:
    """The same in truth."""
    told = pregnancies(life)
    return {
        (told[each["registration"]], duty)
        for each in (*truth["care"]["pregnancies"], *truth["care"]["ended_otherwise"])
        for duty, what in each["duties"].items()
        if what == "lapsed" and duty.startswith("antenatal-")
    }


def said(life: Life, service: str, channel: str) -> list[dict[str, Any]]:
    """What was said on a channel, as it lies on the broker."""
    entries = life.redis().xrange(Streams(life.deployment.county).channel(service, channel))
    return [decode(fields[BODY]).data for _, fields in entries]
