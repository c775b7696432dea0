"""The tables of births that people read, page and export: their columns in code, English and Chinese."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from services.births.domain.reference import County, Facility, Township
from shared.tables import Column, Sheet

MONTH = Column("month", "month of birth", "出生月份")
TOWNSHIP = Column("township", "township", "乡镇")
FACILITY = Column("facility", "facility", "机构")
LIVE_BIRTHS = Column("births", "live births", "活产数")
BOYS, GIRLS = Column("boys", "boys", "男婴"), Column("girls", "girls", "女婴")
RATIO = Column("ratio", "boys per 100 girls", "出生人口性别比")
PLACES = {"township", "facility", "unit", "areas", "code"}
"""Columns that hold codes of places."""
STANDINGS = {
    "within": ("within chance", "偶然波动之内"),
    "between": ("between the limits", "两界限之间"),
    "outside": ("beyond both limits", "超出两界限"),
}
ORDERS = {"1": ("first", "一孩"), "2": ("second", "二孩"), "3+": ("third or later", "多孩")}
INDICATORS = {
    "certified": ("live births with a valid certificate, %", "出生医学证明签发率，%"),
    "hospital": ("live births in a hospital, %", "住院分娩率，%"),
    "stillbirths": ("stillbirths per 1,000 births", "死产率，‰"),
    "neonatal": ("neonatal deaths per 1,000 live births", "新生儿死亡率，‰"),
    "maternal": ("maternal deaths per 100,000 live births", "孕产妇死亡率，1/10万"),
}
IN_FUNNEL = (
    LIVE_BIRTHS,
    BOYS,
    GIRLS,
    RATIO,
    Column("exact_low", "exact 95 % from", "95%精确区间下限"),
    Column("exact_high", "exact 95 % to", "95%精确区间上限"),
    Column("wilson_low", "Wilson 95 % from", "95%威尔逊区间下限"),
    Column("wilson_high", "Wilson 95 % to", "95%威尔逊区间上限"),
    Column("inner_low", "inner limit below", "内界限下限"),
    Column("inner_high", "inner limit above", "内界限上限"),
    Column("outer_low", "outer limit below", "外界限下限"),
    Column("outer_high", "outer limit above", "外界限上限"),
    Column("standing", "in the funnel", "漏斗位置", STANDINGS),
)
"""Some live births with their intervals, and where they lie in a funnel."""
AREAS = Sheet("sex-ratio-areas", (Column("areas", "place, small ones together", "地区或机构（小者合并）"), *IN_FUNNEL))
CROSS_TABLE = Sheet(
    "sex-ratio",
    (
        Column("period", "period", "时期"),
        TOWNSHIP,
        FACILITY,
        Column("birth_order", "birth order", "孩次", ORDERS),
        *IN_FUNNEL,
    ),
)
LAG = Sheet("lag", (MONTH, Column("later", "registered months later", "滞后月数"), BOYS, GIRLS))
RATES = Sheet(
    "indicators",
    (
        Column("indicator", "indicator", "指标", INDICATORS),
        Column("count", "count", "例数"),
        Column("of", "of", "总数"),
        Column("per", "per", "每"),
        Column("value", "value", "数值"),
        Column("low", "95 % from", "95%区间下限"),
        Column("high", "95 % to", "95%区间上限"),
    ),
)
ISSUANCE = Sheet(
    "issuance",
    (MONTH, Column("live_births", "live births", "活产数"), Column("certificates", "certificates", "有效证明数")),
)
DUPLICATES = Sheet(
    "duplicates",
    (
        Column("of", "birth", "出生记录"),
        Column("birth", "possibly the same", "疑似重复记录"),
        Column(
            "review",
            "review",
            "核查结果",
            {
                "open": ("open", "待核查"),
                "confirmed": ("the same child", "同一婴儿"),
                "dismissed": ("another child", "不同婴儿"),
            },
        ),
        FACILITY,
        TOWNSHIP,
        Column("born_on", "born on", "出生日期"),
        Column("changed_at", "since", "自"),
    ),
)
CORRECTION_REASONS = {
    "facility_book": ("facility's book", "机构分娩登记"),
    "medical_record": ("medical record", "病历"),
    "identity_document": ("identity document", "身份证件"),
    "family_statement": ("the family's word", "家属陈述"),
    "court_decision": ("court decision", "法院裁判"),
}
REJECTION_REASONS = {
    "not_proven": ("not proven", "证据不足"),
    "record_right": ("the record is right", "原登记无误"),
    "withdrawn": ("withdrawn", "申请人撤回"),
}
CORRECTIONS = Sheet(
    "corrections",
    (
        Column("correction", "correction", "更正申请"),
        Column("birth", "birth", "出生记录"),
        FACILITY,
        TOWNSHIP,
        Column("reason", "because of", "依据", CORRECTION_REASONS),
        Column("requested_by", "requested by", "申请人"),
        Column("requested_at", "requested at", "申请时间"),
        Column(
            "state",
            "state",
            "状态",
            {"waiting": ("waiting", "待审核"), "approved": ("approved", "已批准"), "rejected": ("rejected", "已驳回")},
        ),
        Column("decided_by", "decided by", "审核人"),
        Column("decided_at", "decided at", "审核时间"),
        Column("rejected_because", "rejected because", "驳回原因", REJECTION_REASONS),
    ),
)
VOID_REASONS = {
    "misprinted": ("misprinted", "打印有误"),
    "damaged": ("damaged", "破损"),
    "lost": ("lost", "遗失"),
    "outdated": ("outdated by a correction", "登记已更正"),
    "issued_in_error": ("issued in error", "误签发"),
    "not_a_live_birth": ("no live birth after all", "更正为非活产"),
    "duplicate": ("of a duplicate", "属重复登记"),
}
CERTIFICATES = Sheet(
    "certificates",
    (
        Column("certificate", "number", "证明编号"),
        Column("birth", "birth", "出生记录"),
        Column("unit", "issued by", "签发单位"),
        TOWNSHIP,
        FACILITY,
        Column("issued_on", "issued on", "签发日期"),
        Column("replaces", "replaces", "换发自"),
        Column("state", "state", "状态", {"valid": ("valid", "有效"), "void": ("void", "作废")}),
        Column("reason", "reason", "作废原因", VOID_REASONS),
    ),
)
KINDS = {"facility": ("facility", "机构"), "township": ("township", "乡镇")}
STATES = {
    "quiet": ("quiet", "无信号"),
    "raised": ("signal", "有信号"),
    "cleared": ("cleared", "已核实"),
    "withdrawn": ("taken back", "已撤回"),
    "dismissed": ("dismissed", "已排除"),
    "reset": ("begun anew", "重新开始"),
}
BOARD = Sheet(
    "watch",
    (
        Column("kind", "kind", "类别", KINDS),
        Column("code", "facility or township", "机构或乡镇"),
        Column("observed_week", "observed up to the week of", "监测至（周一）"),
        Column("births", "live births observed", "已监测活产数"),
        Column("state", "state", "状态", STATES),
        Column("signal_week", "signal by the end of the week of", "信号所在周（周一）"),
        Column("decided_on", "decided on", "处理日期"),
    ),
)
AXES = {"county": ("county", "全县"), "township": ("township", "乡镇"), "facility": ("facility", "机构")}
REASONS = {
    "corrections": ("corrections", "更正"),
    "late_registrations": ("late registrations", "补登"),
    "duplicates_resolved": ("duplicates resolved", "查重"),
    "method": ("method", "方法变更"),
}
EDITIONS = Sheet(
    "releases",
    (
        Column("period", "period", "时期"),
        Column("edition", "edition", "版次"),
        Column("published_on", "published on", "发布日期"),
        Column("reason", "restated because of", "修订原因", REASONS),
    ),
)
FIGURES = Sheet(
    "release",
    (
        Column("axis", "by", "口径", AXES),
        Column("areas", "area", "地区或机构"),
        Column("birth_order", "birth order", "孩次", {"all": ("all", "合计"), **ORDERS}),
        LIVE_BIRTHS,
        BOYS,
        GIRLS,
        RATIO,
        Column("low", "exact 95 % interval, low", "95%精确区间下限"),
        Column("high", "exact 95 % interval, high", "95%精确区间上限"),
    ),
)


def named(sheet: Sheet, county: County) -> Sheet:
    """The table with places by their names where it is read in English or Chinese."""
    places: Mapping[str, Township | Facility] = {**county.facilities, **county.townships}
    names = {code: (place.name_en, place.name_zh) for code, place in places.items()}
    return replace(
        sheet,
        columns=tuple(replace(column, words=names) if column.name in PLACES else column for column in sheet.columns),
    )
