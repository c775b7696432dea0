"""Documents to print: a template and what it tells, set as a PDF that carries its Chinese font."""

from __future__ import annotations

import json
from collections.abc import Mapping
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any

import typst

FONTS = files("justmytype_intl_cjk") / "fonts" / "ofl" / "notosanssc"
"""Noto Sans SC under the SIL Open Font License, of which a document takes the glyphs it needs."""


def printed(template: Path, told: Mapping[str, Any]) -> bytes:
    """The same bytes whenever the same is told. What is told is text to the template, never markup."""
    with as_file(FONTS) as fonts:
        made = typst.compile(
            template,
            font_paths=[fonts],
            ignore_system_fonts=True,
            sys_inputs={"told": json.dumps(told, ensure_ascii=False)},
        )
    return bytes(made)
