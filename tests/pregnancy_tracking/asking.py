"""How tests ask pregnancy_tracking over HTTP, as usual but for what is named."""

from __future__ import annotations

WHO = {"document": "330102199001011234", "name": "王秀英", "phone": "13800000000", "address": "东营村3组12号"}
FORM = {
    "identity": WHO,
    "registered_on": "2025-03-03",
    "last_menstrual_period": "2025-01-01",
    "township": "dayingxiang",
    "village": "dayingxiang-dongying",
    "township_post": "dayingxiang-midwife",
    "village_post": "dayingxiang-dongying-doctor",
    "contact_preference": "phone",
    "handbook": "h1",
    "consents_to_care": True,
}
SEEN = {
    "kind": "antenatal",
    "visited_on": "2025-04-07",
    "unit": "dayingxiang-hospital",
    "observations": {"weight_kg": 54.5, "systolic_mmhg": 112},
}
MIDWIFE = ("midwife", "dayingxiang-hospital")


def register(served, who=MIDWIFE, **other):
    return served.ask("POST", "/pregnancies", *who, json=FORM | other)


def registered(served, **other):
    answer = register(served, **other)
    assert answer.status_code == 201, answer.text
    return answer.json()["pregnancy"]


def visit(served, pregnancy, who=MIDWIFE, **other):
    return served.ask("POST", f"/pregnancies/{pregnancy}/visits", *who, json=SEEN | other)


def timeline(served, pregnancy, who=MIDWIFE, purpose="care", **params):
    path = f"/pregnancies/{pregnancy}/timeline"
    return served.ask("GET", path, who[0], who[1], purpose, *who[2:], params=params)


def course(answer):
    """The entries of a timeline without what was owed her."""
    return [entry for entry in answer.json()["entries"] if not entry["kind"].startswith("Duty")]


def refusal(answer):
    about = answer.json()
    return answer.status_code, about["refusal"], about.get("pointer", "")
