//! All that this crate can say to a person, under stable codes, in English and Chinese.
//!
//! `{0}`, `{1}` … are filled with the words of the place. A code is never renamed and never given another meaning.

/// One kind of problem.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Stable name.
    pub code: &'static str,
    /// When it is reported.
    pub meaning: &'static str,
    /// English wording with `{0}`, `{1}` … for the words of the place.
    pub en: &'static str,
    /// Chinese wording.
    pub zh: &'static str,
}

macro_rules! catalogue {
    ($($name:ident = $code:literal: $meaning:literal, $en:literal, $zh:literal;)*) => {
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(crate) enum Code { $($name),* }

        /// Every problem and note this crate can report.
        pub const CATALOGUE: &[Entry] = &[$(Entry { code: $code, meaning: $meaning, en: $en, zh: $zh }),*];

        impl Code {
            pub(crate) fn entry(self) -> &'static Entry {
                &CATALOGUE[self as usize]
            }
        }
    };
}

catalogue! {
    // Reading the text.
    Unexpected = "unexpected": "something stands where a formula cannot have it",
        "{0} does not fit here", "{0} 不能写在这里";
    UnexpectedEnd = "unexpected-end": "the formula stops before it is complete",
        "the formula stops too early: {0} is missing", "公式不完整：缺少{0}";
    EmptyFormula = "empty-formula": "there is no formula",
        "there is no formula here", "这里没有公式";
    EqualsFirst = "equals-first": "the formula begins with = where it must not",
        "the = at the beginning is not part of the formula", "开头的 = 不属于公式";
    DoubleEquals = "double-equals": "== was written to compare",
        "use a single = to compare", "比较请用一个 =";
    WriteWord = "write-word": "a sign of a programming language was written instead of a word",
        "write '{1}' instead of {0}", "请写 '{1}'，不要写 {0}";
    WriteSign = "write-sign": "a comparison was written the wrong way round",
        "write {1} instead of {0}", "请写 {1}，不要写 {0}";
    SingleQuotes = "single-quotes": "text stands in single quotes",
        "text stands in double quotes: {0}", "文字要用双引号：{0}";
    Capitals = "capitals": "a word of the language was written in capitals",
        "write '{1}' in small letters, not {0}", "请用小写 '{1}'，不要写 {0}";
    UnclosedText = "unclosed-text": "the closing quote of a text is missing",
        "this text has no closing quote", "这段文字缺少右引号";
    UnclosedBracket = "unclosed-bracket": "a bracket is opened and not closed",
        "the bracket {0} is never closed with {1}", "括号 {0} 没有用 {1} 关闭";
    ExtraBracket = "extra-bracket": "a bracket is closed that was never opened",
        "the bracket {0} has no opening bracket", "括号 {0} 没有对应的左括号";
    UnclosedComment = "unclosed-comment": "a comment is opened and not closed",
        "this comment has no closing */", "注释缺少结尾的 */";
    BadNumber = "bad-number": "a number cannot be read or has too many digits",
        "{0} is no number that can be computed with (at most 28 digits)", "{0} 不是可以计算的数字（最多 28 位）";
    UnknownCharacter = "unknown-character": "a character that no formula has",
        "the character {0} has no meaning in a formula", "公式里不能用字符 {0}";
    UnknownUnit = "unknown-unit": "a number is followed by a unit that is not known",
        "{0} is not a known unit", "不认识单位 {0}";
    UnknownFloorWord = "unknown-floor-word": "after `is` stands something else than ok, not ok, undecided, empty, filled",
        "after 'is' comes ok, not ok, undecided, empty or filled, not '{0}'",
        "'is' 后面只能是 ok、not ok、undecided、empty 或 filled，不能是 '{0}'";
    External = "external-function": "a formula tries to call out of the formula language",
        "a formula cannot call programs outside", "公式不能调用外部程序";
    BadMoment = "bad-moment": "a text that should be a date, time or duration is none",
        "\"{0}\" is no date, time or duration", "\"{0}\" 不是日期、时间或时长";
    BadQuantity = "bad-quantity": "a text that should be a number with a unit is none",
        "\"{0}\" is no number with a unit, such as {1}", "\"{0}\" 不是带单位的数字，例如 {1}";
    BadLimits = "bad-limits": "a text that should be limits is none",
        "\"{0}\" are no limits, such as 24.95 to 25.05 mm, at least 5 N, 25 ± 0.05 mm",
        "\"{0}\" 不是限值，例如 24.95 到 25.05 mm、至少 5 N、25 ± 0.05 mm";
    LimitsCrossed = "limits-crossed": "the lower limit is above the upper one",
        "the lower limit {0} is above the upper limit {1}", "下限 {0} 大于上限 {1}";
    BadDuration = "bad-duration": "a text that should be a duration is none",
        "\"{0}\" is no duration, such as 20 min, 3 h, 2 days, 1 h 30 min", "\"{0}\" 不是时长，例如 20 min、3 h、2 days、20 分钟";
    TemplateBrace = "template-brace": "a brace of a sentence is not closed or not opened",
        "the brace {0} has no partner; write {0}{0} for the sign itself", "花括号 {0} 不成对；要显示它本身请写 {0}{0}";
    // Limits.
    FormulaTooLong = "formula-too-long": "the text is longer than SOURCE_BYTES_MAX",
        "this formula is too long: at most {0} bytes", "公式太长：最多 {0} 字节";
    TooDeep = "too-deep": "brackets, ifs or functions are nested deeper than DEPTH_MAX",
        "this is nested too deeply: at most {0} levels", "嵌套太深：最多 {0} 层";
    TooManyOperators = "too-many-operators": "more than OPERATORS_IN_A_ROW_MAX operators in a row",
        "too many operators in a row: at most {0}", "连续的运算太多：最多 {0} 个";
    TakesTooLong = "takes-too-long": "the evaluation used up FUEL_STEPS_MAX",
        "this formula takes too long: more than {0} steps of work", "公式计算太久：超过 {0} 步";
    ResultTooLarge = "result-too-large": "the evaluation built more than CELLS_MAX, or nested values deeper than VALUE_DEPTH_MAX",
        "this formula builds too much: more than {0} values, or lists nested deeper than {1}",
        "公式生成的数据太多：超过 {0} 个值，或列表嵌套超过 {1} 层";
    TextTooLong = "text-too-long": "a text grew beyond TEXT_BYTES_MAX",
        "this text becomes too long: at most {0} bytes", "文字太长：最多 {0} 字节";
    CallsTooDeep = "calls-too-deep": "functions call each other deeper than CALL_DEPTH_MAX",
        "functions call each other too deeply: at most {0} levels", "函数互相调用太深：最多 {0} 层";
    // Names and types, found by the checker or while evaluating.
    UnknownName = "unknown-name": "a name is not declared",
        "there is nothing called '{0}'", "没有叫 '{0}' 的内容";
    UnknownMember = "unknown-member": "a value has no such part",
        "{1} has no part called '{0}'", "{1} 没有叫 '{0}' 的部分";
    UnknownFunction = "unknown-function": "a function is not known",
        "there is no function called '{0}'", "没有叫 '{0}' 的函数";
    UnknownType = "unknown-type": "`instance of` names a type that is not known",
        "there is no type called '{0}'", "没有叫 '{0}' 的类型";
    ArgumentCount = "argument-count": "a function gets too many or too few values",
        "{0} needs {1}, not {2} values", "{0} 需要 {1}，不是 {2} 个值";
    UnknownArgument = "unknown-argument": "a function has no parameter of that name",
        "{0} takes nothing called '{1}'", "{0} 没有叫 '{1}' 的参数";
    ArgumentType = "argument-type": "a function gets a value of the wrong type",
        "{0} needs {1} as '{2}', not {3}", "{0} 的 '{2}' 需要{1}，不是{3}";
    TypeMismatch = "type-mismatch": "an operator gets values that it cannot work with",
        "'{0}' does not work with {1} and {2}", "'{0}' 不能用于{1}和{2}";
    WrongType = "wrong-type": "a value of another type is needed",
        "here {0} is needed, not {1}", "这里需要{0}，不是{1}";
    UnitMismatch = "unit-mismatch": "two different units meet; nothing is converted silently",
        "{0} and {1} are different units", "{0} 和 {1} 是不同的单位";
    NeverEqual = "never-equal": "a choice is compared with something that is not among its options",
        "\"{0}\" is not one of the options, so this never applies", "\"{0}\" 不在选项中，这个条件永远不成立";
    AlwaysTrue = "always-true": "a condition cannot be false",
        "this is always true", "这个条件永远成立";
    AlwaysFalse = "always-false": "a condition cannot be true",
        "this is never true", "这个条件永远不成立";
    NoVerdict = "no-verdict": "`is ok` asks something that is neither measured nor checked",
        "{0} has no verdict: only measured and checked fields are ok or not ok",
        "{0} 没有判定：只有测量和检查的字段才有合格或不合格";
    NotACondition = "not-a-condition": "a condition is needed and the formula gives something else",
        "a condition is needed here, not {0}", "这里需要一个条件，不是{0}";
    // Notes of an evaluation.
    EmptyValue = "empty-value": "something that was computed with is empty",
        "{0} is empty", "{0} 是空的";
    DivisionByZero = "division-by-zero": "a number was divided by zero",
        "this divides by zero", "除数为零";
    NumberTooLarge = "number-too-large": "a result does not fit 28 digits or the range of dates",
        "the result is too large to compute with", "结果太大，无法计算";
    BadPattern = "bad-pattern": "a regular expression cannot be read, is too large, or its input is too long",
        "the pattern {0} cannot be used", "无法使用模式 {0}";
    BadValue = "bad-value": "a function cannot work with this value though its type fits",
        "{0} cannot work with {1}", "{0} 不能处理 {1}";
    NotAFunction = "not-a-function": "something is called that is no function",
        "{0} is no function", "{0} 不是函数";
    FunctionAsValue = "function-as-value": "the result is or contains a function, which is code and not data",
        "a function cannot be the result", "结果不能是函数";
}

/// The words used for types in messages.
pub(crate) fn quoted(text: &str) -> String {
    let mut short: String = text.chars().take(40).collect();
    if short.len() < text.len() {
        short.push('…');
    }
    format!("'{short}'")
}
