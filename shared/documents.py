"""The page that shows what a service answers: made here from the OpenAPI document, with nothing from elsewhere.

FastAPI's own page loads scripts from other origins; services work without the internet and forbid other origins.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from html import escape
from typing import Any

from shared.describing import operations

STYLE = """
:root { color-scheme: light dark; --ink: #1d2733; --soft: #5d6b7a; --line: #d8dee6; --back: #fbfcfd; --mark: #0f6b5c }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e3e9ef; --soft: #9aa8b6; --line: #313b46; --back: #14191f; --mark: #5cc9b4 }
}
body { margin: 0 auto; max-width: 60rem; padding: 2rem 1.25rem 4rem; background: var(--back); color: var(--ink);
  font: 1rem/1.6 system-ui, "Noto Sans CJK SC", "PingFang SC", "Microsoft YaHei", sans-serif }
h1 { margin: 0; font-size: 1.9rem } h2 { margin: 2.5rem 0 .5rem; font-size: 1.15rem }
h2 small, dt, .about { color: var(--soft); font-weight: 400 } a { color: var(--mark); margin-right: 1.5rem }
details { border-top: 1px solid var(--line) } details:last-of-type { border-bottom: 1px solid var(--line) }
summary { cursor: pointer; padding: .6rem 0; display: grid; grid-template-columns: 4.5rem minmax(0, 1fr); gap: 0 .5rem }
summary span { grid-column: 2; color: var(--soft) } summary b { color: var(--mark) }
code, pre { font: .875rem/1.5 ui-monospace, Menlo, Consolas, monospace; overflow-wrap: anywhere }
pre { overflow: auto; padding: .75rem 1rem; border: 1px solid var(--line); border-radius: .4rem; overflow-wrap: normal }
dl { margin: 0 0 1.25rem; padding-left: 5rem } dd { margin: 0 0 .75rem } dd p { margin: 0 }
@media (max-width: 40rem) { dl { padding-left: 0 } }
"""
WORDS = {
    "about": "说明 About",
    "takes": "参数 Takes",
    "example": "示例 Example",
    "answers": "应答 Answers",
    "token": "访问令牌 bearer token",
    "signature": "消息签名 signature of the message",
    "open": "公开 open to all",
    "key": "凭证 Needs",
}


def page(document: Mapping[str, Any]) -> str:
    """The HTML page of an OpenAPI document; every text in it is escaped."""
    info = document["info"]
    title = escape(info["title"])
    sections = "".join(_section(tag, document) for tag in document["tags"])
    return (
        f'<!doctype html><html lang="zh"><head><meta charset="utf-8"><title>{title}</title>'
        '<meta name="viewport" content="width=device-width"><link rel="stylesheet" href="docs.css"></head><body>'
        f'<header><h1>{title}</h1><p class="about">{escape(info["description"])}</p>'
        '<nav><a href="openapi.json">接口文档 OpenAPI</a><a href="asyncapi.json">消息文档 AsyncAPI</a></nav></header>'
        f"<main>{sections}</main></body></html>"
    )


def _section(tag: Mapping[str, str], document: Mapping[str, Any]) -> str:
    mine = [each for each in operations(document) if tag["name"] in each[1]["tags"]]
    heading = f"<h2>{escape(tag['name'])} <small>{escape(tag['description'])}</small></h2>"
    return f"<section>{heading}{''.join(_operation(*each) for each in mine)}</section>" if mine else ""


def _operation(where: str, operation: Mapping[str, Any]) -> str:
    method, _, path = where.partition(" ")
    terms = "".join(f"<dt>{WORDS[term]}</dt><dd>{shown}</dd>" for term, shown in _terms(operation))
    head = f"<b>{method}</b><code>{escape(path)}</code><span>{escape(operation['summary'])}</span>"
    return f"<details><summary>{head}</summary><dl>{terms}</dl></details>"


def _terms(operation: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    yield "about", "".join(f"<p>{_text(part)}</p>" for part in operation["description"].split("\n\n"))
    yield "key", "、".join(WORDS[name] for scheme in operation["security"] for name in scheme) or WORDS["open"]
    takes = [f"<p><code>{escape(each['name'])}</code> {_about(each)}</p>" for each in operation.get("parameters", [])]
    if takes:
        yield "takes", "".join(takes)
    for content in operation.get("requestBody", {}).get("content", {}).values():
        if "example" in content:
            yield "example", f"<pre>{escape(json.dumps(content['example'], ensure_ascii=False, indent=2))}</pre>"
    yield "answers", "".join(_answer(*each) for each in sorted(operation["responses"].items()))


def _text(words: str) -> str:
    """Words with their `code`."""
    return re.sub("`([^`]+)`", r"<code>\1</code>", escape(words))


def _about(parameter: Mapping[str, Any]) -> str:
    example = f" · <code>{escape(str(parameter['example']))}</code>" if "example" in parameter else ""
    return _text(parameter.get("description", "")) + example


def _answer(status: str, response: Mapping[str, Any]) -> str:
    name = response.get("$ref", "").rpartition("/")[2]
    shown = [each["example"] for each in response.get("content", {}).values() if "example" in each]
    examples = "".join(f"<pre>{escape(json.dumps(each, ensure_ascii=False, indent=2))}</pre>" for each in shown)
    return f"<p><code>{status}</code> {_text(response.get('description', name))}</p>{examples}"
