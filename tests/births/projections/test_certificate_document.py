"""The printed certificate: a PDF that carries its Chinese font, and takes what people are called for text."""

from __future__ import annotations

import pytest

from services.births.domain.reference import County
from services.births.projections.certificate_document import pdf
from tests.births.records import told
from tests.births.scene import FACILITIES, TOWNSHIPS

COUNTY = County(townships={each.code: each for each in TOWNSHIPS}, adopted=FACILITIES)
MOTHER = {"document": "110101199001011234", "name": "王秀英", "phone": None, "address": None}


def record(**other):
    return {
        "certificate": "P000000001",
        "state": "valid",
        "issued_on": "2024-11-20",
        "code": "K7QF-9XWT-2MPA-6DHR",
        "unit": "county-hospital",
        "told": told().model_dump(mode="json"),
        "holder": {"child": "王小明", "father": {"name": "李建国", "document": "110101198801011238"}},
        "mother": MOTHER,
    } | other


def test_the_font_is_embedded_as_a_subset():
    made = pdf(record(), COUNTY)
    assert made.startswith(b"%PDF-")
    assert b"+NotoSansSC" in made
    assert b"/FontFile" in made
    assert len(made) < 100_000


def test_the_same_record_gives_the_same_bytes():
    assert pdf(record(), COUNTY) == pdf(record(), COUNTY)


@pytest.mark.parametrize(
    "other",
    [
        {"state": "void"},
        {"holder": {"erased": True}, "mother": {"erased": True}},
        {"holder": {"child": '#panic() *_[$"\\`', "father": None}},
        {"unit": "dayingxiang"},
        {"told": told(weight_grams=None, gestation_weeks=None).model_dump(mode="json")},
        {"told": told(facility="closed", township="merged").model_dump(mode="json")},
    ],
    ids=["void", "erased", "markup", "unit without a facility", "unknown measures", "places of the past"],
)
def test_every_record_can_be_printed(other):
    assert pdf(record(**other), COUNTY) != pdf(record(), COUNTY)
