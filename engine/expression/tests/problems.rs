//! What people get wrong, and what they are told: the code, the words it is about, and the fix.

use std::sync::Arc;

use gemba_expression::{CATALOGUE, Formula, Names, Problem, Template, Type};

fn context(entries: &[(&str, Type)]) -> Type {
    Type::Context(
        entries
            .iter()
            .map(|(name, of)| (Arc::from(*name), of.clone()))
            .collect(),
    )
}

fn one_of(options: &[&str]) -> Type {
    Type::OneOf(options.iter().map(|option| Arc::from(*option)).collect())
}

fn judged(inner: Type, details: &[(&str, Type)]) -> Type {
    let Type::Context(details) = context(details) else {
        unreachable!()
    };
    Type::Judged(Box::new(inner), details)
}

fn names() -> Names {
    let mm = || Type::Quantity(Arc::from("mm"));
    let list = |of: Type| Type::List(Box::new(of));
    Names::default()
        .with(
            "shaft_diameter",
            judged(
                mm(),
                &[("samples", list(mm())), ("limits", context(&[("lower", mm())]))],
            ),
        )
        .with("surface", judged(one_of(&["pass", "fail", "not applicable"]), &[]))
        .with("轴径", judged(mm(), &[]))
        .with("torque", Type::Quantity(Arc::from("N.m")))
        .with("result", one_of(&["pass", "rework", "scrap"]))
        .with(
            "order",
            context(&[("customer", context(&[("name", Type::Text)])), ("due", Type::Date)]),
        )
        .with("qty", Type::Number)
        .with("batch size", Type::Number)
        .with("comment", Type::Text)
        .with("due", Type::Date)
        .with("started", Type::DateTime)
        .with("approved", Type::Bool)
        .with("pause", Type::Duration)
        .with(
            "defects",
            list(context(&[
                ("severity", one_of(&["minor", "critical"])),
                ("code", Type::Text),
            ])),
        )
        .with("anything", Type::Any)
}

fn problems(formula: &str) -> Vec<Problem> {
    match Formula::parse(formula, &names()) {
        Ok(formula) => formula.check(&names()).1,
        Err(problems) => problems,
    }
}

/// Formula, code, what the span holds, fix.
const WRONG: &[(&str, &str, &str, Option<&str>)] = &[
    // Signs and words of other languages.
    ("result == \"pass\"", "double-equals", "==", Some("=")),
    ("result === \"pass\"", "double-equals", "===", Some("=")),
    ("qty > 1 && qty < 5", "write-word", "&&", Some("and")),
    ("qty < 1 || qty > 5", "write-word", "||", Some("or")),
    ("!approved", "write-word", "!approved", Some("not(approved)")),
    ("qty <> 5", "write-sign", "<>", Some("!=")),
    ("qty => 5", "write-sign", "=>", Some(">=")),
    ("qty =< 5", "write-sign", "=<", Some("<=")),
    ("result = 'pass'", "single-quotes", "'pass'", Some("\"pass\"")),
    ("result = ‘pass’", "single-quotes", "‘pass’", Some("\"pass\"")),
    ("qty > 1 AND approved", "capitals", "AND", Some("and")),
    ("IF approved THEN 1 ELSE 2", "capitals", "IF", Some("if")),
    ("= qty > 5", "equals-first", "=", Some("")),
    ("", "empty-formula", "", None),
    ("  ", "empty-formula", "", None),
    ("qty # 5", "unknown-character", "#", None),
    ("function(a) external {}", "external-function", "external", None),
    // Something is missing, or too much.
    ("(qty + 1", "unclosed-bracket", "", Some(")")),
    ("[1, 2", "unclosed-bracket", "", Some("]")),
    ("{a: 1", "unclosed-bracket", "", Some("}")),
    ("count([1, 2)", "unexpected", ")", None),
    ("qty + 1)", "extra-bracket", ")", Some("")),
    ("\"open", "unclosed-text", "\"open", None),
    ("1 /* open", "unclosed-comment", "/* open", None),
    ("qty >", "unexpected-end", "", None),
    ("if approved then 1", "unexpected-end", "", None),
    ("for d in defects d.code", "unexpected", "d", None),
    ("qty + * 2", "unexpected", "*", None),
    ("and qty", "unexpected", "and", None),
    ("{a: 1, a: 2}", "unexpected", "a", None),
    (
        "12345678901234567890123456789012 + 1",
        "bad-number",
        "12345678901234567890123456789012",
        None,
    ),
    // Units and the floor's words.
    (
        "shaft_diameter > 25 milimeter",
        "unknown-unit",
        "milimeter",
        Some("millimeter"),
    ),
    ("torque > 5 nm and torque < 6", "unit-mismatch", "torque > 5 nm", None),
    ("shaft_diameter is pass", "unknown-floor-word", "pass", Some("ok")),
    ("shaft_diameter is OK", "unknown-floor-word", "OK", Some("ok")),
    ("shaft_diameter is not fine", "unknown-floor-word", "fine", None),
    ("comment is null", "unknown-floor-word", "null", Some("empty")),
    ("qty is ok", "no-verdict", "qty", None),
    ("result is not ok", "no-verdict", "result", None),
    // Names.
    (
        "shaft_diamter is ok",
        "unknown-name",
        "shaft_diamter",
        Some("shaft_diameter"),
    ),
    (
        "Shaft diameter is ok",
        "unknown-name",
        "Shaft diameter",
        Some("shaft_diameter"),
    ),
    ("batch_size > 5", "unknown-name", "batch_size", Some("batch size")),
    ("quantity > 5", "unknown-name", "quantity", None),
    ("order.custmer.name", "unknown-member", "custmer", Some("customer")),
    ("order.customer.nam = \"x\"", "unknown-member", "nam", Some("name")),
    ("shaft_diameter.sample", "unknown-member", "sample", Some("samples")),
    ("due.yaer", "unknown-member", "yaer", Some("year")),
    (
        "defects[severty = \"minor\"]",
        "unknown-name",
        "severty",
        Some("severity"),
    ),
    (
        "some d in defects satisfies d.severitty = \"minor\"",
        "unknown-member",
        "severitty",
        Some("severity"),
    ),
    ("cuont(defects)", "unknown-function", "cuont", Some("count")),
    ("qty instance of nubmer", "unknown-type", "qty instance of nubmer", None),
    // Types.
    ("qty + comment", "type-mismatch", "qty + comment", None),
    ("comment * 2", "type-mismatch", "comment * 2", None),
    ("qty > \"5\"", "type-mismatch", "\"5\"", Some("5")),
    (
        "due < \"2026-10-01\"",
        "type-mismatch",
        "\"2026-10-01\"",
        Some("@\"2026-10-01\""),
    ),
    ("approved = \"yes\"", "type-mismatch", "\"yes\"", Some("true")),
    ("due > started", "type-mismatch", "due > started", None),
    ("approved > false", "type-mismatch", "approved > false", None),
    ("pause > 5", "type-mismatch", "pause > 5", None),
    ("due + 3", "type-mismatch", "due + 3", None),
    ("qty and approved", "not-a-condition", "qty", None),
    ("if comment then 1 else 2", "not-a-condition", "comment", None),
    ("-comment", "wrong-type", "comment", None),
    ("defects[code]", "not-a-condition", "code", None),
    ("not(qty)", "argument-type", "qty", None),
    ("upper case(qty)", "argument-type", "qty", None),
    ("round up(qty)", "argument-count", "round up(qty)", None),
    ("substring(comment, pos: 1)", "unknown-argument", "pos", None),
    ("matches(comment, \"([\")", "bad-pattern", "\"([\"", None),
    ("comment(1)", "not-a-function", "comment", None),
    // Units that do not match.
    (
        "shaft_diameter > 5 bar",
        "unit-mismatch",
        "shaft_diameter > 5 bar",
        None,
    ),
    (
        "torque + shaft_diameter",
        "unit-mismatch",
        "torque + shaft_diameter",
        None,
    ),
    (
        "shaft_diameter between 24 and 25 cm",
        "unit-mismatch",
        "shaft_diameter between 24 and 25 cm",
        None,
    ),
    ("5 mm + 3 kg", "unit-mismatch", "5 mm + 3 kg", None),
    // Choices.
    ("result = \"Pass\"", "never-equal", "\"Pass\"", Some("\"pass\"")),
    (
        "result in (\"pass\", \"rewrok\")",
        "never-equal",
        "\"rewrok\"",
        Some("\"rework\""),
    ),
    ("result in [\"pas\"]", "never-equal", "\"pas\"", Some("\"pass\"")),
    ("surface = \"failed\"", "never-equal", "\"failed\"", Some("\"fail\"")),
    (
        "count(defects[severity = \"crit\"]) > 0",
        "never-equal",
        "\"crit\"",
        None,
    ),
    // Always or never.
    ("1 > 2", "always-false", "1 > 2", None),
    ("qty > 5 or 2 > 1", "always-true", "2 > 1", None),
    ("qty = qty", "always-true", "qty = qty", None),
    ("qty > 5 and qty < 3", "always-false", "qty > 5 and qty < 3", None),
    (
        "result = \"pass\" and result = \"scrap\"",
        "always-false",
        "result = \"pass\" and result = \"scrap\"",
        None,
    ),
    (
        "result != \"pass\" or result != \"scrap\"",
        "always-true",
        "result != \"pass\" or result != \"scrap\"",
        None,
    ),
    (
        "surface is ok and surface is not ok",
        "always-false",
        "surface is ok and surface is not ok",
        None,
    ),
    (
        "comment is empty or comment is filled",
        "always-true",
        "comment is empty or comment is filled",
        None,
    ),
    ("qty between 10 and 5", "always-false", "10 and 5", Some("5 and 10")),
    ("qty in [10..5]", "always-false", "[10..5]", None),
    // Constants that cannot be worked out.
    ("due > date(\"2026-13-45\")", "bad-moment", "date(\"2026-13-45\")", None),
    ("due > @\"tomorrow\"", "bad-moment", "@\"tomorrow\"", None),
    ("qty / 0", "division-by-zero", "qty / 0", None),
];

#[test]
fn mistakes_are_named() {
    let mut wrong = Vec::new();
    for (formula, code, about, fix) in WRONG {
        let found = problems(formula);
        let hit = found.iter().any(|problem| {
            problem.code == *code
                && &formula[problem.span.start..problem.span.end] == *about
                && problem.fix.as_deref() == *fix
        });
        if !hit {
            let found: Vec<String> = found
                .iter()
                .map(|p| {
                    format!(
                        "{} {:?} fix {:?}: {}",
                        p.code,
                        &formula[p.span.start..p.span.end],
                        p.fix,
                        p.message
                    )
                })
                .collect();
            wrong.push(format!(
                "{formula}\n    should be {code} at {about:?} with fix {fix:?}\n    but {found:#?}"
            ));
        }
    }
    assert!(
        wrong.is_empty(),
        "{} of {} wrong:\n{}",
        wrong.len(),
        WRONG.len(),
        wrong.join("\n")
    );
}

/// A fix that is offered really mends: pasted in, the same problem is gone.
#[test]
fn fixes_mend() {
    for (formula, code, _, fix) in WRONG {
        let Some(fix) = fix else { continue };
        let found = problems(formula);
        let problem = found.iter().find(|problem| problem.code == *code).expect("found above");
        let mut mended = (*formula).to_string();
        mended.replace_range(problem.span.start..problem.span.end, fix);
        let left = problems(&mended);
        let again = left
            .iter()
            .filter(|left| left.code == *code && left.span.start <= problem.span.start)
            .count();
        assert_eq!(again, 0, "{formula} became {mended}, still {left:?}");
    }
}

#[test]
fn right_formulas_have_no_problems() {
    const RIGHT: &[&str] = &[
        "shaft_diameter is ok and surface is ok",
        "surface is not ok or 轴径 is undecided",
        "shaft_diameter between 24.95 mm and 25.05 mm",
        "shaft_diameter > 25",
        "max(shaft_diameter.samples) - min(shaft_diameter.samples) <= 0.02 mm",
        "mean(shaft_diameter.samples) / 2 > 12 mm",
        "torque * 2 > 10 Nm",
        "result = \"pass\" or result in (\"rework\", \"scrap\")",
        "if approved then \"yes\" else order.customer.name",
        "count(defects[severity = \"critical\"]) = 0",
        "some d in defects satisfies d.severity = \"critical\" and d.code != comment",
        "defects[1].code",
        "defects.code[1] = \"D1\"",
        "due < today() + 3 days",
        "now() - started > 8 h",
        "(now() - started) / 1 min > 20",
        "started + pause > now()",
        "due.year = 2026 and due + 1 month > order.due",
        "batch size * 2 > qty",
        "sum(for d in defects return 1) > 2",
        "anything.at.all + 5 > anything[1]",
        "{net: qty - 1, ok: net > 0}.ok",
        "comment is empty",
        "not(approved)",
        "string length(comment) > 3 and matches(comment, \"^SN-[0-9]{4}$\")",
        "sort(shaft_diameter.samples, function(a, b) a < b)",
        "every s in shaft_diameter.samples satisfies s in [24 mm..26 mm]",
        "shaft_diameter.verdict = \"not_ok\"",
        "qty ＞ 5 and （qty ≤ 10）",
        "true",
        "null",
        "-qty + 2 ** 3",
        "date(\"2026-09-30\") = due",
        "if qty > 5 then 1 mm else 2 mm",
        "concatenate([qty], [1, 2])[1] + 1 > 2",
        "qty = null",
        "get value(order, \"due\") = due",
    ];
    for formula in RIGHT {
        let found = problems(formula);
        assert!(found.is_empty(), "{formula}: {found:?}");
    }
}

#[test]
fn types_follow_from_formulas() {
    let mm = || Type::Quantity(Arc::from("mm"));
    let cases = [
        ("shaft_diameter is ok", Type::Bool),
        ("shaft_diameter + 1", mm()),
        ("shaft_diameter / shaft_diameter", Type::Number),
        ("mean(shaft_diameter.samples)", mm()),
        ("max(qty, 3)", Type::Number),
        ("defects.code", Type::List(Box::new(Type::Text))),
        ("count(defects)", Type::Number),
        ("due + 3 days", Type::Date),
        ("due - due", Type::Duration),
        ("\"Order \" + comment", Type::Text),
        ("if approved then 1 else 2", Type::Number),
        ("if approved then 1 else \"x\"", Type::Any),
        ("for d in defects return d.code", Type::List(Box::new(Type::Text))),
        ("function(a) a", Type::Function),
        ("anything", Type::Any),
        ("1 h 30 min", Type::Duration),
        ("duration(\"P1M\")", Type::YearMonths),
    ];
    for (formula, of) in cases {
        let parsed = Formula::parse(formula, &names()).expect(formula);
        assert_eq!(parsed.check(&names()).0, of, "{formula}");
    }
}

#[test]
fn sentences_are_checked_in_place() {
    let source = "Measure {shaft_diamter} of {order.customer.name} {{as is}}";
    let found = Template::parse(source, &names()).expect("parses").check(&names());
    assert_eq!(found.len(), 1);
    assert_eq!(&source[found[0].span.start..found[0].span.end], "shaft_diamter");
    let found = Template::parse("Open { brace", &names()).expect_err("has a lone brace");
    assert_eq!(found[0].code, "template-brace");
}

#[test]
fn codes_are_unique_and_said_in_both_languages() {
    let mut codes: Vec<&str> = CATALOGUE.iter().map(|entry| entry.code).collect();
    codes.sort_unstable();
    codes.dedup();
    assert_eq!(codes.len(), CATALOGUE.len());
    for entry in CATALOGUE {
        assert!(
            entry.code.chars().all(|c| c.is_ascii_lowercase() || c == '-'),
            "{}",
            entry.code
        );
        let holes = |text: &str| {
            (0..4)
                .filter(|hole| text.contains(&format!("{{{hole}}}")))
                .collect::<Vec<_>>()
        };
        assert_eq!(holes(entry.en), holes(entry.zh), "{}", entry.code);
        assert!(entry.zh.chars().any(|c| c > '\u{3000}'), "{}", entry.code);
    }
}
