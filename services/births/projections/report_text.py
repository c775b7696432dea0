"""The report in plain words, Chinese and English: what the births show, and what they cannot."""

from __future__ import annotations

from calendar import month_name
from collections.abc import Mapping
from datetime import date
from enum import Enum
from typing import NamedTuple, Protocol

from services.births.domain.policy import Policy
from services.births.projections.intervals import Interval
from services.births.projections.periods import Period
from services.births.projections.sex_ratio import Live


class Figures(NamedTuple):
    """Live births, their ratio (None without girls) and its exact 95 % interval."""

    live: Live
    ratio: float | None
    interval: Interval


class Named(Protocol):
    """A place as a report names it."""

    @property
    def name_zh(self) -> str: ...
    @property
    def name_en(self) -> str: ...


class Reading(Enum):
    """What an interval says about the normal ratio."""

    UNDECIDED = "undecided"
    NORMAL = "normal"
    ABOVE = "above"
    BELOW = "below"


def reading(interval: Interval, policy: Policy) -> Reading:
    """Normal only if the policy's band holds the whole interval, above or below only if it leaves out the baseline."""
    low, high = interval
    if interval.holds(policy.baseline):
        within = low is not None and high is not None and policy.band.holds(low) and policy.band.holds(high)
        return Reading.NORMAL if within else Reading.UNDECIDED
    return Reading.ABOVE if low is not None and low > policy.baseline else Reading.BELOW


def text(
    place: Named, period: Period, figures: Figures, by_order: Mapping[str, Figures], policy: Policy
) -> dict[str, str]:
    """The report in both languages."""
    return {
        "zh": _chinese(place.name_zh, period, figures, by_order, policy),
        "en": _english(place.name_en, period, figures, by_order, policy),
    }


# English

EN_CAUTION = "The fewer the births, the less a ratio says."
EN_BEYOND = {
    Reading.ABOVE: "That is above the normal {} by more than chance readily explains.",
    Reading.BELOW: "That is below the normal {} by more than chance readily explains.",
}
"""Of the policy's baseline."""
EN_ORDERS = {"1": "first births", "2": "second births", "3+": "third and later births"}


def _english(township: str, period: Period, figures: Figures, by_order: Mapping[str, Figures], policy: Policy) -> str:
    about = f"{township}, {period} ({en_days(period.first, period.last)}): "
    if not figures.live.births:
        return f"{about}no live births on record, so there is no sex ratio to state."
    counts = f"{_many(figures.live.births, 'live birth')}, {_en_counts(figures.live)}."
    orders = "; ".join(f"{EN_ORDERS[order]} {_en_order(each)}" for order, each in by_order.items())
    return f"{about}{counts} {_en_ratio(figures)} {_en_reading(figures, policy)} By birth order: {orders}. {EN_CAUTION}"


def _en_ratio(figures: Figures) -> str:
    if figures.ratio is None:
        return (
            "Without girls there is no ratio; boys only are still compatible with any ratio from "
            f"{figures.interval.low:.0f} boys per 100 girls upward (exact 95 % interval)."
        )
    return (
        f"Published as a bare figure, that is a sex ratio of {figures.ratio:.0f} boys per 100 girls. "
        f"Read honestly, it is {figures.ratio:.1f} with an exact 95 % interval of "
        f"{figures.interval.low:.0f}–{figures.interval.high:.0f}."
    )


def _en_reading(figures: Figures, policy: Policy) -> str:
    births = _many(figures.live.births, "birth")
    check = (
        "Before anything is concluded, check the data: births reported late for one sex, births in the facility's "
        "book that are not on record, missing birth orders. It says nothing about any one family."
    )
    match reading(figures.interval, policy):
        case Reading.UNDECIDED:
            return (
                f"So {births} can neither show nor exclude a normal ratio of {policy.baseline}: "
                "chance alone makes the ratio of so few births swing that widely."
            )
        case Reading.NORMAL:
            return f"So {births} show a normal ratio: the whole interval lies within {policy.band}."
        case beyond:
            return f"{EN_BEYOND[beyond].format(policy.baseline)} {check}"


def _en_order(figures: Figures) -> str:
    if not figures.live.births:
        return "none"
    counts = _en_counts(figures.live)
    if figures.ratio is None:
        return f"no ratio ({counts}; from {figures.interval.low:.1f} upward)"
    return f"{figures.ratio:.1f} ({counts}; {figures.interval.low:.1f}–{figures.interval.high:.1f})"


def _en_counts(live: Live) -> str:
    return f"{_many(live.boys, 'boy')} and {_many(live.girls, 'girl')}"


def en_day(day: date) -> str:
    return f"{day.day} {month_name[day.month]} {day.year}"


def en_days(first: date, last: date) -> str:
    year = "" if first.year == last.year else f" {first.year}"
    return f"{first.day} {month_name[first.month]}{year} to {en_day(last)}"


def _many(count: int, what: str) -> str:
    return f"{count or 'no'} {what}{'' if count == 1 else 's'}"


# 中文

ZH_CAUTION = "例数越少，性别比越不能说明问题。"
ZH_BEYOND = {
    Reading.ABOVE: "高于正常值{}，难以只用偶然波动解释。",
    Reading.BELOW: "低于正常值{}，难以只用偶然波动解释。",
}
ZH_ORDERS = {"1": "一孩", "2": "二孩", "3+": "多孩（三孩及以上）"}
ZH_QUARTERS = "一二三四"


def _chinese(township: str, period: Period, figures: Figures, by_order: Mapping[str, Figures], policy: Policy) -> str:
    about = f"{township}{zh_period(period)}（统计年度，{zh_days(period.first, period.last)}）："
    if not figures.live.births:
        return f"{about}无活产记录，不计算出生人口性别比。"
    counts = f"活产{figures.live.births}例，其中{_zh_counts(figures.live)}。"
    orders = "；".join(f"{ZH_ORDERS[order]}{_zh_order(each)}" for order, each in by_order.items())
    return f"{about}{counts}{_zh_ratio(figures)}{_zh_reading(figures, policy)}分孩次看：{orders}。{ZH_CAUTION}"


def zh_period(period: Period) -> str:
    """A period by its Chinese name."""
    return f"{period.year}年" + (f"第{ZH_QUARTERS[period.number - 1]}季度" if period.number else "度")


def _zh_ratio(figures: Figures) -> str:
    if figures.ratio is None:
        return (
            "没有女婴出生，无法计算性别比；只有男婴的结果与"
            f"每100名女婴对应{figures.interval.low:.0f}名及以上男婴的任何性别比都不矛盾（95%精确置信区间）。"
        )
    return (
        f"若只公布一个数字，出生人口性别比为{figures.ratio:.0f}（每100名女婴对应的男婴数）。"
        f"如实解读：性别比为{figures.ratio:.1f}，95%精确置信区间为"
        f"{figures.interval.low:.0f}～{figures.interval.high:.0f}。"
    )


def _zh_reading(figures: Figures, policy: Policy) -> str:
    births = figures.live.births
    check = (
        "下结论之前应先核查数据：是否有某一性别迟报、机构分娩登记是否漏报、孩次是否缺失。"
        "这一数字不说明任何一个家庭的情况。"
    )
    match reading(figures.interval, policy):
        case Reading.UNDECIDED:
            return (
                f"仅凭这{births}例出生，既不能说明性别比正常（{policy.baseline}），也不能排除性别比正常："
                "出生数这样少，仅偶然波动就足以使性别比在这样大的范围内变动。"
            )
        case Reading.NORMAL:
            return f"这{births}例出生表明性别比正常：整个区间都在{_zh_range(policy)}之内。"
        case beyond:
            return f"这一结果{ZH_BEYOND[beyond].format(policy.baseline)}{check}"


def _zh_order(figures: Figures) -> str:
    if not figures.live.births:
        return "无"
    counts = _zh_counts(figures.live)
    if figures.ratio is None:
        return f"无法计算（{counts}，区间为{figures.interval.low:.1f}以上）"
    return f"{figures.ratio:.1f}（{counts}，区间{figures.interval.low:.1f}～{figures.interval.high:.1f}）"


def _zh_counts(live: Live) -> str:
    return f"男婴{live.boys}例、女婴{live.girls}例"


def _zh_range(policy: Policy) -> str:
    return f"{policy.band.least}～{policy.band.most}"


def zh_day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def zh_days(first: date, last: date) -> str:
    year = "" if first.year == last.year else f"{last.year}年"
    return f"{zh_day(first)}至{year}{last.month}月{last.day}日"
