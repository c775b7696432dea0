"""The words of a report in English and Chinese, by key."""

from __future__ import annotations

from typing import Any, Literal

Lang = Literal["en", "zh"]


def said(lang: Lang, key: str, **fields: Any) -> str:
    """The words for a key, filled in."""
    english, chinese = WORDS[key]
    return (chinese if lang == "zh" else english).format(**fields)


WORDS: dict[str, tuple[str, str]] = {
    # the document
    "title_quarter": ("Quarterly report on births", "出生情况季度分析报告"),
    "title_year": ("Yearly report on births", "出生情况年度分析报告"),
    "about": ("{place} · {period} ({days})", "{place} · {period}（统计年度，{days}）"),
    "inside": (
        "For inside only: its cells are too small to be published.",
        "内部资料，不得公开：分组数字过小，公开可能识别到个别家庭。",
    ),
    "known": ("As known on {at}.", "数据截至{at}。"),
    # figures
    "births": ("live births", "活产数"),
    "boys": ("boys", "男婴"),
    "girls": ("girls", "女婴"),
    "ratio": ("boys per 100 girls", "出生人口性别比"),
    "exact": ("exact 95 % interval", "95%精确置信区间"),
    "short_ratio": ("ratio", "性别比"),
    "short_exact": ("exact 95 %", "95%精确区间"),
    "none": ("–", "—"),
    "no_births": ("no births", "无出生"),
    "no_ratio": ("no ratio", "无法计算"),
    "all": ("all", "合计"),
    # axes and charts
    "axis_ratio": ("boys per 100 girls (logarithmic)", "每100名女婴对应的男婴数（对数坐标）"),
    "axis_births": ("live births (logarithmic)", "活产数（对数坐标）"),
    "axis_days": ("days from birth to registration", "出生至登记天数"),
    "chart_ratios": ("Sex ratios with their intervals", "出生人口性别比及其区间"),
    "chart_funnel": ("Sex ratios within the limits of chance", "性别比漏斗图"),
    "chart_months": ("Births by month and sex", "分月分性别活产数"),
    "chart_lag": ("Share registered by days from birth and sex", "分性别累计登记比例"),
    "caption_ratios": (
        "Points: ratios; lines: Wilson's 95 % intervals; the dashed line is {baseline}, the band {band}.",
        "圆点为性别比，横线为95%威尔逊区间；虚线为{baseline}，色带为{band}。",
    ),
    "caption_funnel": (
        "Dots are {kinds}; within the green area chance alone explains how far they are from {baseline} "
        "({inner} % limits), beyond the grey one hardly ({outer} %).",
        "每点为一个{kinds}；绿色区域内（{inner}%界限）与{baseline}的差异可由偶然波动解释，超出灰色区域（{outer}%界限）则难以如此解释。",
    ),
    "caption_lag": (
        "Of the births on record, the share that was registered within so many days.",
        "在已登记的出生中，出生后若干天内完成登记的累计比例。",
    ),
    "standing_within": ("within chance", "偶然波动之内"),
    "standing_between": ("between the limits", "两界限之间"),
    "standing_outside": ("beyond both limits", "超出两界限"),
    "standing": ("in the funnel", "漏斗位置"),
    # chapters
    "chapter_reading": ("What the births show", "主要结论"),
    "chapter_order": ("By birth order", "分孩次"),
    "chapter_months": ("By month", "分月与季节"),
    "chapter_before": ("Over time", "历期比较"),
    "chapter_townships": ("Townships side by side", "分乡镇比较"),
    "chapter_facilities": ("Facilities side by side", "分机构比较"),
    "chapter_residence": ("Returning and incoming mothers", "返乡与流入产妇"),
    "chapter_lag": ("How long registration took", "登记时滞"),
    "chapter_indicators": ("Certificates and care", "签发率与服务指标"),
    "chapter_method": ("How to read this report", "说明"),
    "order": ("birth order", "孩次"),
    "order_1": ("first", "一孩"),
    "order_2": ("second", "二孩"),
    "order_3+": ("third and later", "多孩（三孩及以上）"),
    "month": ("month of birth", "出生月份"),
    "period": ("period", "时期"),
    "township": ("township", "乡镇"),
    "facility": ("facility", "机构"),
    "season": (
        "Most were born in {most_month} ({most}), fewest in {least_month} ({least}).",
        "出生最多的月份为{most_month}（{most}例），最少的为{least_month}（{least}例）。",
    ),
    "kinds_township": ("townships", "乡镇"),
    "kinds_facility": ("facilities", "机构"),
    "together": ("{count} small {kinds} together: {names}", "{count}个小{kinds}合并：{names}"),
    "together_briefly": ("{count} small {kinds}", "{count}个小{kinds}"),
    "pooling": (
        "Small {kinds}, of fewer than {least} live births, are looked at together: alone their ratios say next to "
        "nothing.",
        "活产不足{least}例的{kinds}合并计算：单独计算的性别比几乎不能说明问题。",
    ),
    "outside": (
        "Beyond both limits: {names}. Check the data before anything is concluded.",
        "超出两界限的：{names}。下结论之前应先核查数据。",
    ),
    "none_outside": (
        "None of the {kinds} lies beyond both limits: differences as large as these arise by chance.",
        "没有{kinds}超出两界限：这样大小的差异偶然即可出现。",
    ),
    # residence
    "residence": ("mother's residence", "产妇居住情况"),
    "residence_resident": ("lived here", "常住本地"),
    "residence_returned": ("came home for the birth", "外出返乡分娩"),
    "residence_incoming": ("newly come", "外来流入"),
    "residence_unknown": ("not told", "未填报"),
    "returned": (
        "Of {told} births where it was told, {returned} were of mothers who came home for the birth ({share:.1f} %).",
        "在已填报居住情况的{told}例活产中，外出返乡分娩的有{returned}例（{share:.1f}%）。",
    ),
    "residence_untold": (
        "For none of these births was it told where the mother lived before.",
        "这些出生均未填报产妇此前的居住情况。",
    ),
    # lag
    "later_0": ("same month", "当月"),
    "later_1": ("1 month later", "次月"),
    "later_2": ("2 months later", "后2月"),
    "later_3": ("3 or more", "后3月及以上"),
    "lag_boys": (
        "Half of the boys were registered {within}, and {late} of {whole} later than {after} days after birth.",
        "半数男婴{within}完成登记，{whole}例中有{late}例在出生{after}天以后登记。",
    ),
    "lag_girls": (
        "Half of the girls were registered {within}, and {late} of {whole} later than {after} days after birth.",
        "半数女婴{within}完成登记，{whole}例中有{late}例在出生{after}天以后登记。",
    ),
    "within_0": ("on the day of birth", "在出生当日"),
    "within_1": ("within a day", "在出生后1天内"),
    "within": ("within {days} days", "在出生后{days}天内"),
    "lag_open": (
        "Births of this period that are not registered yet are in none of these figures.",
        "本期尚未登记的出生不在上述任何数字之中。",
    ),
    "lag_cells": (
        "Boys and girls, by month of birth and month of registration.",
        "按出生月份与登记月份列出男婴、女婴例数。",
    ),
    # indicators
    "indicator": ("indicator", "指标"),
    "count": ("count", "例数"),
    "value": ("value", "数值"),
    "interval": ("95 % interval", "95%置信区间"),
    "of": ("{count} of {whole}", "{count}／{whole}"),
    "certified": ("live births with a valid certificate, %", "出生医学证明签发率，%"),
    "hospital": ("live births in a hospital, %", "住院分娩率，%"),
    "stillbirths": ("stillbirths per 1,000 births", "死产率，‰"),
    "neonatal": ("neonatal deaths per 1,000 live births", "新生儿死亡率，‰"),
    "maternal": ("maternal deaths per 100,000 live births (whole county)", "孕产妇死亡率，1/10万（全县）"),
    # method
    "method_exact": (
        "Statements carry the exact interval (Clopper and Pearson 1934) of the proportion of boys, as a ratio; "
        "charts Wilson's (1927). Both are of 95 %.",
        "文字与表格采用男婴比例的精确区间（Clopper–Pearson，1934）换算为性别比；图中采用威尔逊区间（Wilson，1927）。置信水平均为95%。",
    ),
    "method_funnel": (
        "Areas are compared by a funnel (Spiegelhalter 2005) around {baseline}; a ranking would only sort chance.",
        "地区之间用以{baseline}为基准的漏斗图（Spiegelhalter，2005）比较；排名只是在给偶然波动排序。",
    ),
    "method_nobody": (
        "Nothing here says anything of any one family, and nothing here is evidence against anybody.",
        "本报告的任何数字都不说明任何一个家庭的情况，也不是针对任何人的证据。",
    ),
}
