//! Moves runs by events: through the kernel, with what follows in the same transaction (finds, calls, ends of calls),
//! each event into its run's journal, each effect into a write.

use crate::batch::Batch;
use crate::commands::messages::Sender;
use crate::effects::Asked;
use crate::journal::Entry;
use crate::requests::Message;
use crate::run::{Loaded, by_run};
use crate::{Error, limits, records};
use kernel::{Actor, Advance, Clock, Ending, Event, EventKind, Need, Query, StartCause, Status};
use language::model::Id;
use language::steps::Give;
use serde_json::{Map, Value};
use std::collections::{BTreeMap, VecDeque};
use std::panic::{AssertUnwindSafe, catch_unwind};
use store::rows::{RunId, RunRow, TimerRow, Write};

/// What follows of one request, and how much of its limits is used up.
#[derive(Default)]
pub(crate) struct Chain {
    todo: VecDeque<FollowUp>,
    events: u32,
    calls: u32,
    emitted: u32,
}

enum FollowUp {
    /// What is known of a signal that the run has begun to wait for.
    Signal {
        run: RunId,
        signal: Id,
        reading: kernel::Reading,
    },
    CallEnded {
        parent: RunId,
        call: u32,
        run: String,
        ending: Ending,
    },
    Call {
        parent: RunId,
        call: Option<u32>,
        app: Id,
        inputs: Map<String, Value>,
    },
    Emitted {
        from: RunId,
        message: Message,
    },
    /// Somebody is to be chosen for a task.
    Give {
        run: RunId,
        task: u32,
        give: Give,
    },
}

impl Chain {
    pub(crate) fn give(&mut self, run: RunId, task: u32, give: Give) {
        self.todo.push_back(FollowUp::Give { run, task, give });
    }

    pub(crate) fn emit(&mut self, from: RunId, message: Message) {
        self.todo.push_back(FollowUp::Emitted { from, message });
    }

    pub(crate) fn call(&mut self, parent: RunId, call: Option<u32>, app: Id, inputs: Map<String, Value>) {
        self.todo.push_back(FollowUp::Call {
            parent,
            call,
            app,
            inputs,
        });
    }

    pub(crate) fn signal(&mut self, run: RunId, signal: Id, reading: kernel::Reading) {
        self.todo.push_back(FollowUp::Signal { run, signal, reading });
    }

    /// `run` is empty when the called run never began.
    pub(crate) fn call_ended(&mut self, parent: RunId, call: u32, run: String, ending: Ending) {
        self.todo.push_back(FollowUp::CallEnded {
            parent,
            call,
            run,
            ending,
        });
    }
}

/// What a run begins with.
pub(crate) struct Beginning {
    pub(crate) app: String,
    pub(crate) version: Option<u32>,
    pub(crate) cause: StartCause,
    pub(crate) station: Option<String>,
    pub(crate) inputs: Map<String, Value>,
    pub(crate) by: Actor,
    pub(crate) started_by: String,
    pub(crate) parent: Option<(RunId, Option<u32>)>,
    /// Stands still from its beginning; by whom.
    pub(crate) paused: Option<Option<String>>,
}

impl Batch<'_> {
    /// Moves a run that is loaded, and then whatever that causes. A refusal of the run itself changes nothing.
    pub(crate) async fn move_run(&mut self, run: RunId, kind: EventKind, by: Actor) -> Result<(), Error> {
        let mut chain = Chain::default();
        self.advance(run, kind, by, &mut chain).await?;
        self.follow(&mut chain).await
    }

    /// Begins a run, and does whatever that causes.
    pub(crate) async fn begin(&mut self, beginning: Beginning) -> Result<RunId, Error> {
        let mut chain = Chain::default();
        let run = self.begin_in(beginning, &mut chain).await?;
        self.follow(&mut chain).await?;
        Ok(run)
    }

    pub(crate) async fn follow(&mut self, chain: &mut Chain) -> Result<(), Error> {
        while let Some(next) = chain.todo.pop_front() {
            match next {
                FollowUp::Give { run, task, give } => self.give_out(run, task, give, chain).await?,
                FollowUp::Emitted { from, message } => self.emitted(from, &message, chain).await?,
                FollowUp::Signal { run, signal, reading } => {
                    let by = Actor {
                        person: None,
                        via: format!("signal {signal}"),
                        confirmed: None,
                    };
                    let changes = self.changes();
                    let kind = EventKind::SignalRead { signal, reading };
                    match self.advance(run, kind, by, chain).await {
                        Err(Error::Refused(_)) if self.changes() == changes => {}
                        other => other?,
                    }
                }
                FollowUp::CallEnded {
                    parent,
                    call,
                    run,
                    ending,
                } => {
                    self.end_call(parent, call, run, ending, chain).await?;
                }
                FollowUp::Call {
                    parent,
                    call,
                    app,
                    inputs,
                } => {
                    self.call(parent, call, &app, inputs, chain).await?;
                }
            }
        }
        Ok(())
    }

    /// A message of a run to others. What one request sets off must come to an end.
    async fn emitted(&mut self, from: RunId, message: &Message, chain: &mut Chain) -> Result<(), Error> {
        chain.emitted += 1;
        let max = limits::EMITTED_PER_REQUEST_MAX;
        let not_told = if chain.emitted > max {
            Some(format!("more than {max} messages at once"))
        } else {
            let by = Sender {
                actor: Actor {
                    person: None,
                    via: by_run(from),
                    confirmed: None,
                },
                starter: by_run(from),
            };
            let delivered = self.deliver(message, &by, chain).await?;
            let not_started = delivered.not_started.iter();
            let why: Vec<String> = not_started.map(|one| format!("'{}': {}", one.app, one.why)).collect();
            (!why.is_empty()).then(|| format!("not started: {}", why.join("; ")))
        };
        if let Some(why) = not_told {
            let note = format!("message '{}': {why}", message.name);
            self.write_entry(from, &Entry::Noted { note: &note });
        }
        Ok(())
    }

    /// A run that has ended, was withdrawn from the call, or cannot be read no longer listens.
    async fn end_call(
        &mut self,
        parent: RunId,
        call: u32,
        run: String,
        mut ending: Ending,
        chain: &mut Chain,
    ) -> Result<(), Error> {
        match self.run(parent).await {
            Ok(_) => {}
            Err(Error::Store(failure)) => return Err(Error::Store(failure)),
            Err(error) => {
                tracing::error!(%parent, %error, "the end of a call could not be told to its caller");
                return Ok(());
            }
        }
        if ending
            .values
            .values()
            .any(|value| is_deeper(value, limits::ENDING_LEVELS_MAX))
        {
            ending.values.clear();
            let max = limits::ENDING_LEVELS_MAX;
            let note = format!("the values of run {run} are nested deeper than {max} levels and were left out");
            self.write_entry(parent, &Entry::Noted { note: &note });
        }
        let by = Actor {
            person: None,
            via: format!("run {run}"),
            confirmed: None,
        };
        let changes = self.changes();
        let kind = EventKind::CallEnded { call, run, ending };
        match self.advance(parent, kind, by, chain).await {
            Err(Error::Refused(refusal)) if self.changes() == changes => {
                tracing::debug!(%parent, %refusal, "a call ended that nobody waits for");
                Ok(())
            }
            other => other,
        }
    }

    async fn call(
        &mut self,
        parent: RunId,
        call: Option<u32>,
        app: &Id,
        inputs: Map<String, Value>,
        chain: &mut Chain,
    ) -> Result<(), Error> {
        chain.calls += 1;
        let why = if chain.calls > limits::CALLS_PER_REQUEST_MAX {
            format!("more than {} calls at once", limits::CALLS_PER_REQUEST_MAX)
        } else {
            let beginning = Beginning {
                app: app.to_string(),
                version: None,
                cause: StartCause::Call {
                    run: parent.to_string(),
                    call: call.unwrap_or_default(),
                },
                station: self.run(parent).await?.row.station.clone(),
                inputs,
                by: Actor {
                    person: None,
                    via: by_run(parent),
                    confirmed: None,
                },
                started_by: by_run(parent),
                parent: Some((parent, call)),
                paused: None,
            };
            let changes = self.changes();
            match self.begin_in(beginning, chain).await {
                Ok(_) => return Ok(()),
                Err(error @ (Error::NotFound { .. } | Error::App(_) | Error::Refused(_)))
                    if self.changes() == changes =>
                {
                    plain_reason(&error)
                }
                Err(error) => return Err(error),
            }
        };
        let Some(call) = call else {
            self.write_entry(
                parent,
                &Entry::Noted {
                    note: &format!("'{app}' was not started: {why}"),
                },
            );
            return Ok(());
        };
        let outcome = Some(format!("'{app}' was not started: {why}"));
        let ending = Ending {
            status: Status::Failed,
            outcome,
            values: BTreeMap::new(),
        };
        chain.call_ended(parent, call, String::new(), ending);
        Ok(())
    }

    pub(crate) async fn begin_in(&mut self, beginning: Beginning, chain: &mut Chain) -> Result<RunId, Error> {
        let (compiled, app_version) = self.compiled(&beginning.app, beginning.version)?;
        let id = self.new_id();
        let row = RunRow {
            id,
            app: beginning.app,
            app_version,
            status: String::new(),
            outcome: None,
            station: beginning.station.clone(),
            started_by: beginning.started_by,
            started_at_ms: self.now.0,
            updated_at_ms: self.now.0,
            ended_at_ms: None,
            seq: 0,
            head: [0; 32],
            parent: beginning.parent,
            state: Vec::new(),
        };
        let mut inputs = beginning.inputs;
        // Between apps only the kernel checks: a formula's value may say more than JSON, and no page has sent it.
        let wrong = match beginning.parent {
            None => compiled.inputs().refusals(&mut inputs),
            Some(_) => Vec::new(),
        };
        let mut kind = EventKind::Started {
            run: id.to_string(),
            cause: beginning.cause,
            station: beginning.station.as_deref().map(Id::new),
            inputs,
            known: kernel::Known::default(),
        };
        let needs = kernel::needs(&compiled.program, &kernel::RunState::new(), &kind);
        if !needs.is_empty() {
            let mut looked_up = self.look_up(&row.app, &compiled.program, &needs).await?;
            if needs.contains(&Need::Leader) {
                looked_up.leader = self.leader_of(beginning.by.person.as_deref()).await?;
            }
            if let EventKind::Started { known, .. } = &mut kind {
                *known = looked_up;
            }
        }
        let mut state = kernel::RunState::new();
        if !wrong.is_empty() {
            let event = Event {
                at: self.now,
                zone: self.zone,
                by: beginning.by,
                kind,
            };
            return Err(with_kernels_words(&compiled.program, &mut state, &event, wrong));
        }
        let tasks = BTreeMap::new();
        let loaded = Loaded {
            row,
            state,
            compiled: Ok(compiled),
            tasks,
            stored_seq: None,
            is_moved: false,
            state_bytes: 0,
        };
        self.insert(loaded);
        if let Some(by) = beginning.paused {
            let brake = crate::brakes::Brake {
                why: "started so".to_owned(),
                by,
                since_ms: self.now.0,
                per_minute: None,
            };
            self.put_brake(crate::brakes::Scope::Run(id), brake);
        }
        let begun = self.advance(id, kind, beginning.by, chain).await;
        if begun.is_err() && self.known_run(id).row.seq == 0 {
            self.forget(id);
        }
        begun.map(|()| id)
    }

    /// One event, and the finds that it ends with; where a brake holds the run, it is accepted and nothing more.
    pub(crate) async fn advance(
        &mut self,
        run: RunId,
        kind: EventKind,
        by: Actor,
        chain: &mut Chain,
    ) -> Result<(), Error> {
        let kind = self.held_or_not(run, kind);
        let is_held = matches!(kind, EventKind::Held { .. });
        self.advance_now(run, kind, by, chain).await?;
        if is_held {
            self.remember_held(run);
        }
        Ok(())
    }

    /// Whatever stands still.
    pub(crate) async fn advance_now(
        &mut self,
        run: RunId,
        kind: EventKind,
        by: Actor,
        chain: &mut Chain,
    ) -> Result<(), Error> {
        let mut event = Event {
            at: self.now,
            zone: self.zone,
            by,
            kind,
        };
        loop {
            chain.events += 1;
            if chain.events > limits::EVENTS_PER_REQUEST_MAX {
                return Err(Error::Invalid(format!(
                    "this would cause more than {} events at once",
                    limits::EVENTS_PER_REQUEST_MAX
                )));
            }
            let loaded = self.known_run(run);
            let compiled = loaded.compiled()?;
            let done = guarded(&compiled.program, &mut loaded.state, &event);
            let advance = self.sound(done)?;
            let entry = Entry::Moved {
                event: &event,
                facts: &advance.facts,
            };
            self.write_entry(run, &entry);
            match self.carry_out(run, advance.effects, chain) {
                None => return Ok(()),
                Some(asked) => event.kind = self.answer(run, asked).await?,
            }
        }
    }

    /// What failed otherwise than by a refusal may have left a state half changed.
    pub(crate) fn sound(&mut self, done: Result<Advance, Error>) -> Result<Advance, Error> {
        if matches!(&done, Err(error) if !matches!(error, Error::Refused(_))) {
            self.spoil();
        }
        done
    }

    /// What follows of an event that was not [`Batch::advance`]d.
    pub(crate) async fn carry_on(
        &mut self,
        run: RunId,
        advance: Advance,
        by: &Actor,
        chain: &mut Chain,
    ) -> Result<(), Error> {
        match self.carry_out(run, advance.effects, chain) {
            None => Ok(()),
            Some(asked) => {
                let kind = self.answer(run, asked).await?;
                self.advance(run, kind, by.clone(), chain).await
            }
        }
    }

    async fn answer(&mut self, run: RunId, asked: Asked) -> Result<EventKind, Error> {
        match asked {
            Asked::Find(query) => self.find(run, *query).await,
            Asked::Number { query, series } => self.number(run, query, &series).await,
        }
    }

    async fn number(&mut self, run: RunId, query: u32, series: &Id) -> Result<EventKind, Error> {
        let compiled = self.known_run(run).compiled()?;
        let known = compiled.program.site().numbers.iter().find(|known| known.id == *series);
        let Some(series) = known else {
            return Err(Error::Invalid(format!(
                "the site has no series of numbers called '{series}'"
            )));
        };
        let clock = Clock {
            at: self.now,
            zone: self.zone,
        };
        let day = clock.today();
        let taken = self.next_number(series.id.as_str(), &series.period(day)).await?;
        Ok(EventKind::Numbered {
            query,
            number: series.number(day, taken),
        })
    }

    async fn find(&mut self, run: RunId, query: Query) -> Result<EventKind, Error> {
        self.see_records().await?;
        let app = self.known_run(run).row.app.clone();
        let equals = records::comparable(&query.equals);
        let limit = limits::RECORDS_PER_FIND_MAX;
        let table = query.table.as_str();
        let rows = self.unit().await?.records(&app, table, &equals, limit + 1).await?;
        if rows.len() > limit as usize {
            return Err(Error::Invalid(format!(
                "a find in '{table}' would look at more than {limit} records: its 'where' must name a column"
            )));
        }
        let found = rows.iter().map(|row| {
            records::from_text(&row.values).map_err(|problem| {
                Error::Invalid(format!("record '{}' of '{table}' cannot be read: {problem}", row.key))
            })
        });
        let found = found.collect::<Result<Vec<_>, Error>>()?;
        Ok(EventKind::Found {
            query: query.query,
            records: kernel::select(&query, found),
        })
    }

    /// A timer has come due. One that nothing waits for any more is dropped.
    pub(crate) async fn fire(&mut self, timer: &TimerRow) -> Result<(), Error> {
        let run = timer.run;
        if crate::schedule::may_be(run)
            && let Some(app) = self.shared.catalogue.scheduled(run)
        {
            return self.start_by_schedule(&app, timer).await;
        }
        match self.run(run).await {
            Ok(_) => {}
            Err(Error::NotFound { what: "run", .. }) => {
                self.push(Write::DropTimer {
                    run,
                    timer: timer.timer,
                });
                return Ok(());
            }
            Err(error) => return Err(error),
        }
        let by = Actor {
            person: None,
            via: "timer".to_owned(),
            confirmed: None,
        };
        let kind = EventKind::TimerFired { timer: timer.timer };
        self.push(Write::DropTimer {
            run,
            timer: timer.timer,
        });
        let kind = self.touched(timer).await?.unwrap_or(kind);
        let changes = self.changes();
        match self.move_run(run, kind, by).await {
            Err(Error::Refused(refusal)) if self.changes() == changes => {
                tracing::debug!(%run, timer = timer.timer, %refusal, "a timer fired for nothing");
                Ok(())
            }
            other => other,
        }
    }
}

/// Whether lists and contexts are nested deeper than `levels`. Calls of calls would make them deeper without end, and
/// what is too deep could be written but not read again.
fn is_deeper(value: &expression::Value, levels: usize) -> bool {
    use expression::Value;
    match value {
        Value::List(_) | Value::Context(_) | Value::Judged(_) if levels == 0 => true,
        Value::List(items) => items.iter().any(|item| is_deeper(item, levels - 1)),
        Value::Context(members) => members.values().any(|member| is_deeper(member, levels - 1)),
        Value::Judged(judged) => {
            is_deeper(&judged.value, levels - 1) || judged.details.values().any(|detail| is_deeper(detail, levels - 1))
        }
        _ => false,
    }
}

/// The kernel never panics on an app that the language accepted; should it do so all the same, the request is refused
/// and everybody else is served.
pub(crate) fn guarded(
    program: &kernel::Program,
    state: &mut kernel::RunState,
    event: &Event,
) -> Result<Advance, Error> {
    guard(|| kernel::advance(program, state, event))
}

/// The same for whatever the kernel does.
pub(crate) fn guard(work: impl FnOnce() -> Result<Advance, kernel::Refusal>) -> Result<Advance, Error> {
    match catch_unwind(AssertUnwindSafe(work)) {
        Ok(advance) => Ok(advance?),
        Err(_) => Err(Error::Invalid(
            "the kernel failed on this event; please report it".to_owned(),
        )),
    }
}

/// The refusal of what the schema refuses: in the kernel's words where it has any. `state` is thrown away after it.
pub(crate) fn with_kernels_words(
    program: &kernel::Program,
    state: &mut kernel::RunState,
    event: &Event,
    schema: Vec<kernel::FieldRefusal>,
) -> Error {
    match guarded(program, state, event) {
        Err(Error::Refused(kernel::Refusal::Answers { fields })) => {
            let fields = crate::answers::merged(fields, schema);
            Error::Refused(kernel::Refusal::Answers { fields })
        }
        // What is worse than a wrong answer comes first: the task is not open, a second person is needed, …
        Err(error) => error,
        Ok(_) => Error::Refused(kernel::Refusal::Answers { fields: schema }),
    }
}

/// For a caller's timeline, in one sentence.
pub(crate) fn plain_reason(error: &Error) -> String {
    match error {
        Error::Refused(kernel::Refusal::Answers { fields }) => {
            let fields = fields
                .iter()
                .map(|refusal| format!("{}: {}", refusal.field, refusal.message.0));
            fields.collect::<Vec<_>>().join("; ")
        }
        other => other.to_string(),
    }
}
