//! What the columns of a check sheet are called, in English and Chinese.

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Role {
    Number,
    Category,
    Item,
    Spec,
    Nominal,
    Lower,
    Upper,
    UpperDeviation,
    LowerDeviation,
    Unit,
    Method,
    Samples,
    Frequency,
    /// Where readings are written.
    Result,
    /// Where pass or fail is written.
    Verdict,
    Remark,
    /// What is done about it when it is not right.
    Reaction,
    Options,
    /// Who and when: every run knows it by itself.
    Known,
}

/// Texts without blanks and signs, in small letters; a header is looked up whole first, then by what it begins with.
const NAMES: &[(Role, &[&str])] = &[
    (
        Role::Number,
        &["no", "nr", "#", "seq", "sn", "序号", "编号", "项次", "no序号", "序号no"],
    ),
    (
        Role::Category,
        &[
            "category",
            "group",
            "type",
            "class",
            "area",
            "类别",
            "分类",
            "类型",
            "项目类别",
            "检查类别",
            "工序",
            "区域",
            "部位",
            "检查部位",
            "process",
            "processstep",
            "operation",
        ],
    ),
    (
        Role::Item,
        &[
            "item",
            "items",
            "checkitem",
            "inspectionitem",
            "characteristic",
            "characteristics",
            "feature",
            "checkpoint",
            "check",
            "description",
            "question",
            "parameter",
            "dimension",
            "whattocheck",
            "inspectionpoint",
            "productcharacteristic",
            "testitem",
            "task",
            "activity",
            "检查项目",
            "检验项目",
            "检测项目",
            "项目",
            "检查内容",
            "检验内容",
            "点检项目",
            "点检内容",
            "特性",
            "产品特性",
            "检验特性",
            "测量项目",
            "检测内容",
            "巡检项目",
            "内容",
            "尺寸",
            "检查点",
            "问题",
            "参数",
            "项目名称",
            "保养项目",
            "保养内容",
            "作业内容",
        ],
    ),
    (
        Role::Spec,
        &[
            "spec",
            "specification",
            "specs",
            "standard",
            "limit",
            "limits",
            "tolerance",
            "requirement",
            "requirements",
            "acceptancecriteria",
            "criteria",
            "criterion",
            "drawing",
            "spectolerance",
            "specificationtolerance",
            "nominaltolerance",
            "speclimits",
            "acceptance",
            "标准",
            "规格",
            "规格要求",
            "技术要求",
            "要求",
            "判定标准",
            "检查标准",
            "检验标准",
            "点检标准",
            "判断标准",
            "规格公差",
            "标准值公差",
            "公差",
            "规范",
            "图纸要求",
            "标准规格",
            "规格标准",
            "合格标准",
            "检测标准",
            "限值",
            "保养标准",
            "基准",
            "判定基准",
        ],
    ),
    (
        Role::Nominal,
        &[
            "nominal",
            "target",
            "nominalvalue",
            "setpoint",
            "标准值",
            "公称",
            "公称值",
            "公称尺寸",
            "名义值",
            "目标值",
            "基本尺寸",
            "设定值",
            "中心值",
        ],
    ),
    (
        Role::Lower,
        &[
            "lower",
            "min",
            "minimum",
            "lowerlimit",
            "lsl",
            "lowerspeclimit",
            "low",
            "下限",
            "最小",
            "最小值",
            "规格下限",
            "下限值",
            "lsl下限",
            "下限lsl",
        ],
    ),
    (
        Role::Upper,
        &[
            "upper",
            "max",
            "maximum",
            "upperlimit",
            "usl",
            "upperspeclimit",
            "high",
            "上限",
            "最大",
            "最大值",
            "规格上限",
            "上限值",
            "usl上限",
            "上限usl",
        ],
    ),
    (
        Role::UpperDeviation,
        &[
            "uppertolerance",
            "uppertol",
            "upperdeviation",
            "tol+",
            "+tol",
            "+",
            "上公差",
            "上偏差",
            "正公差",
            "plustolerance",
        ],
    ),
    (
        Role::LowerDeviation,
        &[
            "lowertolerance",
            "lowertol",
            "lowerdeviation",
            "tol-",
            "-tol",
            "-",
            "下公差",
            "下偏差",
            "负公差",
            "minustolerance",
        ],
    ),
    (Role::Unit, &["unit", "units", "uom", "单位", "计量单位"]),
    (
        Role::Method,
        &[
            "method",
            "gauge",
            "gage",
            "tool",
            "instrument",
            "equipment",
            "measuringtool",
            "measuringequipment",
            "inspectionmethod",
            "howtocheck",
            "how",
            "means",
            "device",
            "方法",
            "量具",
            "检具",
            "检验方法",
            "检查方法",
            "测量工具",
            "检测方法",
            "检测工具",
            "检验工具",
            "测量方法",
            "点检方法",
            "工具",
            "仪器",
            "检测设备",
            "检测手段",
            "量检具",
            "检查工具",
            "检具量具",
            "检验手段",
        ],
    ),
    (
        Role::Samples,
        &[
            "samplesize",
            "samples",
            "sample",
            "n",
            "qty",
            "quantity",
            "size",
            "pieces",
            "样本",
            "样本数",
            "样本量",
            "样本容量",
            "抽样数",
            "抽检数",
            "抽检数量",
            "数量",
            "检验数量",
            "检查数量",
            "件数",
            "容量",
            "抽样数量",
        ],
    ),
    (
        Role::Frequency,
        &[
            "frequency",
            "freq",
            "interval",
            "howoften",
            "when",
            "period",
            "频次",
            "频率",
            "检查频次",
            "检验频次",
            "周期",
            "点检周期",
            "检验频率",
            "检查频率",
            "抽样频次",
            "抽检频次",
            "检查周期",
            "点检频次",
            "保养周期",
        ],
    ),
    (
        Role::Result,
        &[
            "result",
            "results",
            "reading",
            "readings",
            "measured",
            "measuredvalue",
            "measurement",
            "measurements",
            "actual",
            "actualvalue",
            "value",
            "data",
            "record",
            "实测",
            "实测值",
            "测量值",
            "结果",
            "检查结果",
            "检验结果",
            "检测结果",
            "测量结果",
            "实测数据",
            "检验数据",
            "测量数据",
            "记录",
            "检查记录",
            "检验记录",
            "数据",
            "点检结果",
            "实际值",
            "检测值",
            "点检记录",
        ],
    ),
    (
        Role::Verdict,
        &[
            "ok",
            "ng",
            "okng",
            "ok?",
            "passfail",
            "pass",
            "fail",
            "judgement",
            "judgment",
            "verdict",
            "status",
            "conclusion",
            "yn",
            "yesno",
            "judge",
            "判定",
            "判断",
            "合格",
            "是否合格",
            "结论",
            "判定结果",
            "单项判定",
            "合格不合格",
            "状态",
            "√×",
            "okng判定",
        ],
    ),
    (
        Role::Remark,
        &[
            "remark", "remarks", "comment", "comments", "note", "notes", "备注", "说明", "备考", "注",
        ],
    ),
    (
        Role::Reaction,
        &[
            "reaction",
            "reactionplan",
            "correctiveaction",
            "action",
            "actiontaken",
            "countermeasure",
            "对策",
            "反应计划",
            "处理措施",
            "异常处理",
            "纠正措施",
            "不良处理",
            "措施",
            "处置",
            "异常记录",
            "处理结果",
            "不合格处理",
        ],
    ),
    (
        Role::Options,
        &["options", "choices", "selection", "选项", "可选项", "可选值"],
    ),
    (
        Role::Known,
        &[
            "date",
            "time",
            "by",
            "inspector",
            "operator",
            "checkedby",
            "signature",
            "initials",
            "日期",
            "时间",
            "检查人",
            "检验员",
            "操作者",
            "点检人",
            "签名",
            "检验人",
            "责任人",
            "负责人",
            "操作员",
            "owner",
            "responsible",
            "who",
        ],
    ),
];

/// Letters, digits and the signs that make a difference; small, without blanks.
fn key(text: &str) -> String {
    let keep = |c: &char| c.is_alphanumeric() || matches!(c, '#' | '+' | '-' | '√' | '×' | '?');
    let small: String = text.chars().filter(keep).flat_map(char::to_lowercase).collect();
    if small.chars().count() > 1 {
        // A hyphen inside of words makes none.
        let ends = small.starts_with(['+', '-']) || small.ends_with(['+', '-']);
        return if ends {
            small
        } else {
            small.replace(['-', '?', '#'], "")
        };
    }
    small
}

/// What a column with this header holds; a header in two languages (`Item 检查项目`, `规格/Spec`) counts by either.
pub(crate) fn role(text: &str) -> Option<Role> {
    // `规格 (mm)`: what is in brackets explains.
    let outside = without_brackets(text);
    whole(&outside).or_else(|| whole(text)).or_else(|| {
        let parts = outside.split(['/', '\n', '|', '(', ')', '（', '）', '・', '、', ' ']);
        let mut roles: Vec<Role> = parts.filter_map(whole).collect();
        roles.dedup();
        match roles[..] {
            [one] => Some(one),
            // `标准/公差`, `No. Item`: the more telling one.
            [Role::Number | Role::Known, one] => Some(one),
            [first, ..] => Some(first),
            [] => in_two_scripts(&outside),
        }
    })
}

fn whole(text: &str) -> Option<Role> {
    let key = key(text);
    if key.is_empty() {
        return None;
    }
    NAMES
        .iter()
        .find(|(_, names)| names.contains(&key.as_str()))
        .map(|(role, _)| *role)
}

/// `检查项目Item` without anything between.
fn in_two_scripts(text: &str) -> Option<Role> {
    let latin: String = text.chars().filter(|c| c.is_ascii()).collect();
    let other: String = text.chars().filter(|c| !c.is_ascii()).collect();
    if latin.trim().is_empty() || other.trim().is_empty() {
        return None;
    }
    whole(&other).or_else(|| whole(&latin))
}

fn without_brackets(text: &str) -> String {
    let mut out = String::new();
    let mut depth = 0_usize;
    for character in text.chars() {
        match character {
            '(' | '（' | '[' => depth += 1,
            ')' | '）' | ']' => depth = depth.saturating_sub(1),
            other if depth == 0 => out.push(other),
            _ => {}
        }
    }
    out
}

/// The unit that a header gives in brackets: `Spec (mm)`, `规格[mm]`.
pub(crate) fn unit_in(text: &str) -> Option<String> {
    let start = text.find(['(', '（', '['])?;
    let inside = &text[start..];
    let inside = &inside[inside.chars().next()?.len_utf8()..];
    let end = inside.find([')', '）', ']'])?;
    let unit = expression::units::find(inside[..end].trim())?;
    Some(unit.symbol.to_owned())
}

/// Headers of single samples under a result: `1`, `X1`, `#2`, `第3件`, `样品4`.
pub(crate) fn is_sample(text: &str) -> bool {
    let lower = text.trim().to_lowercase();
    let bare = lower
        .trim_start_matches(['x', '#', '第', 'n', '件', '样', '品', '本', '次', ' ', '.'])
        .trim_start_matches("sample")
        .trim_start_matches("piece")
        .trim_matches(['#', '件', '次', '个', ' ', '.', '号']);
    !bare.is_empty() && bare.len() <= 2 && bare.bytes().all(|byte| byte.is_ascii_digit())
}

/// Who signs at the foot of a sheet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Signer {
    /// Whoever fills the sheet in.
    First,
    /// Whoever looks over it.
    Second,
}

const FIRST: &[&str] = &[
    "inspector",
    "inspectedby",
    "inspected",
    "operator",
    "checkedby",
    "performedby",
    "measuredby",
    "filledby",
    "preparedby",
    "completedby",
    "technician",
    "signature",
    "signed",
    "sign",
    "signedby",
    "检验员",
    "检查员",
    "检验",
    "检验人",
    "检查人",
    "检查者",
    "操作员",
    "操作者",
    "作业员",
    "点检人",
    "点检者",
    "填表",
    "填表人",
    "制表",
    "编制",
    "签名",
    "签字",
    "测量人",
    "记录人",
    "记录",
    "点检员",
];
const SECOND: &[&str] = &[
    "approvedby",
    "approved",
    "approval",
    "approver",
    "reviewedby",
    "reviewed",
    "reviewer",
    "verifiedby",
    "verified",
    "supervisor",
    "teamleader",
    "qualityengineer",
    "manager",
    "releasedby",
    "审核",
    "审核人",
    "审批",
    "批准",
    "批准人",
    "核准",
    "复核",
    "复核人",
    "确认",
    "确认人",
    "组长",
    "班长",
    "主管",
    "班组长",
    "质量工程师",
    "放行",
    "核对",
];

/// A longer label is a sentence.
const SIGNER_CHARACTERS_MAX: usize = 8;

/// Whether a label asks for a signature, and whose.
pub(crate) fn signer(text: &str) -> Option<Signer> {
    let label = text.split([':', '：']).next().unwrap_or_default();
    let key = key(&without_brackets(label));
    let short = key
        .trim_end_matches("签名")
        .trim_end_matches("签字")
        .trim_end_matches("signature");
    let is = |names: &[&str]| names.contains(&key.as_str()) || (!short.is_empty() && names.contains(&short));
    if is(SECOND) {
        return Some(Signer::Second);
    }
    if is(FIRST) {
        return Some(Signer::First);
    }
    // `班长确认`, `检验员签名`: a short label that has one of the words in it.
    let has = |names: &[&str]| names.iter().any(|name| !name.is_ascii() && key.contains(name));
    if !key.is_ascii() && key.chars().count() <= SIGNER_CHARACTERS_MAX {
        if has(SECOND) {
            return Some(Signer::Second);
        }
        if has(FIRST) && label.len() < text.len() {
            return Some(Signer::First);
        }
    }
    // `检验员 / Inspector`.
    let mut parts = label.split(['/', ' ', '\n']).filter(|part| !part.trim().is_empty());
    let (first, more) = (parts.next()?, parts.next());
    more.and_then(|_| signer(first))
}

/// A label of what every run knows: who, when.
pub(crate) fn is_known(text: &str) -> bool {
    let label = text.split([':', '：']).next().unwrap_or_default();
    const MORE: &[&str] = &[
        "inspectiondate",
        "checkdate",
        "检验日期",
        "检查日期",
        "点检日期",
        "datetime",
        "starttime",
        "endtime",
        "填表日期",
        "年月日",
        "开始时间",
        "结束时间",
    ];
    whole(label) == Some(Role::Known) || MORE.contains(&key(label).as_str()) || signer(text) == Some(Signer::First)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_are_known_in_both_languages() {
        for (text, meant) in [
            ("Item", Some(Role::Item)),
            ("检查项目", Some(Role::Item)),
            ("检查项目\nItem", Some(Role::Item)),
            ("检查项目Item", Some(Role::Item)),
            ("Spec. (mm)", Some(Role::Spec)),
            ("规格/公差", Some(Role::Spec)),
            ("Sample size", Some(Role::Samples)),
            ("No.", Some(Role::Number)),
            ("OK / NG", Some(Role::Verdict)),
            ("量具", Some(Role::Method)),
            ("+Tol", Some(Role::UpperDeviation)),
            ("Measured value", Some(Role::Result)),
            ("Cpk", None),
            ("", None),
        ] {
            assert_eq!(role(text), meant, "{text}");
        }
        assert_eq!(unit_in("Spec (mm)").as_deref(), Some("mm"));
        assert_eq!(signer("检验员："), Some(Signer::First));
        assert_eq!(signer("Approved by: ________"), Some(Signer::Second));
        assert_eq!(signer("审核/Approved"), Some(Signer::Second));
        assert_eq!(signer("Diameter"), None);
        assert!(is_sample("X1") && is_sample("第3件") && is_sample("5") && !is_sample("25.05") && !is_sample("Item"));
    }
}
