"""The rules of the watch over sex ratios: what it looks for, how sure it must be, and when a week is looked at."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from shared.kernel import Value


class WatchRules(Value):
    """Numbers of the watch; the ratio it starts from is the policy's `baseline`.

    `alternative` is the ratio (boys per 100 girls) it looks for, `threshold` the level at which it signals, and
    `false_alarm_births` after how many births at the baseline one area does so by chance (the declared rate).
    Among all areas at once at most `false_discovery_rate` of the signals are expected to be false. A batch has at
    least `least_batch` births. A week is looked at when it has been over for `close_after_days`, and again, for
    `looked_back_weeks`, when corrections or late notices change it.
    """

    alternative: int
    threshold: Annotated[float, Field(gt=0)]
    false_alarm_births: int
    false_discovery_rate: Annotated[float, Field(gt=0, le=1)]
    least_batch: Annotated[int, Field(ge=1)]
    close_after_days: int
    looked_back_weeks: int
