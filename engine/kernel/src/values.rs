//! The values of a run: read through names, computed, written where they belong, and weighed.

use std::sync::Arc;

use expression::Value;

use crate::formula::{self, BoundComputed, BoundFormula, BoundParty, BoundSentence, BoundText, Names, View};
use crate::interpret::{Run, Trouble};
use crate::limits;
use crate::slots;
use crate::state::{self, RUN_FRAME};
use crate::{Assignee, FactKind};

impl Run<'_> {
    fn frame(&self, token: u32) -> u32 {
        self.state.tokens.get(&token).map_or(RUN_FRAME, |token| token.frame)
    }

    pub(crate) fn view<'v>(&'v self, token: u32, names: &'v Names) -> View<'v> {
        View {
            state: self.state,
            slots: &self.program.slots,
            frame: self.frame(token),
            names,
            first: None,
        }
    }

    pub(crate) fn evaluate(&self, token: u32, formula: &BoundFormula) -> Result<Value, Trouble> {
        let outcome = formula.formula.evaluate(&self.view(token, &formula.names), &self.clock);
        match outcome {
            Ok(outcome) => Ok(outcome.value),
            Err(problem) => Err(Trouble(format!(
                "{} could not be computed: {}",
                formula.formula.source(),
                problem.message
            ))),
        }
    }

    pub(crate) fn compute(&self, token: u32, computed: &BoundComputed) -> Result<Value, Trouble> {
        match computed {
            BoundComputed::Literal(value) => Ok(value.clone()),
            BoundComputed::Formula(formula) => self.evaluate(token, formula),
            BoundComputed::Sentence(sentence) => Ok(Value::text(self.sentence(token, sentence))),
        }
    }

    pub(crate) fn sentence(&self, token: u32, sentence: &BoundSentence) -> Arc<str> {
        match sentence {
            BoundSentence::Fixed(text) => text.clone(),
            BoundSentence::Template { template, names } => {
                template.render(&self.view(token, names), &self.clock).into()
            }
        }
    }

    /// In the app's first language.
    pub(crate) fn text(&self, token: u32, text: &BoundText) -> String {
        text.0
            .first()
            .map(|(_, sentence)| self.sentence(token, sentence).to_string())
            .unwrap_or_default()
    }

    pub(crate) fn texts(&self, token: u32, text: &BoundText) -> Vec<(String, String)> {
        text.0
            .iter()
            .map(|(tag, sentence)| (tag.clone(), self.sentence(token, sentence).to_string()))
            .collect()
    }

    /// Asks a condition and tells what it read. Only `true` fulfils it; what cannot be decided does not.
    pub(crate) fn decide(&mut self, token: u32, condition: &BoundFormula, ways: [&str; 2]) -> Result<bool, Trouble> {
        let result = match self.evaluate(token, condition)? {
            Value::Bool(result) => Some(result),
            _ => None,
        };
        let way = if result == Some(true) { ways[0] } else { ways[1] };
        let kind = FactKind::Decided {
            condition: condition.formula.source().to_string(),
            result,
            values: self.values_read(token, condition),
            way: way.to_string(),
        };
        self.fact(token, kind);
        Ok(result == Some(true))
    }

    /// What a formula reads, by dotted name.
    pub(crate) fn values_read(&self, token: u32, formula: &BoundFormula) -> serde_json::Value {
        let view = self.view(token, &formula.names);
        let mut values = serde_json::Map::new();
        for path in &formula.paths {
            let Some((name, rest)) = path.split_first() else {
                continue;
            };
            let value = expression::Scope::get(&view, name).unwrap_or(Value::Null);
            values.insert(path.join("."), formula::told_short(&formula::follow(value, rest)));
        }
        serde_json::Value::Object(values)
    }

    /// What a slot holds as it is seen from a token; empty when nothing is there.
    pub(crate) fn read_slot(&self, token: u32, slot: u32) -> Value {
        let value = slots::read(self.state, &self.program.slots, self.frame(token), slot);
        value.cloned().unwrap_or(Value::Null)
    }

    /// Writes a value to the frame that it belongs to and returns the one that was there.
    pub(crate) fn write(&mut self, token: u32, slot: u32, value: Value) -> Option<Value> {
        let home = slots::home(self.state, &self.program.slots, self.frame(token), slot);
        self.put(home, slot, value)
    }

    /// Steps were skipped: their answers of an earlier round do not count any more.
    pub(crate) fn skipped(&mut self, token: u32, slots: &[u32]) {
        for slot in slots {
            self.erase(token, *slot);
        }
    }

    /// One more round of a step in a loop was done.
    pub(crate) fn add_round(&mut self, token: u32, slot: u32, round: Value) {
        let mut rounds = match self.erase(token, slot) {
            Some(Value::List(rounds)) => rounds,
            _ => Arc::default(),
        };
        Arc::make_mut(&mut rounds).push(round);
        self.write(token, slot, Value::List(rounds));
    }

    /// Takes a value away; returns it.
    pub(crate) fn erase(&mut self, token: u32, slot: u32) -> Option<Value> {
        let home = slots::home(self.state, &self.program.slots, self.frame(token), slot);
        let gone = self.state.frames.get_mut(&home)?.values.remove(&slot)?;
        self.lighter(&gone);
        Some(gone)
    }

    pub(crate) fn put(&mut self, frame: u32, slot: u32, value: Value) -> Option<Value> {
        let weight = state::weight_bytes(&value);
        self.state.weight_bytes += weight;
        self.produced_bytes += weight;
        let frame = self.state.frames.entry(frame).or_default();
        let before = frame.values.insert(slot, value);
        if let Some(before) = &before {
            self.lighter(before);
        }
        before
    }

    pub(crate) fn drop_frame(&mut self, number: u32) {
        let frame = self.state.frames.remove(&number).unwrap_or_default();
        for value in frame.values.values() {
            self.lighter(value);
        }
    }

    pub(crate) fn heavier(&mut self, value: &Value) {
        self.state.weight_bytes += state::weight_bytes(value);
    }

    pub(crate) fn lighter(&mut self, value: &Value) {
        self.state.weight_bytes = self.state.weight_bytes.saturating_sub(state::weight_bytes(value));
    }

    /// The people, roles or stations that a party stands for; a formula may give a list of them.
    pub(crate) fn parties(&self, token: u32, party: &BoundParty) -> Result<Vec<Assignee>, Trouble> {
        let formula = match party {
            BoundParty::Fixed(assignee) => return Ok(vec![assignee.clone()]),
            BoundParty::Here => {
                let station = self.state.header.as_ref().and_then(|header| header.station.as_ref());
                let Some(station) = station else {
                    return Err(Trouble(
                        "the run was not started at a station, so nobody is here".into(),
                    ));
                };
                return Ok(vec![Assignee::Station(station.to_string())]);
            }
            BoundParty::Leader => {
                let header = self.state.header.as_ref();
                let leader = header.and_then(|header| header.leader.clone());
                return match (leader, header.and_then(|header| header.by.as_deref())) {
                    (Some(leader), _) => Ok(vec![Assignee::Person(leader)]),
                    (None, Some(by)) => Err(Trouble(format!("nobody is known who leads {by}"))),
                    (None, None) => Err(Trouble("no person has started the run, so nobody leads them".into())),
                };
            }
            BoundParty::Several(parties) => {
                let mut named = Vec::with_capacity(parties.len());
                let mut trouble = None;
                for party in parties {
                    match self.parties(token, party) {
                        Ok(mut found) => named.append(&mut found),
                        Err(problem) => trouble = trouble.or(Some(problem)),
                    }
                }
                // Who can be named is asked, as long as there is somebody.
                return match trouble {
                    Some(problem) if named.is_empty() => Err(problem),
                    _ => Ok(named),
                };
            }
            BoundParty::Formula(formula) => formula,
        };
        let value = self.evaluate(token, formula)?;
        let named: Vec<Assignee> = match &value {
            Value::List(items) => items.iter().filter_map(|item| self.assignee(item)).collect(),
            value => Vec::from_iter(self.assignee(value)),
        };
        if named.is_empty() {
            return Err(Trouble(format!("{} names nobody", formula.formula.source())));
        }
        if named.len() > limits::PARTIES_MAX {
            let max = limits::PARTIES_MAX;
            return Err(Trouble(format!(
                "{} names more than {max} at once",
                formula.formula.source()
            )));
        }
        Ok(named)
    }

    fn assignee(&self, value: &Value) -> Option<Assignee> {
        let text = match value {
            Value::Text(text) if !text.trim().is_empty() => text.trim().to_string(),
            Value::Judged(judged) => return self.assignee(&judged.value),
            Value::Context(entries) => return self.assignee(entries.get("signed_by")?),
            _ => return None,
        };
        Some(if self.program.roles.contains(&text) {
            Assignee::Role(text)
        } else if self.program.stations.contains(&text) {
            Assignee::Station(text)
        } else if self.program.channels.contains(&text) {
            Assignee::Channel(text)
        } else {
            Assignee::Person(text)
        })
    }

    /// Whether the run's values would stay inside their limit with this one; asked before it is written, so that a step
    /// that is tried again finds everything as it was.
    pub(crate) fn room_for(&self, value: &Value) -> Result<(), Trouble> {
        if self.has_room(state::weight_bytes(value)) {
            return Ok(());
        }
        let max = limits::VALUES_BYTES_MAX / 1000;
        Err(Trouble(format!("the values of this run would grow over {max} kB")))
    }

    pub(crate) fn has_room(&self, more_bytes: u64) -> bool {
        self.state.weight_bytes.saturating_add(more_bytes) <= limits::VALUES_BYTES_MAX
    }
}
