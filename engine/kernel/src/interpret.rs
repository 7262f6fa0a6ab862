//! One event's work on one run: tokens move from operation to operation until all of them wait.

use std::sync::Arc;

use expression::Value;
use language::model::Id;

use crate::clock::Clock;
use crate::formula::{self, BoundComputed, BoundFormula, BoundParty, BoundSentence, BoundText, Names, View};
use crate::limits;
use crate::program::{Label, Program};
use crate::slots;
use crate::state::{self, Purpose, RUN_FRAME, RunState, Timer, Token, Wait};
use crate::{Advance, Assignee, Effect, Ending, Fact, FactKind, Status, Timestamp};

/// The state being moved, and what comes of it.
pub(crate) struct Run<'a> {
    pub(crate) program: &'a Program,
    pub(crate) state: &'a mut RunState,
    pub(crate) clock: Clock,
    pub(crate) out: Advance,
    pub(crate) operations: u32,
    /// Bytes of text and values that went into facts and effects.
    produced_bytes: u64,
}

/// Where a token goes after an operation.
#[derive(Debug)]
pub(crate) enum Next {
    /// To the operation behind this one.
    On,
    To(Label),
    Wait(Wait),
    /// The token is no more, or the run has ended.
    Gone,
}

/// Why a step cannot be done: a sentence for people. The run stays where it is until someone retries or cancels.
#[derive(Debug)]
pub(crate) struct Trouble(pub(crate) String);

impl<'a> Run<'a> {
    pub(crate) fn new(program: &'a Program, state: &'a mut RunState, clock: Clock) -> Run<'a> {
        Run {
            program,
            state,
            clock,
            out: Advance::default(),
            operations: 0,
            produced_bytes: 0,
        }
    }

    /// Moves all tokens that can move, the oldest first, until everything waits, the run has ended, or a query has to
    /// be answered.
    pub(crate) fn drive(mut self) -> Advance {
        while !self.ended() && self.state.asked.is_none() {
            let ready = self
                .state
                .tokens
                .iter()
                .find(|(_, token)| matches!(token.wait, Wait::Ready));
            let Some((&token, _)) = ready else { break };
            self.drive_token(token);
        }
        if !self.ended() {
            let stopped = self
                .state
                .tokens
                .values()
                .any(|token| matches!(token.wait, Wait::Repair { .. }));
            self.state.status = if stopped { Status::Stopped } else { Status::Waiting };
        }
        self.out
    }

    fn drive_token(&mut self, number: u32) {
        let program = self.program;
        while let Some(at) = self.state.tokens.get(&number).map(|token| token.at) {
            let Some(placed) = program.op(at) else {
                return self.incident(number, "the program ends here unexpectedly".into());
            };
            let next = self.within_limits().and_then(|()| placed.op.run(self, number));
            match next {
                Ok(Next::On) => self.goto(number, at + 1),
                Ok(Next::To(label)) => self.goto(number, program.target(label)),
                Ok(Next::Wait(wait)) => {
                    if let Some(token) = self.state.tokens.get_mut(&number) {
                        token.wait = wait;
                    }
                    return;
                }
                Ok(Next::Gone) => return,
                Err(Trouble(message)) => return self.incident(number, message),
            }
        }
    }

    fn within_limits(&mut self) -> Result<(), Trouble> {
        if self.operations >= limits::OPERATIONS_PER_ADVANCE_MAX {
            let max = limits::OPERATIONS_PER_ADVANCE_MAX;
            return Err(Trouble(format!(
                "{max} steps were done without a wait; this looks like a loop without an end"
            )));
        }
        if self.state.weight_bytes > limits::VALUES_BYTES_MAX {
            let max = limits::VALUES_BYTES_MAX / 1000;
            return Err(Trouble(format!("the values of this run have grown over {max} kB")));
        }
        if self.produced_bytes > limits::PRODUCED_BYTES_PER_ADVANCE_MAX {
            let max = limits::PRODUCED_BYTES_PER_ADVANCE_MAX / 1_000_000;
            return Err(Trouble(format!(
                "more than {max} MB of text and values were produced at once"
            )));
        }
        self.operations += 1;
        Ok(())
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

    fn goto(&mut self, token: u32, at: u32) {
        if let Some(token) = self.state.tokens.get_mut(&token) {
            token.at = at;
        }
    }

    /// Lets a token that waited go on behind its operation.
    pub(crate) fn resume(&mut self, number: u32) {
        if let Some(token) = self.state.tokens.get_mut(&number) {
            token.at += 1;
            token.wait = Wait::Ready;
        }
    }

    pub(crate) fn resume_at(&mut self, number: u32, label: Label) {
        let at = self.program.target(label);
        if let Some(token) = self.state.tokens.get_mut(&number) {
            token.at = at;
            token.wait = Wait::Ready;
        }
    }

    pub(crate) fn incident(&mut self, number: u32, message: String) {
        let step = self.step_of(number).unwrap_or_else(|| Id::new(""));
        self.fact(
            number,
            FactKind::Incident {
                message: message.clone(),
            },
        );
        if let Some(token) = self.state.tokens.get_mut(&number) {
            token.wait = Wait::Repair { step, message };
        }
    }

    pub(crate) fn ended(&self) -> bool {
        has_ended(self.state.status)
    }

    // --- numbers, facts, effects

    /// A number never used before in this run.
    pub(crate) fn number(&mut self) -> u32 {
        self.state.last_number = self.state.last_number.saturating_add(1);
        self.state.last_number
    }

    pub(crate) fn effect(&mut self, effect: Effect) {
        self.produced_bytes += match &effect {
            Effect::Tell { text, .. } | Effect::Hold { why: text, .. } => text.len() as u64,
            Effect::Save { record, .. } => record.values().map(state::weight_bytes).sum(),
            Effect::Find(query) => query.captured.values().map(state::weight_bytes).sum(),
            Effect::OpenTask(spec) | Effect::UpdateTask(spec) => {
                spec.context.values().map(state::weight_bytes).sum::<u64>()
                    + spec.title.iter().map(|(_, title)| title.len() as u64).sum::<u64>()
            }
            _ => 0,
        };
        self.out.effects.push(effect);
    }

    pub(crate) fn fact(&mut self, token: u32, kind: FactKind) {
        let step = self.step_of(token);
        let round = self.round(token);
        self.out.facts.push(Fact { step, round, kind });
    }

    pub(crate) fn step_of(&self, token: u32) -> Option<Id> {
        let at = self.state.tokens.get(&token)?.at;
        self.program.op(at)?.step.clone()
    }

    /// Round of the innermost loop, from 1; 0 outside loops.
    pub(crate) fn round(&self, token: u32) -> u32 {
        let token = self.state.tokens.get(&token);
        token.map_or(0, |token| token.rounds.last().copied().unwrap_or(token.outer_round))
    }

    pub(crate) fn set_timer(&mut self, token: u32, at: Timestamp, purpose: Purpose) -> u32 {
        let timer = self.number();
        let step = self.step_of(token).unwrap_or_else(|| Id::new(""));
        self.state.timers.insert(timer, Timer { at, step, purpose });
        self.effect(Effect::SetTimer { timer, at });
        timer
    }

    pub(crate) fn clear_timer(&mut self, timer: Option<u32>) {
        if let Some(timer) = timer
            && self.state.timers.remove(&timer).is_some()
        {
            self.effect(Effect::ClearTimer { timer });
        }
    }

    // --- values

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
        } else {
            Assignee::Person(text)
        })
    }

    // --- tokens

    /// A new token inside a group; it is ready.
    pub(crate) fn spawn(&mut self, parent: u32, group: u32, place: u32, frame: u32, at: Label) -> Result<u32, Trouble> {
        if self.state.tokens.len() >= limits::TOKENS_MAX {
            let max = limits::TOKENS_MAX;
            return Err(Trouble(format!(
                "more than {max} branches and elements are in work at the same time"
            )));
        }
        let outer_round = self.round(parent);
        let number = self.number();
        let at = self.program.target(at);
        let token = Token {
            at,
            frame,
            group: Some(group),
            place,
            rounds: Vec::new(),
            outer_round,
            wait: Wait::Ready,
        };
        self.state.tokens.insert(number, token);
        Ok(number)
    }

    /// Takes a token and everything below it away: tasks are closed, clocks stopped, listening ends.
    pub(crate) fn withdraw(&mut self, number: u32) {
        let Some(token) = self.state.tokens.get(&number) else {
            return;
        };
        match token.wait.clone() {
            Wait::Ready | Wait::Repair { .. } | Wait::Query(_) => {}
            Wait::Task(task) => self.withdraw_task(task),
            Wait::Timer(timer) => self.clear_timer(Some(timer)),
            Wait::Message(wait) => self.stop_listening(wait),
            Wait::Call(call) => {
                if let Some(called) = self.state.calls.remove(&call) {
                    self.fact(number, FactKind::CallLeftRunning { app: called.app });
                }
            }
            Wait::Group(group) => {
                self.withdraw_group(group);
            }
        }
        let Some(token) = self.state.tokens.remove(&number) else {
            return;
        };
        let own_frame = self
            .state
            .frames
            .get(&token.frame)
            .is_some_and(|frame| frame.of.is_some());
        if own_frame && !self.state.tokens.values().any(|other| other.frame == token.frame) {
            self.drop_frame(token.frame);
        }
    }

    /// The places of the group that were still running.
    pub(crate) fn withdraw_group(&mut self, number: u32) -> Vec<u32> {
        let members = self
            .state
            .tokens
            .iter()
            .filter(|(_, token)| token.group == Some(number));
        let members: Vec<_> = members.map(|(number, token)| (*number, token.place)).collect();
        for (member, _) in &members {
            self.withdraw(*member);
        }
        if let Some(group) = self.state.groups.remove(&number) {
            group.elements.iter().for_each(|element| self.lighter(element));
        }
        members.into_iter().map(|(_, place)| place).collect()
    }

    /// Ends the run from anywhere: everything that was opened is closed, then the world is told.
    pub(crate) fn end(&mut self, status: Status, outcome: Option<String>) {
        let values = self.program.values(self.state);
        let roots: Vec<u32> = self
            .state
            .tokens
            .iter()
            .filter(|(_, token)| token.group.is_none())
            .map(|(number, _)| *number)
            .collect();
        for root in roots {
            self.withdraw(root);
        }
        self.state.asked = None;
        self.state.status = status;
        let still_held = self.state.holds.clone();
        self.out.facts.push(Fact {
            step: None,
            round: 0,
            kind: FactKind::Ended {
                status,
                outcome: outcome.clone(),
                still_held,
            },
        });
        self.effect(Effect::End(Ending {
            status,
            outcome,
            values,
        }));
    }
}

pub(crate) fn has_ended(status: Status) -> bool {
    matches!(status, Status::Finished | Status::Failed | Status::Cancelled)
}
