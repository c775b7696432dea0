"""How a report is set: a page that stands alone, and a PDF that reads the same everywhere."""

from __future__ import annotations

import re
from base64 import b64encode
from hashlib import sha256
from io import BytesIO

import html5lib
import pytest
from pypdf import PdfReader

from services.births.domain.reference import Township
from services.births.projections.quarterly_report import Place
from services.births.projections.report.chapters import document
from services.births.projections.report.page import html, policy
from services.births.projections.report.typeset import pdf
from tests.births.projections.report.scene import NOTHING, REFERENCE, WHOLE, found

LANGS = ("en", "zh")
NUMBERS = ("142.1", "76.1–270.4", "133.3", "64.9–279.9", "175.0", "44.5–815.2", "142.1 (79.7–253.5)")
EVIL = '<script>alert(1)</script>&"#sys.inputs'


@pytest.fixture(scope="module")
def printed():
    """The text of the source's quarter as PDF, by language."""
    made = {lang: pdf(document(found(), lang)) for lang in LANGS}
    return {lang: text_of(each) for lang, each in made.items()}


def text_of(made):
    return "\n".join(page.extract_text() for page in PdfReader(BytesIO(made)).pages)


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("other", [{}, NOTHING, WHOLE])
def test_a_page_is_valid_html(lang, other):
    page = html(document(found(**other), lang))
    parsed = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(page)
    assert parsed.find("head/title").text
    assert parsed.get("lang", "").startswith(lang)
    assert parsed.find(".//table") is not None


def test_a_page_needs_nothing_from_elsewhere():
    page = html(document(found(), "zh"))
    addresses = set(re.findall(r"https?://[^\s\"'<]+", page))
    assert addresses == {"http://www.w3.org/2000/svg"}
    assert not re.findall(r"<(?:script|link|img|iframe)\b|\sstyle=|\son\w+=|url\(|@import", page)


def test_a_pages_style_is_the_one_its_policy_permits():
    [style] = re.findall(r"<style>(.*?)</style>", html(document(found(), "en")), re.DOTALL)
    assert f"style-src 'sha256-{b64encode(sha256(style.encode()).digest()).decode()}'" in policy()
    assert policy().startswith("default-src 'none'")


@pytest.mark.parametrize("lang", LANGS)
def test_a_page_says_every_number_of_the_source(lang):
    page = html(document(found(), lang))
    assert all(number in page for number in NUMBERS)


def test_the_pdf_says_every_number_of_the_source(printed):
    for lang in LANGS:
        told = printed[lang].replace(" ", "").replace("\n", "")
        assert [number for number in NUMBERS if number.replace(" ", "") not in told] == []


def test_the_pdf_says_its_chinese(printed):
    told = printed["zh"].replace(" ", "").replace("\n", "")
    for words in (
        "出生情况季度分析报告",
        "大营乡",
        "出生人口性别比",
        "既不能说明性别比正常",
        "河口镇",
        "每100名女婴对应的男婴数",
    ):
        assert words in told


def test_the_pdf_carries_its_font():
    made = pdf(document(found(), "zh"))
    fonts = [str(font) for page in PdfReader(BytesIO(made)).pages for font in page["/Resources"]["/Font"].values()]
    assert fonts
    assert made.startswith(b"%PDF-")
    assert b"+NotoSansSC" in made
    assert len(made) < 400_000


def test_the_same_figures_give_the_same_bytes():
    assert pdf(document(found(), "zh")) == pdf(document(found(), "zh"))


def test_names_are_text_and_never_markup():
    county = REFERENCE.model_copy(update={"townships": {"hekou": Township(code="hekou", name_zh=EVIL, name_en=EVIL)}})
    evil = document(found(county=county, where=Place("dayingxiang", EVIL, EVIL)), "en")
    page = html(evil)
    assert "<script" not in page
    html5lib.HTMLParser(strict=True).parse(page)
    assert "alert(1)" in text_of(pdf(evil))
