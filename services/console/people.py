"""Synthetic women: made up from a seed, and recognisably nobody's."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from shared.contracts.departments import Person

PROVINCE = "9901"
"""No province has the code 99 (GB/T 2260), so no such document was ever issued."""
SEQUENCES = 1_000
"""Of documents of one county and date of birth; beyond them comes another county."""
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECKS = "10X98765432"
"""Check character of a resident identity number: GB 11643-1999 (ISO 7064, MOD 11-2)."""
SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗"
GIVEN = "芳娜敏静丽艳娟霞秀兰玲桂英梅莉红雪琴云莲慧洁燕萍"
YOUNGEST, OLDEST = 21 * 365, 39 * 365
"""Days of age at the beginning of the pregnancy."""


@dataclass(frozen=True)
class Woman:
    """Who she is, as she tells the hospital."""

    document: str
    name: str
    phone: str
    address: str
    village: str


def make_woman(random: Random, number: int, village: str, village_name: str, pregnant_since: date) -> Woman:
    """One woman; `number` (0 to 49 499) makes her document and phone her own."""
    born_on = pregnant_since - timedelta(days=random.randint(YOUNGEST, OLDEST))
    name = random.choice(SURNAMES) + "".join(random.sample(GIVEN, random.choice((1, 2, 2))))
    return Woman(
        document=document_number(born_on, number * 2),
        name=name,
        phone=f"199{number:08}",
        address=f"{village_name}{random.randint(1, 12)}组{random.randint(1, 60)}号",
        village=village,
    )


def person_of(woman: Woman) -> Person:
    """What she tells about herself, as a department passes it on."""
    return Person(document=woman.document, name=woman.name, phone=woman.phone, address=woman.address)


def document_number(born_on: date, sequence: int) -> str:
    """A resident identity number: county, date of birth, sequence (even for women), check character."""
    county, sequence = divmod(sequence, SEQUENCES)
    digits = f"{PROVINCE}{county + 1:02}{born_on:%Y%m%d}{sequence:03}"
    return digits + CHECKS[sum(weight * int(digit) for weight, digit in zip(WEIGHTS, digits, strict=True)) % 11]
