"""The county of the scenario: that of deploy/county with more townships, the same each time it is made."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from collections.abc import Iterator
from datetime import date
from hashlib import sha256
from pathlib import Path
from shutil import copyfile
from typing import Any, NamedTuple

import yaml

from services.console.layout import REFERENCE
from shared.neighbours import FILE, kid_of

CARE = "pregnancy_tracking"

SECOND_HOSPITAL = "second-hospital"
"""The one large facility whose true ratio is not that of the county."""
SHARES = {
    "chengguanzhen": 220,
    "liuhezhen": 130,
    "baishizhen": 120,
    "qinghezhen": 110,
    "longwanzhen": 100,
    "shuangqiaozhen": 90,
    "xilinxiang": 60,
    "maanxiang": 45,
    "dongfengxiang": 38,
    "dayingxiang": 37,
    "nanshanxiang": 30,
    "heishuixiang": 8,
    "yunfengxiang": 7,
    "gaoshanxiang": 5,
}
"""Of a thousand births, how many are of women of each township; Dayingxiang's is that of its source (domain.md)."""


class Name(NamedTuple):
    """A code, and what it is called in Chinese and English."""

    code: str
    zh: str
    en: str


TOWNSHIPS = (
    Name("chengguanzhen", "城关镇", "Chengguanzhen"),
    Name("liuhezhen", "柳河镇", "Liuhezhen"),
    Name("baishizhen", "白石镇", "Baishizhen"),
    Name("longwanzhen", "龙湾镇", "Longwanzhen"),
    Name("shuangqiaozhen", "双桥镇", "Shuangqiaozhen"),
    Name("xilinxiang", "西林乡", "Xilinxiang"),
    Name("maanxiang", "马鞍乡", "Maanxiang"),
    Name("dongfengxiang", "东峰乡", "Dongfengxiang"),
    Name("heishuixiang", "黑水乡", "Heishuixiang"),
    Name("yunfengxiang", "云峰乡", "Yunfengxiang"),
    Name("gaoshanxiang", "高山乡", "Gaoshanxiang"),
)
"""Those beside the townships of deploy/county."""
VILLAGES = (
    Name("donggou", "东沟村", "Donggou"),
    Name("xiping", "西坪村", "Xiping"),
    Name("nanling", "南岭村", "Nanling"),
    Name("beiwan", "北湾村", "Beiwan"),
    Name("shangzhuang", "上庄村", "Shangzhuang"),
    Name("xiaqiao", "下桥村", "Xiaqiao"),
)
"""Every one of those townships has villages of these names."""
HOSPITAL = Name(SECOND_HOSPITAL, "县第二人民医院", "County Second Hospital")
ROOMS = 4
"""Ultrasound devices of the second hospital."""
NEIGHBOUR, NEIGHBOUR_UNIT = "linshan", "linshan-maternity"
"""A county beside this one where nobody answers: women who leave for work are asked over there in vain."""
VALID = {"valid_from": date(2020, 1, 1), "valid_until": date(2029, 12, 31)}
COPIED = "calendar.yaml"


def write(folder: Path) -> None:
    """The county's reference data as files of `folder`, as a service adopts them (deploy/county explains each)."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for name, more in (("townships", _townships()), ("units", _units()), ("facilities", _facilities())):
        content = yaml.safe_load((REFERENCE / f"{name}.yaml").read_text(encoding="utf-8"))
        content[name] += more
        text = yaml.safe_dump(content, allow_unicode=True, sort_keys=False)
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    copyfile(REFERENCE / COPIED, folder / COPIED)
    text = yaml.safe_dump({"neighbours": [_neighbour()]}, allow_unicode=True, sort_keys=False)
    (folder / FILE).write_text(text, encoding="utf-8")


def _townships() -> list[dict[str, Any]]:
    return [_named(each) | {"villages": [_named(village) for village in _villages(each)]} for each in TOWNSHIPS]


def _villages(township: Name) -> list[Name]:
    return [Name(f"{township.code}-{each.code}", each.zh, each.en) for each in VILLAGES]


def _units() -> list[dict[str, Any]]:
    second = _named(HOSPITAL) | {"kind": "county_hospital", "posts": []}
    return [second, *(unit for each in TOWNSHIPS for unit in _units_of(each))]


def _units_of(township: Name) -> Iterator[dict[str, Any]]:
    """Its hospital with a midwife, and a clinic with a doctor for each village."""
    midwife = Name(f"{township.code}-midwife", f"{township.zh}助产士", f"Township midwife of {township.en}")
    where = {"township": township.code}
    yield (
        _named(_hospital_of(township))
        | {"kind": "township_hospital"}
        | where
        | {"posts": [_named(midwife) | {"tier": "township"}]}
    )
    for village in _villages(township):
        clinic = Name(f"{village.code}-clinic", f"{village.zh}卫生室", f"{village.en} Village Clinic")
        doctor = Name(f"{village.code}-doctor", f"{village.zh}村医", f"Village doctor of {village.en}")
        post = _named(doctor) | {"tier": "village"}
        yield _named(clinic) | {"kind": "village_clinic"} | where | {"villages": [village.code], "posts": [post]}


def _facilities() -> list[dict[str, Any]]:
    licences = ("delivery", "ultrasound", "termination")
    second = _facility(HOSPITAL, 100, licences, ROOMS)
    ours = (
        _facility(_hospital_of(each), 101 + number, licences[:2], 1) | {"township": each.code}
        for number, each in enumerate(TOWNSHIPS)
    )
    return [second, *ours]


def _facility(name: Name, number: int, licences: tuple[str, ...], rooms: int) -> dict[str, Any]:
    """A hospital with so many ultrasound devices, a sonographer for each, and one nurse more than that."""
    letters = {"delivery": "MD", "ultrasound": "US", "termination": "TP"}
    devices = [f"{name.code}-us-{room}" for room in range(1, rooms + 1)]
    sonographers = [f"{name.code}-sonographer-{room}" for room in range(1, rooms + 1)]
    nurses = [f"{name.code}-nurse-{room}" for room in range(1, rooms + 2)]
    licensed = [{"kind": "ultrasound", **VALID}]
    return _named(name) | {
        "unit": name.code,
        "kind": "hospital",
        "licences": [{"kind": kind, "number": f"{letters[kind]}-{number:04}", **VALID} for kind in licences],
        "devices": [{"code": code, "kind": "ultrasound", "in_use_since": VALID["valid_from"]} for code in devices],
        "staff": [
            *({"code": code, "licences": licensed} for code in sonographers),
            *({"code": code, "licences": []} for code in nurses),
        ],
    }


def _neighbour() -> dict[str, Any]:
    """With keys nobody has the private half of, at a port nobody listens at (9, discard)."""
    unit = Name(NEIGHBOUR_UNIT, "林山县妇幼保健院", "Linshan Maternal and Child Health Hospital")
    reads, signs = (
        {"kty": "OKP", "crv": curve, "x": urlsafe_b64encode(sha256(curve.encode()).digest()).decode().rstrip("=")}
        for curve in ("X25519", "Ed25519")
    )
    door = {"address": "http://127.0.0.1:9/", "reader_key": reads, "signing_keys": {kid_of(NEIGHBOUR, CARE): signs}}
    return _named(Name(NEIGHBOUR, "林山县", "Linshan County")) | {"units": [_named(unit)], "services": {CARE: door}}


def _hospital_of(township: Name) -> Name:
    return Name(f"{township.code}-hospital", f"{township.zh}卫生院", f"{township.en} Township Hospital")


def _named(name: Name) -> dict[str, Any]:
    return {"code": name.code, "name_zh": name.zh, "name_en": name.en}
