"""What the policy says of termination reviews; the numbers and codes live in policy/*.yaml."""

from __future__ import annotations

from datetime import timedelta

from shared.kernel import Id, Refusal, Value


class GroundNotLawful(Refusal):
    """A request, and a decline, give a ground from the policy's closed list of coarse codes."""


class ReviewNotRequired(Refusal):
    """The law asks for no review: the pregnancy is too young for one, or the policy has switched it off."""


class ReviewRules(Value):
    """When a review is needed, on which grounds, who holds it and within what time (policy/*.yaml explains each)."""

    applies: bool
    from_weeks: int
    certificates: int
    grounds: tuple[Id, ...]
    decline_grounds: tuple[Id, ...]
    decide_within_hours: int
    approved_after_hours: int
    body: Id
    superior: Id

    @property
    def overdue(self) -> timedelta:
        """The time to decide; after it the superior hears of it."""
        return timedelta(hours=self.decide_within_hours)

    @property
    def limit(self) -> timedelta:
        """The time after which silence is an approval."""
        return timedelta(hours=self.approved_after_hours)

    def requires(self, gestation_weeks: int) -> bool:
        """Whether a pregnancy of so many completed weeks needs a review."""
        return self.applies and gestation_weeks >= self.from_weeks

    def judge(self, gestation_weeks: int, ground: str) -> None:
        """Raises ReviewNotRequired or GroundNotLawful for a request."""
        if not self.requires(gestation_weeks):
            accepted = f"from {self.from_weeks} weeks on" if self.applies else ""
            raise ReviewNotRequired("no review is needed", pointer="/gestation_weeks", accepted=accepted)
        _listed(ground, self.grounds)

    def lawful(self, ground: str) -> None:
        """Raises GroundNotLawful unless a request may be declined on this ground."""
        _listed(ground, self.decline_grounds)


def _listed(ground: str, grounds: tuple[str, ...]) -> None:
    if ground not in grounds:
        raise GroundNotLawful("no such ground", pointer="/ground", accepted=", ".join(grounds))
