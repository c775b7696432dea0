"""Certificates at the console: shown, printed, verified."""

from __future__ import annotations

import json

import httpx
import pytest

from services.births.domain.particulars import Identity, Residence, Sex, Told, Vital
from services.births.domain.reasons import Consequence, VoidReason
from services.console.certificate_words import CODES, FIELDS
from services.console.certificates import print_certificate, verify_code, write_document
from services.console.showing import Show
from services.console.words import Lang

RECORD = {
    "certificate": "P000000001",
    "state": "valid",
    "replaces": None,
    "holder": {"child": "王小明", "father": None},
}


class Answering:
    """Services that answer every question with one thing, and note what was asked."""

    def __init__(self, **answer):
        self._answer, self.asked = answer, []

    def ask(self, service, path, role, **options):
        self.asked.append((service, path, str(role), options.get("purpose"), options.get("params")))
        return httpx.Response(200, **self._answer)


@pytest.fixture
def show():
    return Show(Lang.EN)


def test_a_record_is_shown_field_by_field(show, capsys):
    services = Answering(json=RECORD)
    print_certificate(show, services, "P000000001")
    assert services.asked == [("births", "/certificates/P000000001", "auditor", "audit", None)]
    told = capsys.readouterr().out
    assert all(each in told for each in ("name of child", "王小明", "Certificate P000000001", "–"))


def test_a_record_is_shown_in_chinese_words_and_what_has_none_as_it_is(capsys):
    print_certificate(Show(Lang.ZH), Answering(json=RECORD | {"told": {"sex": "girl"}, "new": "x"}), "P000000001")
    told = capsys.readouterr().out
    assert all(each in told for each in ("出生医学证明", "状态", "有效", "新生儿姓名", "性别", "女", "new", "x"))


def test_a_record_has_words_for_all_that_a_certificate_tells():
    paths = {f"told.{name}" for name in Told.model_fields} | {f"mother.{name}" for name in Identity.model_fields}
    assert paths <= set(FIELDS)
    for path, codes in (("told.sex", Sex), ("told.vital", Vital), ("told.residence", Residence)):
        assert {(path, code.value) for code in codes} <= set(CODES)
    assert {("reason", each.value) for each in (*VoidReason, *Consequence)} <= set(CODES)


def test_a_record_is_one_json_document(capsys):
    print_certificate(Show(Lang.EN, as_json=True), Answering(json=RECORD), "P000000001")
    assert json.loads(capsys.readouterr().out) == RECORD


def test_a_document_is_written(show, tmp_path):
    services = Answering(content=b"%PDF-1.7")
    write_document(show, services, "P/1", tmp_path / "c.pdf")
    assert (tmp_path / "c.pdf").read_bytes() == b"%PDF-1.7"
    assert services.asked[0][1] == "/certificates/P%2F1/document"


@pytest.mark.parametrize(("valid", "words"), [(True, "A valid certificate has"), (False, "No valid certificate has")])
def test_a_code_is_verified(show, capsys, valid, words):
    services = Answering(json={"valid": valid})
    assert verify_code(show, services, "AB CD", "P1") is valid
    assert services.asked == [("births", "/certificates/verify/AB%20CD", "operator", None, {"number": "P1"})]
    assert words in capsys.readouterr().out
    assert verify_code(Show(Lang.ZH, as_json=True), services, "AB", None) is valid
    assert json.loads(capsys.readouterr().out) == {"valid": valid}
