"""A woman of a test's own, and what can be asked and told about her, as usual but for what is named."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from httpx import Response

from tests.pregnancy_tracking import message_scene, neighbour_scene
from tests.pregnancy_tracking.asking import MIDWIFE, WHO, register, registered
from tests.pregnancy_tracking.conftest import Served

UNIT = {"unit": "dayingxiang-hospital"}
CERTIFIER, REVIEWER = ("hospital", "county-hospital", "care"), ("reviewer", "county-maternity", "review")
STAFF = ["dayingxiang-hospital-sonographer-1", "dayingxiang-hospital-nurse-1"]
NURSES = ["dayingxiang-hospital-nurse-1", "dayingxiang-hospital-nurse-2"]
SCAN = {
    "facility": "dayingxiang-hospital",
    "device": "dayingxiang-hospital-us-1",
    "counter": 1,
    "scanned_at": "2025-06-30T08:00:00+08:00",
    "operators": STAFF,
    "purpose": "dating",
}
PROCEDURE = {"facility": "dayingxiang-hospital", "performed_at": "2025-06-30T08:00:00+08:00", "emergency": True}
LOST = {"outcome": "loss", "ended_on": "2025-06-20"}


class Her:
    """A woman of a case's own, under care from when she is first asked for."""

    def __init__(self, served: Served, number: int) -> None:
        self.served, self.number = served, number
        self.who = WHO | {"document": f"33010219900{number:07}"}
        self.about = {"identity": self.who, "handbook": f"h-{number}"}
        self.told = 0
        self._pregnancy = ""

    @property
    def pregnancy(self) -> str:
        self._pregnancy = self._pregnancy or registered(self.served, **self.about)
        return self._pregnancy

    def post(self, path: str, who: tuple[str, ...] = MIDWIFE, **form: Any) -> Response:
        return self.served.ask("POST", f"/pregnancies/{self.pregnancy}/{path}", *who, json=form)

    def register(self, **other: Any) -> Response:
        return register(self.served, **(self.about | other))

    def erased(self) -> Her:
        """She, once her record was erased."""
        _ = self.pregnancy
        self.erase()
        return self

    def erase(self) -> Response:
        form = {"document": self.who["document"]}
        return self.served.ask("POST", "/persons/erase", "county_health", "", "erasure", json=form)

    def ended(self, **other: Any) -> Her:
        """She, once her pregnancy had ended."""
        assert self.post("end", **(LOST | other)).status_code == 201
        return self

    def scan(self, **other: Any) -> Response:
        who = ("hospital", "dayingxiang-hospital")
        return self.served.ask("POST", "/registers/scans", *who, json=SCAN | {"counter": self.number} | other)

    def review(self, **other: Any) -> Response:
        form = {"facility": "county-hospital", "gestation_weeks": 16, "ground": "social"}
        return self.served.ask("POST", "/reviews", *CERTIFIER, json=form | {"document": self.who["document"]} | other)

    def certified(self, *clinicians: str) -> str:
        """A review with the certificates of these."""
        review = self.review().json()["review"]
        assert [self.certify(review, each).status_code for each in clinicians] == [201] * len(clinicians)
        return str(review)

    def certify(self, review: str, clinician: str) -> Response:
        return self.served.ask("POST", f"/reviews/{review}/certificates", *CERTIFIER, clinician, json={})

    def decide(self, review: str, reviewer: str = "reviewer-1", **decision: Any) -> Response:
        return self.served.ask("POST", f"/reviews/{review}/decision", *REVIEWER, reviewer, json=decision)

    def decided(self) -> str:
        """A review that was approved."""
        review = self.certified("dr-li", "dr-chen")
        assert self.decide(review, certificate=f"c-{self.number}").status_code == 201
        return review

    def withdrawn(self) -> str:
        """A review that was withdrawn."""
        review = self.review().json()["review"]
        self.served.ask("POST", f"/reviews/{review}/withdrawal", *CERTIFIER, json={})
        return str(review)

    def linked(self) -> Her:
        """She, known by another document as well, both of one pregnancy."""
        assert self.post("links", other=self.again().pregnancy).status_code == 201
        return self

    def again(self, documents: int = 1, **other: Any) -> Her:
        """The same pregnancy under another of her documents."""
        same = Her(self.served, self.number + 500 * documents)
        same.about |= other
        return same

    def long_before(self) -> Her:
        """A pregnancy of years before, under another document."""
        return self.again(registered_on="2022-03-03", last_menstrual_period="2022-01-01")

    def transfer(self, **other: Any) -> Response:
        return self.post("transfers", **(neighbour_scene.ASKED | other))

    def moved(self) -> Her:
        """She, cared for in the neighbour county."""
        transfer = self.transfer().json()["transfer"]
        said = {"transfer": transfer, "answer": "accepted", "answered_on": "2025-06-30"}
        assert neighbour_scene.tell(self.served, f"m-{self.number}", "transfer_answer", said)["status"] == "accepted"
        return self

    def within(self) -> str:
        """A unit of the county is asked to take over her care."""
        return str(self.transfer(county="demo", unit="qinghezhen-hospital").json()["transfer"])

    def arriving(self) -> str:
        """The neighbour asks us to take over her care."""
        return neighbour_scene.received(self.served, f"t{self.number}", self.who)

    def answer(self, transfer: str, what: str, **form: Any) -> Response:
        return neighbour_scene.answer(self.served, transfer, what, **form)

    def tell(self, kind: str, data: Mapping[str, Any], personal: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """A department's message about her; its receipt."""
        self.told += 1
        hers = {"document": self.who["document"]} | (personal or {})
        return message_scene.tell(self.served, f"r-{self.number}-{self.told}", kind, dict(data), hers)
