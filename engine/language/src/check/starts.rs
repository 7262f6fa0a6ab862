//! Starts that come by themselves: nobody is there to answer the inputs.

use crate::catalogue as c;
use crate::model::{App, Start};
use crate::read::{Reader, Report};

pub(super) fn check(reader: &mut Reader<'_>, app: &App) {
    let alone = |start: &Start| matches!(start, Start::Every { .. } | Start::At { .. } | Start::Shift { .. });
    if !app.starts.iter().any(alone) {
        return;
    }
    for input in &app.inputs {
        if input.optional || input.show_if.is_some() || input.kind.answer().is_none() {
            continue;
        }
        let title = input.title.default.source();
        let report = Report::new(
            c::NOBODY_ANSWERS_AT_START,
            crate::model::Span {
                start: input.span.start,
                end: reader.line_end(input.span.start),
            },
        );
        let end = reader.line_end(input.span.start);
        let line = crate::tree::Tree::line_start(reader.source, input.span.start);
        let column = reader.source[line..input.span.start].chars().count();
        let flow = reader.source[input.span.start..].starts_with('{');
        let report = report.arg("title", title);
        reader.push(if flow {
            report
        } else {
            report.insert(end, end, format!("\n{}optional: yes", " ".repeat(column)))
        });
    }
}
