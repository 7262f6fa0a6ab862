//! A recorded run, played once more by a changed app in virtual time: what would have come out otherwise.
//!
//! Everything that came from outside is taken from the record and handed in where the changed app asks for it: answers of
//! people, of the world and of called runs by step and round (and by number, where the numbers are the same), messages and
//! signals by name, found records and numbers by step. An answer that comes before it is asked for waits until it is. Time
//! passes as it did; timers that the record does not know fire when they are due. Pure, like everything here.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use language::model::Id;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json};

use crate::interpret::has_ended;
use crate::state::{RunState, Wait};
use crate::{
    Actor, Advance, Effect, Event, EventKind, Fact, FactKind, FieldRefusal, Program, Refusal, Status, Timestamp, Zone,
    advance, select, tasks,
};

/// One entry of a journal.
#[derive(Clone, Debug, PartialEq)]
pub struct Recorded {
    pub event: Event,
    pub facts: Vec<Fact>,
}

/// What would have been otherwise.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(tag = "difference", rename_all = "snake_case")]
pub enum Difference {
    /// The run would not have begun with these inputs.
    NotStarted { message: String },
    /// It would have ended in another way; `was` is `None` where it has not ended yet.
    EndsOtherwise { was: Option<String>, would: String },
    /// It would wait for something that never came.
    Hangs { step: Id, waits_for: String },
    /// It would ask something that nobody was asked.
    Asks { step: Id, round: u32 },
    /// It would not ask what was asked.
    AsksNot { step: Id, round: u32 },
    /// It would ask for fields that nobody was asked for.
    AsksFields { step: Id, fields: Vec<String> },
    /// It would not ask for fields that were answered.
    AsksNotFields { step: Id, fields: Vec<String> },
    /// It would not have taken what was answered.
    Refuses { step: Id, round: u32, message: String },
    /// It would have judged an answer otherwise.
    Judges {
        step: Id,
        field: String,
        was: String,
        would: String,
    },
    /// It would stop for someone who repairs it.
    Stops { step: Id, message: String },
    /// It would look up, or take a number, where the record has none.
    NotRecorded { step: Id, what: String },
    /// Somebody has put the run right by hand, or changed it in a way that belongs to its own version.
    NotComparable { why: String },
}

impl Difference {
    /// One word, to count by: `ends`, `hangs`, `asks`, `refuses`, `judges`, `stops`, `unknown`.
    pub fn kind(&self) -> &'static str {
        match self {
            Difference::EndsOtherwise { .. } => "ends",
            Difference::Hangs { .. } => "hangs",
            Difference::Asks { .. }
            | Difference::AsksNot { .. }
            | Difference::AsksFields { .. }
            | Difference::AsksNotFields { .. } => "asks",
            Difference::NotStarted { .. } | Difference::Refuses { .. } => "refuses",
            Difference::Judges { .. } => "judges",
            Difference::Stops { .. } => "stops",
            Difference::NotRecorded { .. } | Difference::NotComparable { .. } => "unknown",
        }
    }

    /// In English and Chinese.
    pub fn message(&self) -> (String, String) {
        let joined = |fields: &[String]| fields.join(", ");
        match self {
            Difference::NotStarted { message } => (
                format!("would not have started: {message}"),
                format!("不会启动：{message}"),
            ),
            Difference::EndsOtherwise { was, would } => (
                format!(
                    "would have ended as {would}, not {}",
                    was.as_deref().unwrap_or("waiting still")
                ),
                format!("会以“{would}”结束，而不是“{}”", was.as_deref().unwrap_or("仍在等待")),
            ),
            Difference::Hangs { step, waits_for } => (
                format!("would hang at '{step}', waiting for {waits_for}"),
                format!("会停在“{step}”，等待 {waits_for}"),
            ),
            Difference::Asks { step, round } => (
                format!("would ask '{step}' (round {round}), which nobody was asked"),
                format!("会询问“{step}”（第 {round} 轮），当时没有人被问到"),
            ),
            Difference::AsksNot { step, round } => (
                format!("would not ask '{step}' (round {round}), which was answered"),
                format!("不会询问“{step}”（第 {round} 轮），当时有人回答过"),
            ),
            Difference::AsksFields { step, fields } => (
                format!("would ask '{step}' for {}, which nobody was asked for", joined(fields)),
                format!("会在“{step}”询问 {}，当时没有问到", joined(fields)),
            ),
            Difference::AsksNotFields { step, fields } => (
                format!("would not ask '{step}' for {}, which was answered", joined(fields)),
                format!("不会在“{step}”询问 {}，当时回答过", joined(fields)),
            ),
            Difference::Refuses { step, round, message } => (
                format!("would refuse the answers to '{step}' (round {round}): {message}"),
                format!("会拒绝“{step}”（第 {round} 轮）的回答：{message}"),
            ),
            Difference::Judges {
                step,
                field,
                was,
                would,
            } => (
                format!("would judge '{field}' of '{step}' as {would}, not {was}"),
                format!("会将“{step}”的“{field}”判为 {would}，而不是 {was}"),
            ),
            Difference::Stops { step, message } => (
                format!("would stop at '{step}': {message}"),
                format!("会停在“{step}”：{message}"),
            ),
            Difference::NotRecorded { step, what } => (
                format!("'{step}' would need {what}, which the record does not have; what follows is not certain"),
                format!("“{step}”需要 {what}，记录中没有；其后的结果不确定"),
            ),
            Difference::NotComparable { why } => (format!("cannot be compared: {why}"), format!("无法比较：{why}")),
        }
    }
}

/// Plays a record by another program; nothing is the same run.
pub fn replay_against(program: &Program, record: &[Recorded]) -> Vec<Difference> {
    let Some(first) = record.first() else {
        return Vec::new();
    };
    let mut play = Play::new(program, record);
    let (event, kind) = (&first.event, plain(&first.event.kind));
    if !matches!(kind, EventKind::Started { .. }) {
        return vec![Difference::NotComparable {
            why: "the record does not begin with a start".into(),
        }];
    }
    if let Err(refusal) = play.feed(kind.clone(), event.at, event.zone, &event.by) {
        let message = words(&refusal);
        return vec![Difference::NotStarted { message }];
    }
    play.finish();
    play.compare()
}

/// What a brake held back counts all the same.
fn plain(kind: &EventKind) -> &EventKind {
    match kind {
        EventKind::Held { of, .. } => plain(of),
        kind => kind,
    }
}

fn words(refusal: &Refusal) -> String {
    match refusal {
        Refusal::Answers { fields } => {
            let fields = fields
                .iter()
                .map(|field| format!("{}: {}", field.field, field.message.0));
            fields.collect::<Vec<_>>().join("; ")
        }
        other => other.to_string(),
    }
}

/// Step and round of something that was, or is, waited for.
type Place = (Id, u32);

/// What came from outside, once.
struct Came<'r> {
    /// Its place in the record.
    seq: usize,
    event: &'r Event,
    kind: &'r EventKind,
    /// The number under which it was asked for.
    number: u32,
}

type Queue<'r> = VecDeque<Came<'r>>;

#[derive(Default)]
struct Outside<'r> {
    answers: BTreeMap<Place, Queue<'r>>,
    asks: BTreeMap<Place, Queue<'r>>,
    calls: BTreeMap<Place, Queue<'r>>,
    found: BTreeMap<Place, Queue<'r>>,
    numbers: BTreeMap<Place, Queue<'r>>,
    /// Messages and signals, with how often the run had moved when they were last offered.
    messages: Vec<(Came<'r>, Option<u32>)>,
    timers: BTreeMap<u32, (Timestamp, usize, Zone)>,
    /// What happens at its moment, whatever is asked.
    at_its_time: Queue<'r>,
    retries: Queue<'r>,
}

/// What the record says of itself.
#[derive(Default)]
struct Was {
    opened: BTreeSet<Place>,
    stopped: BTreeSet<Id>,
    ended: Option<(Status, Option<String>)>,
    verdicts: BTreeMap<Place, VecDeque<Json>>,
    not_comparable: Option<String>,
}

struct Play<'p, 'r> {
    program: &'p Program,
    state: RunState,
    now: Timestamp,
    zone: Zone,
    outside: Outside<'r>,
    was: Was,
    facts: Vec<Fact>,
    moves: u32,
    refused: BTreeSet<u32>,
    differences: Vec<Difference>,
}

/// What happens next.
enum Next {
    Answer(u32, Place, usize),
    Ask(u32, Place, usize),
    Call(u32, Place, usize),
    Message(usize),
    Timer(u32),
    AtItsTime,
    Retry,
}

impl<'p, 'r> Play<'p, 'r> {
    fn new(program: &'p Program, record: &'r [Recorded]) -> Play<'p, 'r> {
        let mut play = Play {
            program,
            state: RunState::new(),
            now: Timestamp(i64::MIN),
            zone: Zone {
                offset_s: 0,
                next: None,
            },
            outside: Outside::default(),
            was: Was::default(),
            facts: Vec::new(),
            moves: 0,
            refused: BTreeSet::new(),
            differences: Vec::new(),
        };
        for (seq, entry) in record.iter().enumerate() {
            play.take_down(seq, entry);
        }
        play
    }

    /// Sorts what came from outside by where it was asked for.
    fn take_down(&mut self, seq: usize, entry: &'r Recorded) {
        let kind = plain(&entry.event.kind);
        let came = |number: u32| Came {
            seq,
            event: &entry.event,
            kind,
            number,
        };
        let place = |of: fn(&FactKind) -> bool| {
            let fact = entry.facts.iter().find(|fact| of(&fact.kind))?;
            Some((fact.step.clone()?, fact.round.max(1)))
        };
        let outside = &mut self.outside;
        match kind {
            EventKind::TaskCompleted { task, .. } => {
                if let Some(place) = place(|kind| matches!(kind, FactKind::TaskCompleted { .. })) {
                    outside.answers.entry(place).or_default().push_back(came(*task));
                }
            }
            // Without answers, but it is what came of the task.
            EventKind::TaskHandled {
                task,
                deed: crate::Deed::Skipped { .. },
                ..
            } => {
                let fact = entry
                    .facts
                    .iter()
                    .find_map(|fact| Some((fact.step.clone()?, fact.round.max(1))));
                if let Some(place) = fact {
                    outside.answers.entry(place).or_default().push_back(came(*task));
                }
            }
            EventKind::Answered { ask, .. } => {
                let of = |kind: &FactKind| matches!(kind, FactKind::Answered { .. } | FactKind::AskFailed { .. });
                if let Some(place) = place(of) {
                    outside.asks.entry(place).or_default().push_back(came(*ask));
                }
            }
            EventKind::CallEnded { call, .. } => {
                if let Some(place) = place(|kind| matches!(kind, FactKind::CallEnded { .. })) {
                    outside.calls.entry(place).or_default().push_back(came(*call));
                }
            }
            EventKind::Found { query, .. } => {
                if let Some(place) = place(|kind| matches!(kind, FactKind::Found { .. })) {
                    outside.found.entry(place).or_default().push_back(came(*query));
                }
            }
            EventKind::Numbered { query, .. } => {
                if let Some(place) = place(|kind| matches!(kind, FactKind::NumberTaken { .. })) {
                    outside.numbers.entry(place).or_default().push_back(came(*query));
                }
            }
            EventKind::MessageArrived { .. } | EventKind::SignalRead { .. } => {
                outside.messages.push((came(0), None));
            }
            EventKind::TimerFired { timer } => {
                outside.timers.insert(*timer, (entry.event.at, seq, entry.event.zone));
            }
            EventKind::Cancelled { .. } | EventKind::HoldReleased { .. } => outside.at_its_time.push_back(came(0)),
            EventKind::Retried => outside.retries.push_back(came(0)),
            // Who has a task in hand, and by which version the run went, changes nothing of what it comes to.
            EventKind::Started { .. }
            | EventKind::TaskClaimed { .. }
            | EventKind::TaskReturned { .. }
            | EventKind::TaskHandled { .. }
            | EventKind::LetGo
            | EventKind::Migrated { .. }
            | EventKind::MigrationUndone { .. } => {}
            EventKind::Repaired { .. } => {
                self.was.not_comparable = Some("it was put right by hand".into());
            }
            EventKind::Held { .. } => {}
        }
        for fact in &entry.facts {
            let step = fact.step.clone();
            match (&fact.kind, step) {
                (FactKind::TaskOpened { .. }, Some(step)) => drop(self.was.opened.insert((step, fact.round.max(1)))),
                (FactKind::TaskCompleted { verdicts, .. }, Some(step)) => {
                    let place = (step, fact.round.max(1));
                    self.was.verdicts.entry(place).or_default().push_back(verdicts.clone());
                }
                (FactKind::Incident { .. }, Some(step)) => drop(self.was.stopped.insert(step)),
                (FactKind::Ended { status, outcome, .. }, _) => self.was.ended = Some((*status, outcome.clone())),
                _ => {}
            }
        }
    }

    /// One event, and the answers to the queries that it leads to.
    fn feed(&mut self, kind: EventKind, at: Timestamp, zone: Zone, by: &Actor) -> Result<(), Refusal> {
        self.now = self.now.max(at);
        self.zone = zone;
        let mut kind = kind;
        loop {
            let event = Event {
                at: self.now,
                zone,
                by: by.clone(),
                kind,
            };
            let Advance { effects, facts } = advance(self.program, &mut self.state, &event)?;
            self.moves += 1;
            self.facts.extend(facts);
            match effects.into_iter().last() {
                Some(Effect::Find(query)) => {
                    let came = self.looked_up(true);
                    let records = match came {
                        Some(EventKind::Found { records, .. }) => select(&query, records.clone()),
                        _ => Vec::new(),
                    };
                    let query = query.query;
                    kind = EventKind::Found { query, records };
                }
                Some(Effect::Number { query, .. }) => {
                    let number = match self.looked_up(false) {
                        Some(EventKind::Numbered { number, .. }) => number.clone(),
                        _ => format!("?{query}"),
                    };
                    kind = EventKind::Numbered { query, number };
                }
                _ => return Ok(()),
            }
        }
    }

    fn looked_up(&mut self, records: bool) -> Option<&'r EventKind> {
        let token = self.state.asked.as_ref().map(|asked| asked.token)?;
        let place = self.place_of(token);
        let queues = match records {
            true => &mut self.outside.found,
            false => &mut self.outside.numbers,
        };
        let came = queues.get_mut(&place).and_then(VecDeque::pop_front);
        if came.is_none() {
            let what = if records { "records" } else { "a number" };
            self.differences.push(Difference::NotRecorded {
                step: place.0,
                what: what.into(),
            });
        }
        came.map(|came| came.kind)
    }

    fn place_of(&self, token: u32) -> Place {
        let Some(token) = self.state.tokens.get(&token) else {
            return (Id::new(""), 1);
        };
        let step = self.program.op(token.at).and_then(|placed| placed.step.clone());
        let round = token.rounds.last().copied().unwrap_or(token.outer_round);
        (step.unwrap_or_else(|| Id::new("")), round.max(1))
    }

    /// Until nothing more can happen; at most so many events as no run of this record needs.
    fn finish(&mut self) {
        for _ in 0..crate::limits::TRIAL_EVENTS_MAX {
            if has_ended(self.state.status) {
                return;
            }
            let Some(next) = self.next() else { return };
            self.happen(next);
        }
    }

    /// The earliest of what can happen; of two at the same moment, that which was recorded first.
    fn next(&self) -> Option<Next> {
        let mut first: Option<((Timestamp, usize), Next)> = None;
        let mut offer = |at: Timestamp, seq: usize, next: Next| {
            let when = (at.max(self.now), seq);
            if first.as_ref().is_none_or(|(known, _)| when < *known) {
                first = Some((when, next));
            }
        };
        let pick = |queues: &BTreeMap<Place, Queue<'r>>, place: &Place, number: u32| {
            let queue = queues.get(place)?;
            let index = queue.iter().position(|came| came.number == number).unwrap_or(0);
            queue.get(index).map(|came| (index, came.event.at, came.seq))
        };
        for (number, task) in &self.state.tasks {
            let place = self.place_of(task.token);
            if let Some((index, at, seq)) = pick(&self.outside.answers, &place, *number) {
                offer(at, seq, Next::Answer(*number, place, index));
            }
        }
        for (number, ask) in &self.state.asks {
            let place = self.place_of(ask.token);
            if let Some((index, at, seq)) = pick(&self.outside.asks, &place, *number) {
                offer(at, seq, Next::Ask(*number, place, index));
            }
        }
        for (number, call) in &self.state.calls {
            let place = self.place_of(call.token);
            if let Some((index, at, seq)) = pick(&self.outside.calls, &place, *number) {
                offer(at, seq, Next::Call(*number, place, index));
            }
        }
        for (index, (came, offered)) in self.outside.messages.iter().enumerate() {
            if *offered != Some(self.moves) {
                offer(came.event.at, came.seq, Next::Message(index));
            }
        }
        for (number, timer) in &self.state.timers {
            match self.outside.timers.get(number).filter(|(at, _, _)| *at >= timer.at) {
                Some((at, seq, _)) => offer(*at, *seq, Next::Timer(*number)),
                None => offer(timer.at, usize::MAX, Next::Timer(*number)),
            }
        }
        if let Some(came) = self.outside.at_its_time.front() {
            offer(came.event.at, came.seq, Next::AtItsTime);
        }
        if let (Status::Stopped, Some(came)) = (self.state.status, self.outside.retries.front()) {
            offer(came.event.at, came.seq, Next::Retry);
        }
        first.map(|(_, next)| next)
    }

    fn happen(&mut self, next: Next) {
        match next {
            Next::Answer(task, place, index) => {
                let came = self
                    .outside
                    .answers
                    .get_mut(&place)
                    .and_then(|queue| queue.remove(index));
                if let Some(came) = came {
                    self.answer(task, place, &came);
                }
            }
            Next::Ask(ask, place, index) => {
                let came = self.outside.asks.get_mut(&place).and_then(|queue| queue.remove(index));
                if let Some(came) = came
                    && let EventKind::Answered { result, .. } = came.kind
                {
                    let result = result.clone();
                    let _ = self.take(EventKind::Answered { ask, result }, &came);
                }
            }
            Next::Call(call, place, index) => {
                let came = self.outside.calls.get_mut(&place).and_then(|queue| queue.remove(index));
                if let Some(came) = came
                    && let EventKind::CallEnded { run, ending, .. } = came.kind
                {
                    let (run, ending) = (run.clone(), ending.clone());
                    let _ = self.take(EventKind::CallEnded { call, run, ending }, &came);
                }
            }
            Next::Message(index) => {
                let (came, _) = self.outside.messages.remove(index);
                // What is not for the run now may be later: it would have been sent again, or waited in its mailbox.
                if self.take(came.kind.clone(), &came).is_err() {
                    let moves = self.moves;
                    self.outside.messages.insert(index, (came, Some(moves)));
                }
            }
            Next::Timer(timer) => {
                let recorded = self.outside.timers.remove(&timer);
                let due = self.state.timers.get(&timer).map_or(self.now, |timer| timer.at);
                let (at, _, zone) = recorded.filter(|(at, _, _)| *at >= due).unwrap_or((due, 0, self.zone));
                let by = Actor {
                    person: None,
                    via: "timer".into(),
                    confirmed: None,
                };
                let _ = self.feed(EventKind::TimerFired { timer }, at, zone, &by);
            }
            Next::AtItsTime => {
                if let Some(came) = self.outside.at_its_time.pop_front() {
                    let _ = self.take(came.kind.clone(), &came);
                }
            }
            Next::Retry => {
                if let Some(came) = self.outside.retries.pop_front() {
                    let _ = self.take(EventKind::Retried, &came);
                }
            }
        }
    }

    fn take(&mut self, kind: EventKind, came: &Came<'r>) -> Result<(), Refusal> {
        self.feed(kind, came.event.at, came.event.zone, &came.event.by)
    }

    /// Hands in what was answered, without the fields that are not asked any more.
    fn answer(&mut self, task: u32, place: Place, came: &Came<'r>) {
        // Who had it in hand is not the question: it was theirs to answer.
        if let Some(open) = self.state.tasks.get_mut(&task) {
            open.spec.reserved_by = None;
            open.spec.handling.suspended = None;
        }
        if let EventKind::TaskHandled { deed, .. } = came.kind {
            let (deed, supervised) = (deed.clone(), true);
            let skipped = EventKind::TaskHandled { task, deed, supervised };
            if let Err(refusal) = self.take(skipped, came) {
                self.refused.insert(task);
                let ((step, round), message) = (place, words(&refusal));
                self.differences.push(Difference::Refuses { step, round, message });
            }
            return;
        }
        let EventKind::TaskCompleted {
            answers,
            button,
            warnings_seen,
            known,
            ..
        } = came.kind
        else {
            return;
        };
        let mut answers = answers.clone();
        let mut left = self.not_asked(task, &mut answers);
        let completed = |answers: &Map<String, Json>| EventKind::TaskCompleted {
            task,
            answers: answers.clone(),
            button: button.clone(),
            warnings_seen: warnings_seen.clone(),
            known: known.clone(),
        };
        let mut done = self.take(completed(&answers), came);
        if let Err(Refusal::Answers { fields }) = &done
            && fields
                .iter()
                .all(|field| matches!(field.code.as_str(), "not-shown" | "unknown-field"))
        {
            for field in fields {
                answers.remove(&field.field);
                left.push(field.field.clone());
            }
            done = self.take(completed(&answers), came);
        }
        let (step, round) = place;
        if !left.is_empty() {
            let (step, fields) = (step.clone(), left);
            self.differences.push(Difference::AsksNotFields { step, fields });
        }
        let Err(refusal) = done else { return };
        self.refused.insert(task);
        let missing = |field: &FieldRefusal| field.code == "missing" && !answers.contains_key(&field.field);
        self.differences.push(match &refusal {
            Refusal::Answers { fields } if fields.iter().all(missing) => Difference::AsksFields {
                step,
                fields: fields.iter().map(|field| field.field.clone()).collect(),
            },
            other => Difference::Refuses {
                step,
                round,
                message: words(other),
            },
        });
    }

    fn not_asked(&self, task: u32, answers: &mut Map<String, Json>) -> Vec<String> {
        let open = self.state.tasks.get(&task);
        let Some(form) = open.and_then(|open| tasks::form_of(self.program, &self.state, open)) else {
            return Vec::new();
        };
        let asked = |name: &String| form.fields.iter().any(|field| field.id.as_str() == name.as_str());
        let left: Vec<String> = answers.keys().filter(|name| !asked(name)).cloned().collect();
        for name in &left {
            answers.remove(name);
        }
        left
    }

    fn compare(mut self) -> Vec<Difference> {
        if let Some(why) = self.was.not_comparable.take() {
            return vec![Difference::NotComparable { why }];
        }
        self.judged();
        if has_ended(self.state.status) {
            self.ended();
        } else {
            self.stands();
        }
        let mut seen = BTreeSet::new();
        self.differences.retain(|difference| seen.insert(difference.clone()));
        self.differences
    }

    fn judged(&mut self) {
        for fact in &self.facts {
            let (Some(step), FactKind::TaskCompleted { verdicts, .. }) = (&fact.step, &fact.kind) else {
                continue;
            };
            let place = (step.clone(), fact.round.max(1));
            let Some(was) = self.was.verdicts.get_mut(&place).and_then(VecDeque::pop_front) else {
                continue;
            };
            let (Some(was), Some(would)) = (was.as_object(), verdicts.as_object()) else {
                continue;
            };
            let word = |verdict: Option<&Json>| match verdict {
                None => "not judged".to_owned(),
                Some(Json::String(word)) => word.clone(),
                Some(other) => other.to_string(),
            };
            for field in was.keys().chain(would.keys()).collect::<BTreeSet<_>>() {
                if was.get(field) != would.get(field) {
                    self.differences.push(Difference::Judges {
                        step: step.clone(),
                        field: field.clone(),
                        was: word(was.get(field)),
                        would: word(would.get(field)),
                    });
                }
            }
        }
    }

    fn ended(&mut self) {
        for (place, queue) in &self.outside.answers {
            if !queue.is_empty() {
                let (step, round) = place.clone();
                self.differences.push(Difference::AsksNot { step, round });
            }
        }
        let would = self.facts.iter().rev().find_map(|fact| match &fact.kind {
            FactKind::Ended { status, outcome, .. } => Some((*status, outcome.clone())),
            _ => None,
        });
        if would != self.was.ended {
            let told = |(status, outcome): (Status, Option<String>)| match outcome {
                Some(outcome) => format!("{} ({outcome})", status_word(status)),
                None => status_word(status).to_owned(),
            };
            self.differences.push(Difference::EndsOtherwise {
                was: self.was.ended.take().map(told),
                would: would.map_or_else(String::new, told),
            });
        }
    }

    /// It waits for what the record does not have: where the run had ended, that is for ever.
    fn stands(&mut self) {
        let has_ended = self.was.ended.is_some();
        let hangs = |step: &Id, waits_for: String| Difference::Hangs {
            step: step.clone(),
            waits_for,
        };
        let mut all = Vec::new();
        for (number, token) in &self.state.tokens {
            let place = self.place_of(*number);
            match &token.wait {
                Wait::Task(task) if self.refused.contains(task) => {}
                Wait::Task(_) if !self.was.opened.contains(&place) => {
                    let (step, round) = place;
                    all.push(Difference::Asks { step, round });
                }
                Wait::Repair { step, message } if !self.was.stopped.contains(step) || has_ended => {
                    all.push(Difference::Stops {
                        step: step.clone(),
                        message: message.clone(),
                    });
                }
                _ if !has_ended => {}
                Wait::Task(_) => all.push(hangs(&place.0, "an answer".into())),
                Wait::Message(wait) => {
                    let name = self.state.listening.get(wait).map(|listening| match &listening.signal {
                        Some(signal) => format!("the signal {signal}"),
                        None => format!("the message {}", listening.message),
                    });
                    all.push(hangs(&place.0, name.unwrap_or_default()));
                }
                Wait::Call(_) => all.push(hangs(&place.0, "a called run".into())),
                Wait::Ask(_) => all.push(hangs(&place.0, "an answer from outside".into())),
                Wait::Turn { name, .. } => all.push(hangs(&place.0, format!("its turn at {name}"))),
                Wait::While { .. } => all.push(hangs(&place.0, "its condition".into())),
                Wait::Rest { .. } | Wait::Group(_) | Wait::Timer(_) | Wait::Retry { .. } | Wait::Ready => {}
                Wait::Query(_) | Wait::Repair { .. } => {}
            }
        }
        if all.is_empty() && has_ended && self.differences.is_empty() {
            all.push(hangs(&Id::new(""), "something that the record does not have".into()));
        }
        self.differences.append(&mut all);
    }
}

fn status_word(status: Status) -> &'static str {
    match status {
        Status::Waiting => "waiting",
        Status::Stopped => "stopped",
        Status::Finished => "finished",
        Status::Failed => "failed",
        Status::Cancelled => "cancelled",
    }
}
