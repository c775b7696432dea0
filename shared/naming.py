"""Whom a request is about: a person, by her pseudonym or by the number of her identity document."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from pydantic import StringConstraints

from shared import web
from shared.contracts.cloudevents import Malformed
from shared.kernel import Id

if TYPE_CHECKING:
    from shared.service import Service


class Whose(web.RequestBody):
    """A person: her pseudonym, or the number of her identity document."""

    person: Id | None = None
    document: Annotated[str, StringConstraints(min_length=1, max_length=32)] | None = None


def person_of(service: Service, person: str | None, document: str | None) -> str:
    """The pseudonym of a person named by it or by her document.

    Raises Malformed unless exactly one is given, and for a document without letters or digits.
    """
    if document and not person:
        try:
            return service.sealer.pseudonym("care", document)
        except ValueError:
            raise Malformed("a document has letters or digits", "/document") from None
    if person and not document:
        return person
    raise Malformed("name the person by `person` or by `document`", "/person")
