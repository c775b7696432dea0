"""Synthetic births of a county: commands and facts as departments would cause them, the same for the same seed."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from random import Random
from typing import Any

from services.births.domain.birth import BIRTH
from services.births.domain.commands import RecordBirth
from services.births.domain.events import BirthNoted, BirthRecorded
from services.births.domain.mother import MOTHER
from services.births.domain.particulars import Sex, Vital
from shared.clock import COUNTY_TIME
from shared.kernel import Fact
from shared.sealed import Sealed

FACILITIES = ("county-hospital", "county-maternity", "dayingxiang-hospital", "qinghezhen-hospital", "home")
TOWNSHIPS = ("dayingxiang", "qinghezhen", "nanshanxiang")
IDENTITY = {"name": "张秀兰", "phone": "19900000000", "address": "东营村3组12号"}
"""Who tells nothing of herself but the number of her document."""
BEGAN = datetime(2015, 1, 1, tzinfo=COUNTY_TIME)
DECADE = 3650 * 24 * 60
"""Minutes."""
BOX = 210
"""Bytes of a sealed identity: document, name, phone, address; nonce and tag."""


def told(random: Random) -> dict[str, Any]:
    """A birth as it is told, without ids and without who the mother is."""
    return {
        "facility": random.choice(FACILITIES),
        "township": random.choice(TOWNSHIPS),
        "born_at": BEGAN + timedelta(minutes=random.randrange(DECADE)),
        "vital": Vital.STILL if random.random() < 0.006 else Vital.LIVE,
        "sex": Sex.BOY if random.random() < 105 / 205 else Sex.GIRL,
        "weight_grams": round(random.gauss(3250, 450)),
        "gestation_weeks": min(42, max(28, round(random.gauss(39, 1.6)))),
        "plurality": 1,
        "number": 1,
        "birth_order": random.choices((1, 2, 3, 4), (56, 34, 8, 2))[0],
    }


def sealed(random: Random, field: str) -> Sealed:
    """A sealed value as large as a real one."""
    box = urlsafe_b64encode(random.randbytes(BOX)).decode()
    return Sealed.model_construct(key=f"{random.getrandbits(128):032x}", field=field, box=box)


def person(random: Random) -> str:
    """A care pseudonym."""
    return "".join(random.choices("abcdefghijklmnopqrstuvwxyz234567", k=26))


def commands(random: Random, count: int) -> Iterator[RecordBirth]:
    """Births to be recorded, each of another mother: two facts each."""
    for _ in range(count):
        number = f"{random.getrandbits(160):040x}"
        yield RecordBirth(
            command_id=f"message:{number}",
            actor="department:county-hospital",
            at=datetime.now(COUNTY_TIME),
            correlation_id=number[:32],
            causation_id=number[:32],
            birth=number[:32],
            person=person(random),
            mother=sealed(random, "mother"),
            **told(random),
        )


def history(random: Random) -> list[tuple[str, Sequence[Fact]]]:
    """What a birth leaves in the log: facts by case."""
    birth, mother, about = f"{random.getrandbits(128):032x}", person(random), told(random)
    recorded = BirthRecorded.model_construct(
        birth=birth, person=mother, mother=sealed(random, "mother"), pregnancy=None, **about
    )
    noted = BirthNoted.model_construct(birth=birth, born_on=about["born_at"].date(), number=1)
    return [(BIRTH.id(birth), [recorded]), (MOTHER.id(mother), [noted])]
