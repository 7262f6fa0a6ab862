//! Sets of kinds of values, for parameters.

/// What a parameter takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Kinds(u32);

impl Kinds {
    pub(crate) const NULL: Kinds = Kinds(1);
    pub(crate) const BOOL: Kinds = Kinds(1 << 1);
    pub(crate) const NUMBER: Kinds = Kinds(1 << 2);
    pub(crate) const QUANTITY: Kinds = Kinds(1 << 3);
    pub(crate) const TEXT: Kinds = Kinds(1 << 4);
    pub(crate) const DATE: Kinds = Kinds(1 << 5);
    pub(crate) const TIME: Kinds = Kinds(1 << 6);
    pub(crate) const DATE_TIME: Kinds = Kinds(1 << 7);
    pub(crate) const DURATION: Kinds = Kinds(1 << 8);
    pub(crate) const YEAR_MONTHS: Kinds = Kinds(1 << 9);
    pub(crate) const LIST: Kinds = Kinds(1 << 10);
    pub(crate) const CONTEXT: Kinds = Kinds(1 << 11);
    pub(crate) const RANGE: Kinds = Kinds(1 << 12);
    pub(crate) const FUNCTION: Kinds = Kinds(1 << 13);
    /// The value with its verdict, not what it computes as.
    pub(crate) const JUDGED: Kinds = Kinds(1 << 14);
    /// Anything, also nothing.
    pub(crate) const ANY: Kinds = Kinds((1 << 14) - 1);
    /// Anything but nothing.
    pub(crate) const SOME: Kinds = Kinds((1 << 14) - 2);

    pub(crate) const fn or(self, other: Kinds) -> Kinds {
        Kinds(self.0 | other.0)
    }

    pub(crate) const fn has(self, other: Kinds) -> bool {
        self.0 & other.0 != 0
    }

    /// In English and Chinese.
    pub(crate) fn words(self) -> (String, String) {
        const WORDS: &[(Kinds, &str, &str)] = &[
            (Kinds::BOOL, "a yes or no", "是/否"),
            (Kinds::NUMBER, "a number", "数字"),
            (Kinds::TEXT, "a text", "文字"),
            (Kinds::DATE, "a date", "日期"),
            (Kinds::TIME, "a time of day", "时间"),
            (Kinds::DATE_TIME, "a date with time", "日期时间"),
            (Kinds::DURATION, "a duration", "时长"),
            (Kinds::YEAR_MONTHS, "a duration in months", "以月计的时长"),
            (Kinds::LIST, "a list", "列表"),
            (Kinds::CONTEXT, "a group of values", "一组值"),
            (Kinds::RANGE, "a range", "范围"),
            (Kinds::FUNCTION, "a function", "函数"),
        ];
        if self.0 & Kinds::SOME.0 == Kinds::SOME.0 {
            return ("a value".to_string(), "值".to_string());
        }
        let found = || WORDS.iter().filter(|(kinds, ..)| self.has(*kinds));
        let en = found().map(|(_, en, _)| *en).collect::<Vec<_>>().join(" or ");
        let zh = found().map(|(.., zh)| *zh).collect::<Vec<_>>().join("或");
        (en, zh)
    }
}
