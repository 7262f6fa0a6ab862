//! What starts the run of a test: a person, a message, or the app's own clock.

use super::ids::id_text;
use super::tests::SPECIAL_AT_START;
use super::{Reader, Report};
use crate::catalogue as c;
use crate::keywords;
use crate::model::{Answer, App, HowStarted, Start};
use crate::tree::NodeId;

/// Members of a start that are no inputs, where it is no person who starts.
const SPECIAL_BY_ITSELF: &[&str] = &["message", "every", "shift", "before_end", "by", "at", "refused"];
/// What starts a run, where it is no person.
const STARTERS: &[&str] = &["message", "every", "shift", "at", "before_end"];

impl Reader<'_> {
    /// What starts the run: a message, or the app's own clock; `None` for something that starts no run of the app. An
    /// input of the same name comes first.
    pub(super) fn how_started(&mut self, node: NodeId, app: &App) -> Option<HowStarted> {
        for (key, value) in self.tree.map(node).unwrap_or_default().to_vec() {
            let name = self.tree.scalar(key).unwrap_or_default();
            if app.inputs.iter().any(|input| input.id.as_str() == id_text(name)) {
                continue;
            }
            let how = match keywords::one_of(name, STARTERS) {
                Some("message") => {
                    let name = self.words(value, "message");
                    let known =
                        |start: &Start| matches!(start, Start::Message { name: own, .. } if Some(own) == name.as_ref());
                    let taken = app.starts.iter().any(known);
                    taken.then(|| HowStarted::Message(name.unwrap_or_default()))
                }
                Some("at") if !self.is_time(value) => continue,
                Some(word @ ("every" | "shift" | "at")) => {
                    let place = self.own_start(word, value, app);
                    place.map(HowStarted::ByItself)
                }
                _ => continue,
            };
            if how.is_none() && !self.reports.any_error() {
                let found = self.tree.scalar(value).unwrap_or_default().trim().to_owned();
                let starts = app.starts.iter().filter_map(said_start);
                let report = Report::new(c::TEST_STARTS_OTHERWISE, self.span(value)).arg("found", found);
                self.push(report.expected(starts));
            }
            return how;
        }
        Some(HowStarted::ByHand)
    }

    pub(super) fn is_time(&self, node: NodeId) -> bool {
        let text = self.tree.scalar(node).unwrap_or_default();
        text.contains([':', '：', '点']) && text.starts_with(|c: char| c.is_ascii_digit())
    }

    /// The place of the start of the app that begins like this.
    fn own_start(&mut self, word: &str, node: NodeId, app: &App) -> Option<usize> {
        let wanted = match word {
            "every" => {
                let every = self.duration(node, "every");
                return app
                    .starts
                    .iter()
                    .position(|start| matches!(start, Start::Every { every: own, .. } if *own == every));
            }
            "at" => {
                let at = self.time_of_day(node, "at")?;
                return app
                    .starts
                    .iter()
                    .position(|start| matches!(start, Start::At { at_min, .. } if *at_min == at));
            }
            _ => id_text(&self.words(node, "shift")?),
        };
        app.starts
            .iter()
            .position(|start| matches!(start, Start::Shift { shift, .. } if shift.as_str() == wanted))
    }

    /// Inputs by id, and what is said of the start beside them.
    pub(super) fn start_answers(&mut self, node: NodeId, how: Option<&HowStarted>, app: &App) -> Answer {
        let special = match how {
            Some(HowStarted::ByHand) => SPECIAL_AT_START,
            _ => SPECIAL_BY_ITSELF,
        };
        let mut answer = self.answers(node, &app.inputs, "inputs", special);
        if let Some(HowStarted::Message(_)) = how {
            // Members that are no inputs are what its `where` looks at.
            for (key, value) in self.tree.map(node).unwrap_or_default().to_vec() {
                let name = self.tree.scalar(key).unwrap_or_default().to_owned();
                let known = app.inputs.iter().any(|input| input.id.as_str() == id_text(&name));
                if !known && keywords::one_of(&name, SPECIAL_BY_ITSELF).is_none() {
                    answer.answers.insert(name, self.data(value));
                }
            }
        }
        answer
    }
}

/// A start that is no button, as a test says it.
fn said_start(start: &Start) -> Option<String> {
    match start {
        Start::Button { .. } => None,
        Start::Message { name, .. } => Some(format!("message: {name}")),
        Start::Every { every, .. } => Some(format!("every: {}", expression::Value::Duration(*every).display())),
        Start::At { at_min, .. } => Some(format!("at: \"{:02}:{:02}\"", at_min / 60, at_min % 60)),
        Start::Shift { shift, .. } => Some(format!("shift: {shift}")),
    }
}
