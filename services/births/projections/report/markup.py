"""Elements of HTML and SVG: well-formed by construction, every text and value escaped."""

from __future__ import annotations

from html import escape

EMPTY = frozenset({"meta", "line", "rect", "circle", "path", "polyline", "polygon"})
"""Elements that hold nothing."""


class Markup(str):
    """Text that is markup already, and is not escaped again."""

    __slots__ = ()


def element(name: str, /, *children: str, **attributes: object) -> Markup:
    """An element. Attributes that are None are left out; `_` in their names stands for `-`, a trailing one for none."""
    given = (
        f' {key.rstrip("_").replace("_", "-")}="{escape(_shown(value))}"'
        for key, value in attributes.items()
        if value is not None
    )
    opening = f"{name}{''.join(given)}"
    if name in EMPTY:
        return Markup(f"<{opening}/>")
    return Markup(f"<{opening}>{joined(*children)}</{name}>")


def joined(*children: str) -> Markup:
    """Children one after the other."""
    return Markup("".join(child if isinstance(child, Markup) else escape(child, quote=False) for child in children))


def _shown(value: object) -> str:
    return f"{value:.1f}".removesuffix(".0") if isinstance(value, float) else str(value)
