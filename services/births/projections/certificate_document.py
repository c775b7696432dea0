"""A certificate as a printable PDF; the Chinese font is part of it, so that it reads the same everywhere."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from services.births.domain.reference import County, Facility, Township
from services.births.projections.printing import printed

TEMPLATE = Path(__file__).with_name("certificate.typ")
SEX = {"boy": "男 Male", "girl": "女 Female"}
UNKNOWN = "—"


def pdf(certificate: Mapping[str, Any], county: County) -> bytes:
    """The document of a certificate's record: the same bytes whenever it is printed. Who was erased is not named."""
    return printed(
        TEMPLATE,
        {
            "certificate": certificate["certificate"],
            "void": certificate["state"] == "void",
            "issued_on": certificate["issued_on"],
            "code": certificate["code"],
            "issuer": _named(certificate["unit"], county.facilities),
            "rows": _rows(certificate, county),
        },
    )


def _rows(certificate: Mapping[str, Any], county: County) -> list[tuple[str, str, str]]:
    """Each line: its name in both languages, and what it says."""
    told, holder, mother = certificate["told"], certificate["holder"], certificate["mother"]
    father = holder.get("father") or {}
    return [
        ("新生儿姓名", "Name of child", holder.get("child", UNKNOWN)),
        ("性别", "Sex", SEX[told["sex"]]),
        ("出生时间", "Born at", told["born_at"][:16].replace("T", " ")),
        ("出生孕周", "Weeks of gestation", _measure(told["gestation_weeks"], "周 weeks")),
        ("出生体重", "Weight", _measure(told["weight_grams"], "克 g")),
        ("胎次", "Of this birth", f"{told['number']} / {told['plurality']}"),
        ("母亲姓名", "Name of mother", mother.get("name", UNKNOWN)),
        ("证件号码", "Identity document", mother.get("document", UNKNOWN)),
        ("父亲姓名", "Name of father", father.get("name", UNKNOWN)),
        ("证件号码", "Identity document", father.get("document", UNKNOWN)),
        ("出生地点", "Place of birth", _named(told["facility"], county.facilities)),
        ("居住乡镇", "Township of residence", _named(told["township"], county.townships)),
    ]


def _named(code: str, places: Mapping[str, Township] | Mapping[str, Facility]) -> str:
    """A place in both languages, by its code where the county knows none of its name (a unit, or not any more)."""
    place = places.get(code)
    return f"{place.name_zh} {place.name_en}" if place else code


def _measure(value: int | None, unit: str) -> str:
    return UNKNOWN if value is None else f"{value} {unit}"
