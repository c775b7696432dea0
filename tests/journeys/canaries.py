"""Canaries: planted identities, and the search for them wherever bytes are kept."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterable, Iterator
from pathlib import Path

import psycopg

from services.console.layout import SERVICES
from shared.stores import Stores
from tests.journeys.conftest import Life


def forms(canary: str) -> set[bytes]:
    """A text as it may lie in bytes: plain, escaped, encoded, or as a digest that anybody could enumerate."""
    plain = canary.encode()
    found = {plain, canary.encode("utf-16-le"), json.dumps(canary)[1:-1].encode(), plain.hex().encode()}
    for shift in range(3):  # without the characters at both ends, which also depend on what stands beside
        found.add(base64.b64encode(b"\0" * shift + plain)[(0, 2, 3)[shift] :].rstrip(b"=")[:-1])
    digest = hashlib.sha256(plain)
    return found | {digest.digest(), digest.hexdigest().encode(), base64.b64encode(digest.digest())[:-1]}


class Search:
    """Looks for canaries; `found` says where which was, over all searches so far."""

    def __init__(self, canaries: Iterable[str]) -> None:
        self._needles = {form: canary for canary in canaries for form in forms(canary)}
        self.found: set[tuple[str, str]] = set()
        self.bytes = 0

    def everywhere(self, life: Life) -> None:
        """Every file of the deployment, and every table on PostgreSQL."""
        for path in sorted(life.deployment.home.rglob("*")):
            if path.is_file():
                self.file(path)
        if life.deployment.store:
            for name, content in tables(life):
                self.look(name, content)

    def file(self, path: Path) -> None:
        try:
            content = path.read_bytes()
        except FileNotFoundError:  # replaced or taken away while we looked
            return
        self.look(path.name, content)

    def look(self, where: str, content: bytes | str) -> None:
        raw = content.encode() if isinstance(content, str) else content
        self.bytes += len(raw)
        self.found |= {(where, canary) for form, canary in self._needles.items() if form in raw}


def stores_of(life: Life, service: str) -> Stores:
    """A second pair of eyes on a service's stores."""
    return Stores.open(life.deployment.stores, service, life.deployment.county)


def tables(life: Life) -> Iterator[tuple[str, bytes]]:
    """Each table of each service as the bytes that PostgreSQL gives in binary form, nothing escaped."""
    for service in SERVICES:
        with psycopg.connect(stores_of(life, service).url) as db:
            rows = db.execute("SELECT schemaname, tablename FROM pg_tables WHERE schemaname !~ '^(pg_|information_)'")
            for schema, table in rows.fetchall():
                yield f"{service} {schema}.{table}", copied(db, schema, table)


def copied(db: psycopg.Connection, schema: str, table: str) -> bytes:
    """A table as COPY gives it, binary; nothing if it was taken away meanwhile, as a rebuilt view's old one is."""
    query = f'COPY "{schema}"."{table}" TO STDOUT (FORMAT binary)'
    try:
        with db.transaction(), db.cursor() as cursor, cursor.copy(query) as rows:
            return b"".join(bytes(row) for row in rows)
    except (psycopg.errors.InvalidSchemaName, psycopg.errors.UndefinedTable):
        return b""
