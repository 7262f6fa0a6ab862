//! What an import can say: one entry per code, in English and Chinese, with an example. A code is never given another
//! meaning.

use crate::report::Grade;

/// One kind of note.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry {
    /// `G1403`, stable for ever.
    pub code: &'static str,
    pub grade: Grade,
    /// Message with `{0}`, `{1}` of the place.
    pub en: &'static str,
    pub zh: &'static str,
    /// A cell that gets it, and what is made of it.
    pub example: &'static str,
}

macro_rules! codes {
    ($($name:ident = $code:literal $grade:ident $en:literal, $zh:literal; $example:literal)*) => {
        $(pub(crate) const $name: &Entry = &Entry {
            code: $code, grade: Grade::$grade, en: $en, zh: $zh, example: $example,
        };)*
        /// Every entry, in order of code.
        pub const ALL: &[&Entry] = &[$($name),*];
    };
}

codes! {
    ITEM = "G1401" Understood
        "is `{0}` of the form", "成为表单里的 `{0}`";
        "Diameter | 25 ± 0.05 mm   =>   - measure: Diameter\n                                 limits: 25 ± 0.05 mm"
    SHEET_SKIPPED = "G1402" NotUnderstood
        "this sheet has no header row that names items to check; it is left out", "这个工作表没有检查项目的表头，没有导入";
        "a sheet with drawings only   =>   (left out)"
    COLUMN_LEFT_OUT = "G1403" NotUnderstood
        "nothing is known of a column with this header; it is left out", "不认识这个表头，这一列没有导入";
        "Cpk target   =>   (the column is left out)"
    LIMITS_NOT_READ = "G1404" NotUnderstood
        "these limits are not understood: the field takes a number and judges nothing; what is written stays as its hint", "读不懂这个规格：字段只收数字，不判定；原文保留为提示";
        "25-0.05   =>   - number: Length\n                  hint: 25-0.05"
    TAKEN_AS_CHECK = "G1405" Guessed
        "there are no limits to measure against: asked as pass or fail", "没有可测量的限值：按合格/不合格检查";
        "Surface | no scratches   =>   - check: Surface\n                                hint: no scratches"
    LIMITS_GUESSED = "G1406" Guessed
        "read as limits `{0}`", "按限值 `{0}` 理解";
        "Ra 1.6 | um   =>   limits: at most 1.6 µm"
    REST_AS_HINT = "G1407" Guessed
        "`{0}` is not part of the limits; what is written stays as the hint", "`{0}` 不属于限值；原文保留为提示";
        "25±0.05 all round   =>   limits: 25 ± 0.05, hint: 25±0.05 all round"
    UNIT_NOT_KNOWN = "G1408" NotUnderstood
        "the unit `{0}` is not known; it stays in the hint", "不认识单位 `{0}`；保留在提示里";
        "12 ± 1 blips   =>   limits: 12 ± 1, hint: 12 ± 1 blips"
    SAMPLES_NOT_READ = "G1409" NotUnderstood
        "this sample size is no whole number of pieces; it stays in the hint", "样本数不是整数；保留在提示里";
        "AQL 0.65   =>   hint: Sample AQL 0.65"
    FREQUENCY_AS_HINT = "G1410" NotUnderstood
        "how often is not made a start of the app; it stays in the hint", "频次没有变成应用的启动方式；保留在提示里";
        "2 per shift   =>   hint: 2 per shift"
    KNOWN_BY_ITSELF = "G1411" Guessed
        "not asked: every run knows who answered, and when", "不用填：系统自己记录谁填、何时填";
        "Date:   =>   (no field)"
    HEAD_FIELD = "G1412" Guessed
        "a blank above the items: asked first, as `{0}`", "项目上方的空格：作为 `{0}` 首先填写";
        "Work order: ____   =>   - order: Work order"
    KEPT_IN_ABOUT = "G1413" Guessed
        "filled in on the sheet: kept in what the app says about itself", "表上已填写：写进应用的用途";
        "Part: Shaft 4711   =>   about: \"Part: Shaft 4711\""
    SIGNATURE = "G1414" Guessed
        "a signature of whoever answers the form", "填表人的签字";
        "Inspector: ____   =>   sign: Inspector"
    SECOND_SIGNATURE = "G1415" Guessed
        "a signature of a second person, in a form of its own", "另一人的签字，单独一个表单";
        "Approved by: ____   =>   - form: Approved by\n                           not_by: …"
    SAME_NAME = "G1416" Guessed
        "the name is there already: this one gets the id `{0}`", "名称重复：这一个的代号是 `{0}`";
        "Diameter, twice   =>   id: diameter_2"
    ROW_LEFT_OUT = "G1417" NotUnderstood
        "this is no item and no signature; it is left out", "既不是项目也不是签字；没有导入";
        "a remark below the table   =>   (left out)"
    HEADING = "G1418" Guessed
        "a heading between the items: shown as a sentence", "项目之间的小标题：显示为说明";
        "Dimensions   =>   - info: Dimensions"
    TITLE_GUESSED = "G1419" Guessed
        "taken as the name of the app: `{0}`", "用作应用名称：`{0}`";
        "Daily check of line 3   =>   app: Daily check of line 3"
    TOO_LONG = "G1420" Guessed
        "too long for a title: shortened, the whole stays as the hint", "标题太长：已缩短，全文保留为提示";
        "(a paragraph as an item)   =>   a short title and a hint"
    FORM_FULL = "G1421" NotUnderstood
        "a form takes {0} fields: this one and those below are left out", "一个表单最多 {0} 个字段：这一行及以下没有导入";
        "row 400 of a list   =>   (left out)"
    HIDDEN_SHEET = "G1422" NotUnderstood
        "a hidden sheet is left out", "隐藏的工作表没有导入";
        "(a hidden sheet)   =>   (left out)"
    KIND_GUESSED = "G1423" Guessed
        "asked as `{0}`", "按 `{0}` 填写";
        "Serial number   =>   - scan: Serial number"
    SAMPLES_FROM_COLUMNS = "G1424" Guessed
        "as many readings as there are columns for them: {0}", "有几列实测值就测几次：{0}";
        "X1 | X2 | X3   =>   samples: 3"
    COLUMN_FOR_EACH_DAY = "G1425" Guessed
        "one column for each day or round: each of them is a run of the app", "每天（每轮）一列：每一列就是应用的一次运行";
        "1 | 2 | … | 31   =>   (a run a day)"
    TYPE_NOT_KNOWN = "G1430" NotUnderstood
        "the type `{0}` has no counterpart; the question is asked as text, and may be left out", "类型 `{0}` 没有对应的字段；改为可不填的文字";
        "type: geotrace   =>   - text: …\n                       optional: yes"
    NOT_ASKED = "G1431" Guessed
        "not asked: every run keeps this by itself", "不用填：系统自己记录";
        "type: start   =>   (no field)"
    FORMULA_NOT_READ = "G1432" NotUnderstood
        "this expression has no counterpart here ({0}); it stays as a comment", "这个表达式没有对应的写法（{0}）；保留为注释";
        "relevant: pulldata(…)   =>   # relevant: pulldata(…)"
    FORMULA_REFUSED = "G1433" NotUnderstood
        "the translated expression does not fit the other fields ({0}); it stays as a comment", "译出的表达式与其他字段不符（{0}）；保留为注释";
        "relevant: ${text} > 5   =>   # relevant: ${text} > 5"
    IGNORED = "G1434" NotUnderstood
        "`{0}` is not carried over", "`{0}` 没有导入";
        "appearance: w3   =>   (left out)"
    LIST_MISSING = "G1435" NotUnderstood
        "the list `{0}` has no choices in this file; asked as text", "文件里没有列表 `{0}` 的选项；改为文字";
        "select_one towns   =>   - text: …"
    GROUP_FLATTENED = "G1436" Guessed
        "a group: its label is shown as a sentence, its condition holds for each question in it", "分组：标题显示为说明，条件作用于组内每一项";
        "begin_group   =>   - info: …"
    REPEAT_AS_ROWS = "G1437" Guessed
        "a repeat: asked as `{0}`", "重复组：按 `{0}` 填写";
        "begin_repeat   =>   - group: …"
    LABEL_MISSING = "G1438" Guessed
        "there is no label: the name is the title", "没有标签：用名称作标题";
        "name: q1   =>   - text: q1"
    OTHER_ADDED = "G1439" Understood
        "`or_other`: a choice and a text for it", "`or_other`：一个选项和一个说明";
        "select_one fruits or_other   =>   from: […, Other] and a text"
    UNBALANCED = "G1440" NotUnderstood
        "a group begins and does not end, or ends and did not begin", "分组没有结束，或没有开始";
        "end_group without begin_group   =>   (left out)"
    CHOICES_ALIKE = "G1441" Guessed
        "two choices have one label: the name stands behind it", "两个选项同名：后面加上代号";
        "Yes, Yes   =>   from: [Yes, \"Yes (y2)\"]"
    DEFAULT_NOT_READ = "G1442" NotUnderstood
        "this default is no plain value; it is left out", "默认值不是普通的值；没有导入";
        "default: once(random())   =>   (left out)"
    BOUNDS = "G1443" Understood
        "the constraint is `{0}`", "约束为 `{0}`";
        ". >= 0 and . <= 120   =>   min: 0, max: 120"
    FIELD_TAKEN_BACK = "G1444" NotUnderstood
        "this would not pass the check ({0}); asked as text that may be left out", "这样通不过检查（{0}）；改为可不填的文字";
        "(a field that does not fit)   =>   - text: …"
    NAME_CHANGED = "G1445" Guessed
        "the name cannot be an id here: it is `{0}`", "名称不能用作代号：改为 `{0}`";
        "name: Q1-a   =>   id: q1_a"
}

/// The entry of a code such as `G1404`.
pub fn find(code: &str) -> Option<&'static Entry> {
    ALL.iter().copied().find(|entry| entry.code == code)
}
