//! Submissions against the JSON Schema that a form compiles to, in plain words. The kernel's own check comes after it
//! and knows more (verdicts, options that depend on other answers); where both refuse a field, the kernel speaks.

use jsonschema::error::{TypeKind, ValidationErrorKind};
use jsonschema::paths::LocationSegment;
use jsonschema::{ValidationError, Validator};
use kernel::FieldRefusal;
use language::model::Field;
use serde_json::{Map, Value};

/// A form's schema, ready to check.
pub(crate) struct Checker {
    pub(crate) schema: Value,
    /// `None` when the schema is none, which the language's own tests exclude; the kernel checks all the same.
    validator: Option<Validator>,
}

impl Checker {
    pub(crate) fn new(fields: &[Field]) -> Checker {
        Checker::from_schema(language::answers_schema(fields))
    }

    fn from_schema(schema: Value) -> Checker {
        let validator = match jsonschema::validator_for(&schema) {
            Ok(validator) => Some(validator),
            Err(problem) => {
                tracing::error!(%problem, "a form's schema is not a JSON Schema");
                None
            }
        };
        Checker { schema, validator }
    }

    /// All answers that the schema refuses, one refusal a field. `answers` is handed back as it was.
    pub(crate) fn refusals(&self, answers: &mut Map<String, Value>) -> Vec<FieldRefusal> {
        let Some(validator) = &self.validator else {
            return Vec::new();
        };
        let whole = Value::Object(std::mem::take(answers));
        let refusals = if holds_unanswered(&whole) {
            check(validator, &without_unanswered(&whole))
        } else {
            check(validator, &whole)
        };
        if let Value::Object(members) = whole {
            *answers = members;
        }
        refusals
    }
}

fn check(validator: &Validator, answers: &Value) -> Vec<FieldRefusal> {
    let mut refusals = Vec::new();
    if !validator.is_valid(answers) {
        for error in validator.iter_errors(answers) {
            refuse(&error, &mut refusals);
        }
    }
    refusals
}

/// As the kernel has it: null, or nothing but spaces, is no answer. Pages send them for fields that were emptied.
fn is_unanswered(answer: &Value) -> bool {
    match answer {
        Value::Null => true,
        Value::String(text) => text.trim().is_empty(),
        _ => false,
    }
}

fn holds_unanswered(value: &Value) -> bool {
    match value {
        Value::Object(members) => members
            .values()
            .any(|member| is_unanswered(member) || holds_unanswered(member)),
        Value::Array(items) => items.iter().any(holds_unanswered),
        _ => false,
    }
}

fn without_unanswered(value: &Value) -> Value {
    match value {
        Value::Object(members) => {
            let answered = members.iter().filter(|(_, member)| !is_unanswered(member));
            Value::Object(
                answered
                    .map(|(name, member)| (name.clone(), without_unanswered(member)))
                    .collect(),
            )
        }
        Value::Array(items) => items.iter().map(without_unanswered).collect(),
        other => other.clone(),
    }
}

/// Both lists by field; the kernel's word counts where both have one.
pub(crate) fn merged(kernel: Vec<FieldRefusal>, schema: Vec<FieldRefusal>) -> Vec<FieldRefusal> {
    let mut all = kernel;
    for refusal in schema {
        if !all.iter().any(|known| overlaps(&known.field, &refusal.field)) {
            all.push(refusal);
        }
    }
    all
}

/// Whether one path is the other or lies inside it.
fn overlaps(one: &str, other: &str) -> bool {
    let (short, long) = if one.len() <= other.len() {
        (one, other)
    } else {
        (other, one)
    };
    long.strip_prefix(short)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
}

fn refuse(error: &ValidationError<'_>, refusals: &mut Vec<FieldRefusal>) {
    let path = path_of(error);
    match error.kind() {
        ValidationErrorKind::Required { property } => {
            let name = property.as_str().unwrap_or_default();
            let words = ("missing", "an answer is missing".into(), "缺少答案".into());
            push(refusals, inside(&path, name), words);
        }
        ValidationErrorKind::AdditionalProperties { unexpected }
        | ValidationErrorKind::UnevaluatedProperties { unexpected } => {
            for name in unexpected {
                let english = format!("the form has no field '{name}'");
                let words = ("unknown-field", english, format!("表单没有字段“{name}”"));
                push(refusals, inside(&path, name), words);
            }
        }
        kind => push(refusals, path, words_for(kind)),
    }
}

fn push(refusals: &mut Vec<FieldRefusal>, field: String, words: (&str, String, String)) {
    if !refusals.iter().any(|known| known.field == field) {
        let (code, english, chinese) = words;
        refusals.push(FieldRefusal {
            field,
            code: code.to_owned(),
            message: (english, chinese),
        });
    }
}

/// `defects[2].code`; rows are counted from 1, as people count.
fn path_of(error: &ValidationError<'_>) -> String {
    let mut path = String::new();
    for segment in error.instance_path() {
        match segment {
            LocationSegment::Property(name) => path = inside(&path, &name),
            LocationSegment::Index(index) => path.push_str(&format!("[{}]", index + 1)),
        }
    }
    path
}

fn inside(path: &str, name: &str) -> String {
    if path.is_empty() {
        name.to_owned()
    } else {
        format!("{path}.{name}")
    }
}

/// Stable code, English, Chinese.
fn words_for(kind: &ValidationErrorKind) -> (&'static str, String, String) {
    use ValidationErrorKind as Kind;
    match kind {
        Kind::Type { kind } => {
            let (english, chinese) = type_words(kind);
            ("wrong-type", format!("expected {english}"), format!("应为{chinese}"))
        }
        Kind::Minimum { limit } => (
            "out-of-range",
            format!("must be at least {limit}"),
            format!("不得小于 {limit}"),
        ),
        Kind::Maximum { limit } => (
            "out-of-range",
            format!("must be at most {limit}"),
            format!("不得大于 {limit}"),
        ),
        Kind::ExclusiveMinimum { limit } => (
            "out-of-range",
            format!("must be more than {limit}"),
            format!("必须大于 {limit}"),
        ),
        Kind::ExclusiveMaximum { limit } => (
            "out-of-range",
            format!("must be less than {limit}"),
            format!("必须小于 {limit}"),
        ),
        Kind::MultipleOf { multiple_of } => (
            "out-of-range",
            format!("must be a multiple of {multiple_of}"),
            format!("必须是 {multiple_of} 的倍数"),
        ),
        Kind::Enum { options } => {
            let options = options_text(options);
            (
                "not-an-option",
                format!("must be one of: {options}"),
                format!("必须是以下之一：{options}"),
            )
        }
        Kind::Constant { expected_value } => (
            "not-an-option",
            format!("must be {expected_value}"),
            format!("必须是 {expected_value}"),
        ),
        Kind::MaxLength { limit } => (
            "too-long",
            format!("must have at most {limit} characters"),
            format!("最多 {limit} 个字符"),
        ),
        Kind::MinLength { limit } => (
            "too-short",
            format!("must have at least {limit} characters"),
            format!("至少 {limit} 个字符"),
        ),
        Kind::MaxItems { limit } => (
            "too-many",
            format!("must have at most {limit} entries"),
            format!("最多 {limit} 项"),
        ),
        Kind::MinItems { limit } => (
            "too-few",
            format!("must have at least {limit} entries"),
            format!("至少 {limit} 项"),
        ),
        Kind::UniqueItems => (
            "repeated",
            "each entry may be there only once".into(),
            "每一项只能出现一次".into(),
        ),
        Kind::Pattern { .. } | Kind::Format { .. } => (
            "wrong-format",
            "does not have the expected form".into(),
            "格式不符".into(),
        ),
        _ => (
            "wrong-type",
            "is not an answer to this field".into(),
            "不是该字段的有效答案".into(),
        ),
    }
}

fn type_words(kind: &TypeKind) -> (String, String) {
    let names = match kind {
        TypeKind::Single(single) => vec![single.to_string()],
        TypeKind::Multiple(several) => several.iter().map(|kind| kind.to_string()).collect(),
    };
    let words: Vec<(&str, &str)> = names
        .iter()
        .map(|name| match name.as_str() {
            "string" => ("text", "文本"),
            "number" => ("a number", "数字"),
            "integer" => ("a whole number", "整数"),
            "boolean" => ("yes or no", "是或否"),
            "array" => ("a list", "列表"),
            "object" => ("named values", "对象"),
            _ => ("nothing", "空"),
        })
        .collect();
    let english: Vec<&str> = words.iter().map(|words| words.0).collect();
    let chinese: Vec<&str> = words.iter().map(|words| words.1).collect();
    (english.join(" or "), chinese.join("或"))
}

fn options_text(options: &Value) -> String {
    let options = options.as_array().map(Vec::as_slice).unwrap_or_default();
    let shown = options.iter().map(|option| match option {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    });
    shown.collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn refusals(answers: Value) -> Vec<(String, String, String)> {
        let checker = Checker::from_schema(json!({
            "type": "object",
            "properties": {
                "order": {"type": "string", "maxLength": 5},
                "count": {"type": "integer", "minimum": 1, "maximum": 10},
                "surface": {"enum": ["pass", "fail"]},
                "defects": {"type": "array", "maxItems": 2, "items": {
                    "type": "object",
                    "properties": {"code": {"type": "string"}},
                    "required": ["code"],
                    "additionalProperties": false,
                }},
            },
            "required": ["order"],
            "additionalProperties": false,
        }));
        let Value::Object(mut members) = answers else {
            panic!("an object is expected")
        };
        let before = members.clone();
        let refusals = checker.refusals(&mut members);
        assert_eq!(members, before, "the answers are handed back as they were");
        refusals
            .into_iter()
            .map(|found| (found.field, found.code, found.message.0))
            .collect()
    }

    fn one(field: &str, code: &str, message: &str) -> Vec<(String, String, String)> {
        vec![(field.into(), code.into(), message.into())]
    }

    #[test]
    fn good_answers_pass() {
        assert_eq!(
            refusals(json!({"order": "4711", "count": 3, "defects": [{"code": "a"}], "surface": null})),
            []
        );
    }

    #[test]
    fn each_kind_of_wrong_answer_is_told_in_plain_words_at_its_field() {
        assert_eq!(refusals(json!({})), one("order", "missing", "an answer is missing"));
        assert_eq!(
            refusals(json!({"order": 7})),
            one("order", "wrong-type", "expected text")
        );
        assert_eq!(
            refusals(json!({"order": "123456"})),
            one("order", "too-long", "must have at most 5 characters")
        );
        assert_eq!(
            refusals(json!({"order": "1", "count": 11})),
            one("count", "out-of-range", "must be at most 10")
        );
        assert_eq!(
            refusals(json!({"order": "1", "surface": "good"})),
            one("surface", "not-an-option", "must be one of: pass, fail")
        );
        assert_eq!(
            refusals(json!({"order": "1", "colour": "red"})),
            one("colour", "unknown-field", "the form has no field 'colour'")
        );
        assert_eq!(
            refusals(json!({"order": " ", "count": null})),
            one("order", "missing", "an answer is missing")
        );
        assert_eq!(
            refusals(json!({"order": "1", "defects": [{"code": "a"}, {"code": 1}]})),
            one("defects[2].code", "wrong-type", "expected text")
        );
        assert_eq!(
            refusals(json!({"order": "1", "defects": [{}, {"code": "a"}]})),
            one("defects[1].code", "missing", "an answer is missing")
        );
        assert_eq!(
            refusals(json!({"order": "1", "defects": [{"code": "a"}, {"code": "a"}, {"code": "a"}]})),
            one("defects", "too-many", "must have at most 2 entries")
        );
    }

    #[test]
    fn where_both_refuse_a_field_the_kernel_speaks() {
        let refusal = |field: &str, code: &str| FieldRefusal {
            field: field.into(),
            code: code.into(),
            message: (String::new(), String::new()),
        };
        let merged = merged(
            vec![refusal("a", "kernel"), refusal("rows[1].b", "kernel")],
            vec![
                refusal("a", "schema"),
                refusal("rows", "schema"),
                refusal("ab", "schema"),
            ],
        );
        assert_eq!(
            merged,
            [
                refusal("a", "kernel"),
                refusal("rows[1].b", "kernel"),
                refusal("ab", "schema")
            ]
        );
    }
}
