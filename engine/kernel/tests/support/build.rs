//! Apps made by hand, where a test wants what the language would refuse or a generator makes them.

use std::collections::BTreeMap;
use std::sync::Arc;

use expression::{Duration, Formula, Limits, Names, Number, Template};
use gemba_kernel::Program;
use language::fields::{self, FieldKind};
use language::model::{App, Computed, Deadline, Field, Id, LateRung, Located, Party, Span, Step, Table, Text, Within};
use language::steps::{self, StepKind};

pub fn id(text: &str) -> Id {
    Id::new(text)
}

pub fn formula(source: &str) -> Located<Formula> {
    let value = Formula::parse(source, &Names::default()).unwrap_or_else(|problems| panic!("{source}: {problems:?}"));
    Located {
        value,
        span: Span::default(),
    }
}

pub fn template(source: &str) -> Template {
    Template::parse(source, &Names::default()).unwrap_or_else(|problems| panic!("{source}: {problems:?}"))
}

pub fn text(source: &str) -> Text {
    Text {
        default: template(source),
        by_language: BTreeMap::new(),
    }
}

pub fn step(name: &str, kind: StepKind) -> Step {
    Step {
        id: id(name),
        title: text(name),
        condition: None,
        note: None,
        alone: None,
        retry: None,
        on_error: Vec::new(),
        undo: Vec::new(),
        kind,
        span: Span::default(),
    }
}

pub fn field(name: &str, kind: FieldKind) -> Field {
    Field {
        id: id(name),
        title: text(name),
        optional: false,
        show_if: None,
        hint: None,
        default: None,
        warn_if: None,
        refuse_if: None,
        from_last: false,
        kind,
        span: Span::default(),
    }
}

pub fn optional(field: Field) -> Field {
    Field {
        optional: true,
        ..field
    }
}

pub fn shown_if(field: Field, condition: &str) -> Field {
    Field {
        show_if: Some(formula(condition)),
        ..field
    }
}

/// 9 to 11, uncertainty 0.1.
pub fn measure(samples: u32) -> FieldKind {
    let limits = Limits {
        lower: Some(Number::from(9)),
        upper: Some(Number::from(11)),
    };
    FieldKind::Measure(Box::new(fields::Measure {
        limits,
        target: None,
        unit: Some("mm".into()),
        decimals: Some(3),
        samples,
        uncertainty: Some(Number::new(1, 1)),
        gauge: None,
    }))
}

pub fn check() -> FieldKind {
    FieldKind::Check(Box::new(fields::Check {
        not_applicable_allowed: true,
    }))
}

pub fn words() -> FieldKind {
    FieldKind::Text(Box::new(fields::Text { characters_max: 20 }))
}

pub fn set(values: &[(&str, &str)]) -> StepKind {
    let values = values
        .iter()
        .map(|(name, source)| (id(name), Computed::Formula(formula(source))));
    StepKind::Set(Box::new(steps::Set {
        values: values.collect(),
    }))
}

pub fn form(fields: Vec<Field>) -> steps::Form {
    steps::Form {
        to: None,
        at: Vec::new(),
        deadline: None,
        while_: None,
        not_by: Vec::new(),
        handling: steps::Handling::default(),
        sign: None,
        show: Vec::new(),
        fields,
        pages: Vec::new(),
        buttons: Vec::new(),
    }
}

pub fn deadline(within_min: i64, rungs_min: &[i64]) -> Deadline {
    let rung = |minutes: &i64| LateRung {
        after: Duration::from_ms(minutes * 60_000).into(),
        tell: vec![Party::Role(id("leader"))],
        move_to: (*minutes > 0).then(|| Party::Role(id("engineer"))),
        message: None,
    };
    Deadline {
        within: Within::For(Duration::from_ms(within_min * 60_000).into()),
        late: rungs_min.iter().map(rung).collect(),
    }
}

pub fn app(inputs: Vec<Field>, steps: Vec<Step>) -> Arc<App> {
    Arc::new(App {
        id: id("app"),
        title: text("App"),
        about: None,
        takt: None,
        starts: Vec::new(),
        inputs,
        tables: vec![Table {
            id: id("pieces"),
            title: text("Pieces"),
            key: id("k"),
            columns: vec![id("k"), id("n"), id("note")],
            span: Span::default(),
        }],
        steps,
        tests: Vec::new(),
    })
}

pub fn program(steps: Vec<Step>) -> Arc<Program> {
    Arc::new(Program::compile(app(Vec::new(), steps), &Arc::default()))
}
