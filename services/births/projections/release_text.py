"""A release in plain words, Chinese and English: only what its rows print, and what the ratio cannot tell."""

from __future__ import annotations

from services.births.domain.policy import Policy
from services.births.domain.release_figures import Axis, Detail, Figures, Row, Sexes, Words
from services.births.projections.intervals import Interval
from services.births.projections.report_text import EN_BEYOND, ZH_BEYOND, ZH_QUARTERS, Reading, reading

EN_NAMES = {Axis.TOWNSHIP: "townships", Axis.FACILITY: "facilities"}
ZH_NAMES = {Axis.TOWNSHIP: "乡镇", Axis.FACILITY: "机构"}


def words(figures: Figures, policy: Policy) -> Words:
    """The text of a release; what is suppressed has no words either."""
    return Words(zh=_chinese(figures, policy), en=_english(figures, policy))


def _county(figures: Figures) -> Row:
    return next(row for row in figures.rows if row.axis is Axis.COUNTY)


def _printed(figures: Figures, axis: Axis) -> tuple[int, int, int]:
    """How many areas of an axis print a ratio, their total only, and nothing."""
    single = [row.detail for row in figures.rows if row.axis is axis and len(row.areas) == 1]
    with_ratio = sum(detail.rank >= Detail.SEXES.rank for detail in single)
    return with_ratio, single.count(Detail.TOTAL), single.count(Detail.NOTHING)


def _reading(sexes: Sexes, policy: Policy) -> Reading:
    return reading(Interval(sexes.low, sexes.high), policy)


def _english(figures: Figures, policy: Policy) -> str:
    county = _county(figures)
    about = f"Live births {figures.period} ({figures.first} to {figures.last}): {county.births} in the county"
    counts = f", {county.sexes.boys} boys and {county.sexes.girls} girls" if county.sexes else ""
    parts = [f"{about}{counts}.", _en_ratio(county.sexes, policy)]
    for axis, name in EN_NAMES.items():
        some, totals, none = _printed(figures, axis)
        parts.append(f"Of the {name} with births, {some} print a ratio, {totals} their total only, {none} nothing.")
    least = policy.of_releases.least_cell
    parts.append(f"Cells of fewer than {least} births, and any from which such a cell could be told, are not printed.")
    return " ".join(part for part in parts if part)


def _en_ratio(sexes: Sexes | None, policy: Policy) -> str:
    if sexes is None or sexes.ratio is None:
        return ""
    stated = (
        f"The sex ratio at birth is {sexes.ratio} boys per 100 girls, with an exact 95 % interval of "
        f"{sexes.low}–{sexes.high}. "
    )
    match _reading(sexes, policy):
        case Reading.UNDECIDED:
            return f"{stated}So many births can neither show nor exclude a normal ratio of {policy.baseline}."
        case Reading.NORMAL:
            return f"{stated}The whole interval lies within the normal {policy.band}."
        case beyond:
            return f"{stated}{EN_BEYOND[beyond].format(policy.baseline)}"


def _chinese(figures: Figures, policy: Policy) -> str:
    county = _county(figures)
    about = f"{_zh_period(figures)}（{figures.first}至{figures.last}）全县活产{county.births}例"
    counts = f"，其中男婴{county.sexes.boys}例、女婴{county.sexes.girls}例" if county.sexes else ""
    parts = [f"{about}{counts}。", _zh_ratio(county.sexes, policy)]
    for axis, name in ZH_NAMES.items():
        some, totals, none = _printed(figures, axis)
        parts.append(f"有出生的{name}中，{some}个公布性别比，{totals}个只公布总数，{none}个不公布。")
    least = policy.of_releases.least_cell
    parts.append(f"少于{least}例的数字，以及可能推算出这类数字的数字，均不公布。")
    return "".join(parts)


def _zh_period(figures: Figures) -> str:
    _, quarter, number = figures.period.partition("Q")
    return f"{figures.year}年第{ZH_QUARTERS[int(number) - 1]}季度" if quarter else f"{figures.year}统计年度"


def _zh_ratio(sexes: Sexes | None, policy: Policy) -> str:
    if sexes is None or sexes.ratio is None:
        return ""
    stated = f"出生人口性别比为{sexes.ratio}（每100名女婴对应的男婴数），95%精确置信区间为{sexes.low}～{sexes.high}。"
    match _reading(sexes, policy):
        case Reading.UNDECIDED:
            return f"{stated}仅凭这些出生，既不能说明也不能排除性别比正常（{policy.baseline}）。"
        case Reading.NORMAL:
            return f"{stated}整个区间都在正常范围{policy.band.least}～{policy.band.most}之内。"
        case beyond:
            return f"{stated}{ZH_BEYOND[beyond].format(policy.baseline)}"
