"""What is written and done in a scenario, and what is true of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from services.console.acts import Act
from services.console.letters import Letter


@dataclass(frozen=True)
class Script:
    """Letters in the order they are written, acts by day, and the truth to compare with, if it is told."""

    letters: Sequence[Letter]
    acts: Sequence[Act] = ()
    truth: Mapping[str, Any] | None = None
