"""What a certificate's record is called at the console, field by field and code by code: English and Chinese."""

from __future__ import annotations

from collections.abc import Mapping

from services.console.words import Lang

FIELDS: Mapping[str, tuple[str, str]] = {
    "certificate": ("number", "证明编号"),
    "state": ("state", "状态"),
    "reason": ("void because", "作废原因"),
    "replaces": ("replaces", "换发自"),
    "code": ("verification code", "验证码"),
    "issued_on": ("issued on", "签发日期"),
    "unit": ("issued by", "签发单位"),
    "birth": ("birth", "出生记录"),
    "told.facility": ("facility", "机构"),
    "told.township": ("township of residence", "居住乡镇"),
    "told.born_at": ("born at", "出生时间"),
    "told.vital": ("born alive or still", "分娩结局"),
    "told.sex": ("sex", "性别"),
    "told.weight_grams": ("weight, g", "出生体重，克"),
    "told.gestation_weeks": ("weeks of gestation", "出生孕周"),
    "told.plurality": ("children of this birth", "胎数"),
    "told.number": ("which of them", "胎次"),
    "told.birth_order": ("birth order", "孩次"),
    "told.residence": ("mother's residence", "产妇居住情况"),
    "holder.child": ("name of child", "新生儿姓名"),
    "holder.father": ("father", "父亲"),
    "holder.father.name": ("name of father", "父亲姓名"),
    "holder.father.document": ("father's identity document", "父亲证件号码"),
    "holder.erased": ("whom it names is erased", "持有人信息已删除"),
    "mother.name": ("name of mother", "母亲姓名"),
    "mother.document": ("mother's identity document", "母亲证件号码"),
    "mother.phone": ("mother's telephone", "母亲电话"),
    "mother.address": ("mother's address", "母亲住址"),
    "mother.erased": ("the mother is erased", "母亲信息已删除"),
}
CODES: Mapping[tuple[str, str], tuple[str, str]] = {
    ("state", "valid"): ("valid", "有效"),
    ("state", "void"): ("void", "作废"),
    ("reason", "misprinted"): ("misprinted", "打印有误"),
    ("reason", "damaged"): ("damaged", "破损"),
    ("reason", "lost"): ("lost", "遗失"),
    ("reason", "outdated"): ("outdated by a correction", "登记已更正"),
    ("reason", "issued_in_error"): ("issued in error", "误签发"),
    ("reason", "not_a_live_birth"): ("no live birth after all", "更正为非活产"),
    ("reason", "duplicate"): ("of a duplicate", "属重复登记"),
    ("told.vital", "live"): ("alive", "活产"),
    ("told.vital", "still"): ("still", "死产"),
    ("told.sex", "boy"): ("boy", "男"),
    ("told.sex", "girl"): ("girl", "女"),
    ("told.residence", "resident"): ("lived here", "常住本地"),
    ("told.residence", "returned"): ("came home for the birth", "外出返乡分娩"),
    ("told.residence", "incoming"): ("newly come", "外来流入"),
    ("told.residence", "unknown"): ("not told", "未填报"),
}


def named(lang: Lang, path: str) -> str:
    """What a field is called; one without words here by its path."""
    return FIELDS.get(path, (path, path))[lang is Lang.ZH]


def shown(lang: Lang, path: str, told: object) -> str:
    """What a field says: a code in words, anything else as it is."""
    return CODES.get((path, str(told)), (str(told), str(told)))[lang is Lang.ZH]
