"""Two women as departments tell of them: messages of each kind, for journeys that need few."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from services.console.people import Woman
from shared.clock import COUNTY_TIME
from shared.contracts.departments import (
    AntenatalVisit,
    Birth,
    ContactPreference,
    HomeVisit,
    Person,
    Registration,
    Sex,
    Visited,
    Vital,
)
from shared.kernel import Value
from tests.journeys.conftest import Life
from tests.journeys.office import Office

HER = Woman("99010119930317004X", "金丝雀甲", "19912345678", "金丝雀巷77号", "dayingxiang-dongying")
OTHER = Woman("990101199505060123", "欧阳常在", "19987654321", "常在街5号", "dayingxiang-dongying")
HOSPITAL, COUNTY_HOSPITAL, CLINIC = "dayingxiang-hospital", "county-hospital", "dayingxiang-dongying-clinic"
CARE, BIRTHS = "pregnancy_tracking", "births"
REGISTERED_ON, LAST_PERIOD, BORN_ON = date(2024, 3, 4), date(2024, 1, 1), date(2024, 10, 5)
WEIGHT = 63.8142
REGISTRATION: Mapping[str, Any] = {
    "registered_on": REGISTERED_ON,
    "last_menstrual_period": LAST_PERIOD,
    "township": "dayingxiang",
    "village": "dayingxiang-dongying",
    "township_post": "dayingxiang-midwife",
    "village_post": "dayingxiang-dongying-doctor",
    "contact_preference": ContactPreference.PHONE,
    "consents_to_care": True,
}
BORN: Mapping[str, Any] = {
    "facility": COUNTY_HOSPITAL,
    "township": "dayingxiang",
    "vital": Vital.LIVE,
    "sex": Sex.GIRL,
    "birth_order": 1,
    "born_at": datetime(2024, 10, 5, 4, tzinfo=COUNTY_TIME),
}


def person(woman: Woman) -> Person:
    """What she tells about herself."""
    return Person(document=woman.document, name=woman.name, phone=woman.phone, address=woman.address)


def identity(woman: Woman) -> dict[str, str]:
    """The same, as it is shown to those who may read it."""
    return {"document": woman.document, "name": woman.name, "phone": woman.phone, "address": woman.address}


def visited(woman: Woman) -> Visited:
    """Whose visit it was, and one observation."""
    return Visited(document=woman.document, observations={"weight_kg": WEIGHT})


class Telling:
    """What departments tell of women, and the receipts they got; hospitals tell by broker, the clinic by HTTP."""

    def __init__(self, life: Life) -> None:
        self.life = life
        self.receipts: list[dict[str, Any]] = []
        self.bodies: dict[str, bytes] = {}

    def registration(self, woman: Woman, name: str, **other: Any) -> None:
        data = {**REGISTRATION, "handbook": f"book-{name}", **other}
        self._tell(Office(self.life, HOSPITAL, CARE), f"registration-{name}", Registration, person(woman), data)

    def visit(self, woman: Woman, name: str, visited_on: date = REGISTERED_ON) -> None:
        data = {"visited_on": visited_on, "unit": HOSPITAL}
        self._tell(Office(self.life, HOSPITAL, CARE), f"visit-{name}", AntenatalVisit, visited(woman), data)

    def home_visit(self, woman: Woman, name: str, visited_on: date) -> None:
        data = {"visited_on": visited_on, "unit": CLINIC}
        self._tell(Office(self.life, CLINIC, CARE), f"home-{name}", HomeVisit, visited(woman), data)

    def birth(self, woman: Woman, name: str, **other: Any) -> None:
        office = Office(self.life, COUNTY_HOSPITAL, BIRTHS)
        self._tell(office, f"birth-{name}", Birth, person(woman), {**BORN, **other})

    def again(self, message: str, department: str, service: str) -> dict[str, Any]:
        """Send the same bytes again; the receipt."""
        return self._send(Office(self.life, department, service), self.bodies[message])

    def first(self, message: str) -> dict[str, Any]:
        """The first receipt of a message."""
        return next(receipt for receipt in self.receipts if receipt["id"] == message)

    def case(self, message: str) -> str:
        """The key of the one case that a message wrote to."""
        [case] = self.first(message)["results"]
        return str(case).partition(":")[2]

    def _tell(self, office: Office, message: str, contract: Any, personal: Value, data: Mapping[str, Any]) -> None:
        self.bodies[message] = office.write(message, contract, personal, **data)
        self._send(office, self.bodies[message])

    def _send(self, office: Office, body: bytes) -> dict[str, Any]:
        by_http = office.department == CLINIC
        receipt = office.tell(body) if by_http else office.send(body).model_dump(mode="json")
        self.receipts.append(receipt)
        return receipt
