"""The county as care needs it: where women live, which units see them, which posts answer for them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from enum import StrEnum
from functools import cached_property

from services.pregnancy_tracking.domain.words import Registration
from shared.kernel import NOTHING, Case, Command, Decision, Fact, Id, NotYet, Refusal, Value


class CodeUsedTwice(Refusal):
    """A code names one township, village, unit or post."""


class ReferenceMissing(NotYet):
    """No reference data has been adopted yet."""


class UnknownUnit(Refusal):
    """No township, village, unit or post of the county has this code, or it does not serve that place."""


class UnknownPost(Refusal):
    """No post has this code, or it does not serve the place she lives in."""


class Tier(StrEnum):
    """The level a post works at."""

    COUNTY = "county"
    TOWNSHIP = "township"
    VILLAGE = "village"


class Township(Value):
    code: Id
    villages: tuple[Id, ...]


class Unit(Value):
    """Who may see a woman; without a township it serves the whole county."""

    code: Id
    township: Id | None


class Post(Value):
    """A role at a unit. `serves` are codes of townships or villages, by its tier; empty for the whole county."""

    code: Id
    tier: Tier
    unit: Id
    serves: tuple[Id, ...]


class County(Value):
    """The county's townships, units and posts; empty until reference data is adopted."""

    townships: tuple[Township, ...] = ()
    units: tuple[Unit, ...] = ()
    posts: tuple[Post, ...] = ()

    def holds(self, registration: Registration) -> None:
        """Whether her places exist and the posts serve them. Raises UnknownUnit, or ReferenceMissing."""
        self.cares(registration.township, registration.village, registration.township_post, registration.village_post)

    def cares(self, township: str, village: str, township_post: str, village_post: str) -> None:
        """Whether these places exist and these posts serve them. Raises UnknownUnit, or ReferenceMissing."""
        villages = self._township(township).villages
        if village not in villages:
            raise _unknown("village", villages)
        self._serves("township_post", township_post, Tier.TOWNSHIP, township)
        self._serves("village_post", village_post, Tier.VILLAGE, village)

    def sees(self, unit: str, place: str = "unit") -> None:
        """Whether a unit of the county has this code. Raises UnknownUnit, or ReferenceMissing."""
        units = [each.code for each in self._adopted().units]
        if unit not in units:
            raise _unknown(place, units)

    def answer_for(self, township: str, village: str, township_post: str, village_post: str) -> None:
        """Whether these posts serve these places. Raises UnknownPost, or ReferenceMissing."""
        asked = (
            ("township_post", township_post, Tier.TOWNSHIP, township),
            ("village_post", village_post, Tier.VILLAGE, village),
        )
        for place, post, tier, served in asked:
            serving = [each.code for each in self._adopted().posts if each.tier is tier and served in each.serves]
            if post not in serving:
                detail = "no such post serves the place she lives in"
                raise UnknownPost(detail, pointer=f"/{place}", accepted=", ".join(serving))

    @cached_property
    def superior(self) -> str:
        """The county post that lapses go up to; "none" where there is none."""
        return next((each.code for each in self.posts if each.tier is Tier.COUNTY), "none")

    def serving(self, township: str) -> tuple[str, ...]:
        """The codes of those who may register a woman of a township. Raises UnknownUnit, or ReferenceMissing."""
        township = self._township(township).code
        return (township, *(unit.code for unit in self.units if unit.township in {township, None}))

    def within(self, township: str, unit: str) -> str | None:
        """The unit, if it is a township itself or lies in it; None for one of the whole county."""
        inside = {township, *(each.code for each in self.units if each.township == township)}
        return unit if unit in inside else None

    def unit_of(self, post: str) -> str:
        """The unit a post is at, "" if there is no such post (any more)."""
        return self.posts_units.get(post, "")

    @cached_property
    def posts_units(self) -> Mapping[str, str]:
        """The unit of each post."""
        return {each.code: each.unit for each in self.posts}

    def _township(self, code: str) -> Township:
        townships = {township.code: township for township in self._adopted().townships}
        if code not in townships:
            raise _unknown("township", townships)
        return townships[code]

    def _serves(self, place: str, post: str, tier: Tier, served: str) -> None:
        serving = [each.code for each in self.posts if each.tier is tier and served in each.serves]
        if post not in serving:
            raise _unknown(place, serving)

    def _adopted(self) -> County:
        if not self.townships:
            raise ReferenceMissing("no reference data has been adopted yet")
        return self


class AdoptReference(Command):
    """Take the county as it is from now on."""

    county: County


class ReferenceAdopted(Fact, stored_as="pregnancy_tracking.ReferenceAdopted"):
    """This is the county from here on."""

    county: County


def evolve(state: County, fact: Fact) -> County:
    match fact:
        case ReferenceAdopted(county=county):
            return county
    return state


COUNTY = Case("reference", County(), evolve)
ADOPTED = "county"
"""The one key: a deployment serves one county."""


def adopt_reference(command: AdoptReference, county: County) -> Decision:
    """The reference named is the county's; nothing if it already is."""
    new = command.county
    _told_apart((township.code for township in new.townships), "/townships")
    _told_apart((village for township in new.townships for village in township.villages), "/townships")
    _told_apart((unit.code for unit in new.units), "/units")
    _told_apart((post.code for post in new.posts), "/units")
    if new == county:
        return NOTHING
    return {COUNTY.id(ADOPTED): [ReferenceAdopted(county=new)]}


def _told_apart(codes: Iterable[str], pointer: str) -> None:
    twice = [code for code, count in Counter(codes).items() if count > 1]
    if twice:
        raise CodeUsedTwice(f"used twice: {', '.join(twice)}", pointer=pointer)


def _unknown(what: str, known: Iterable[str]) -> UnknownUnit:
    return UnknownUnit(f"no such {what.replace('_', ' ')} here", pointer=f"/{what}", accepted=", ".join(known))
