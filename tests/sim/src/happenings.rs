//! What may happen next. Each happening draws from a stream of its own, so that leaving one out leaves the others alone.

use crate::answers::{fitting, spoiled};
use crate::chance::Chance;
use crate::generate::MESSAGES;
use crate::requests::{Request, name};
use crate::site::PEOPLE;
use crate::world::World;
use kernel::{Quality, Reading, Timestamp};
use language::model::App;
use language::steps::{Form, StepKind};
use runtime::{
    Acting, AnswerFor, Caller, Complete, Confirmed, EditValues, Mended, Message, Migration, SaveDraft, SignalReading,
    Skip, Start, TaskRef, TaskView,
};
use serde_json::{Map, Value as Json, json};

/// Something that happens, by number.
pub fn happen(world: &mut World, number: usize) {
    let mut chance = Chance::new(world.plan.seed, 1_000 + number as u64);
    let weights = [24, 90, 14, 6, 10, 16, 5, 8, 4, 14, 40, 6, 26, 6, 5, 5, 1, 4, 8, 3];
    match chance.weighed(&weights) {
        0 => start(world, &mut chance, number),
        1 => complete(world, &mut chance, number),
        2 => claim(world, &mut chance, number),
        3 => give_back(world, &mut chance, number),
        4 => draft(world, &mut chance, number),
        5 => send(world, &mut chance, number),
        6 => cancel(world, &mut chance, number),
        7 => retry(world, &mut chance, number),
        8 => release(world, &mut chance, number),
        9 => signals(world, &mut chance, number),
        10 => pass(world, &mut chance),
        11 => set_clock(world, &mut chance),
        12 => world.outside_answers(chance.below(64)),
        13 => repeat(world, &mut chance),
        14 => trouble(world, &mut chance),
        15 => power(world, &mut chance),
        16 => world.publish_again(&mut chance),
        18 => repair(world, &mut chance, number),
        19 => migrate(world, &mut chance, number),
        _ => site_record(world, &mut chance, number),
    }
    // Others may come before this one is dealt with.
    if chance.percent(65) {
        world.settle();
    }
}

fn caller(chance: &mut Chance, number: usize) -> Caller {
    let person = chance.pick(PEOPLE).expect("there are people");
    let acting = chance.percent(40).then(|| Acting {
        roles: person.roles.iter().map(|role| (*role).to_owned()).collect(),
        station: person.station.map(str::to_owned),
        supervises: person.supervises,
        ..Acting::default()
    });
    Caller {
        name: name(number),
        person: Some(person.id.to_owned()),
        key: chance.percent(60).then(|| format!("key-{number}")),
        acting,
        confirmed: chance.percent(80).then_some(Confirmed::Pin),
    }
}

fn trusted(chance: &mut Chance, number: usize) -> Caller {
    Caller {
        acting: None,
        ..caller(chance, number)
    }
}

fn start(world: &mut World, chance: &mut Chance, number: usize) {
    let apps = world.apps();
    let Some(app) = chance.pick(&apps).cloned() else { return };
    let Some(model) = world.model(&app) else { return };
    let mut inputs = match fitting(&language::answers_schema(&model.inputs), chance) {
        Json::Object(inputs) => inputs,
        _ => Map::new(),
    };
    if chance.percent(8) {
        spoiled(&mut inputs, chance);
    }
    let start = Start {
        app,
        version: None,
        station: chance
            .percent(40)
            .then(|| chance.one(&["qc-1", "qc-2", "op-10"]).to_owned()),
        inputs,
        from_button: chance.percent(50),
        paused: false,
    };
    let caller = trusted(chance, number);
    world.ask(Request::Start(start), caller);
}

/// A task as some tablet shows it, perhaps an old one.
fn seen(world: &World, chance: &mut Chance) -> Option<TaskView> {
    let ledger = world.desk.ledger();
    let all = ledger.seen.len();
    // Mostly what was seen lately.
    let from = if chance.percent(85) { all.saturating_sub(40) } else { 0 };
    chance.pick(&ledger.seen[from..]).cloned()
}

fn reference(chance: &mut Chance, task: &TaskView) -> TaskRef {
    TaskRef {
        run: task.run,
        task: task.task,
        version: chance.percent(80).then_some(task.version),
    }
}

fn form_of<'a>(app: &'a App, step: &str) -> Option<&'a Form> {
    fn within<'a>(steps: &'a [language::model::Step], id: &str) -> Option<&'a Form> {
        steps.iter().find_map(|step| match &step.kind {
            StepKind::Form(form) if step.id.as_str() == id => Some(&**form),
            _ => step.blocks().into_iter().find_map(|block| within(block.steps, id)),
        })
    }
    within(&app.steps, step)
}

/// Answers to a task, mostly such as its form takes.
fn answers(world: &mut World, chance: &mut Chance, task: &TaskView) -> Option<(Map<String, Json>, Option<String>)> {
    let model = world.model_of(&task.app, task.app_version)?;
    let form = form_of(&model, task.spec.step.as_str())?;
    let mut answers = match fitting(&language::answers_schema(&form.fields), chance) {
        Json::Object(answers) => answers,
        _ => return None,
    };
    let button = chance
        .pick(&form.buttons)
        .map(|button| button.id.to_string())
        .filter(|_| chance.percent(80));
    if chance.percent(12) {
        spoiled(&mut answers, chance);
    }
    Some((answers, button))
}

fn complete(world: &mut World, chance: &mut Chance, number: usize) {
    let Some(task) = world.open_task(chance).or_else(|| seen(world, chance)) else {
        return world.look(chance);
    };
    let Some((given, button)) = answers(world, chance, &task) else {
        return;
    };
    let reference = reference(chance, &task);
    let complete = |answers| Complete {
        button: button.clone(),
        ..Complete::new(reference.clone(), answers)
    };
    let caller = caller(chance, number);
    world.ask(Request::Complete(complete(given.clone())), caller.clone());
    match chance.below(12) {
        // The same tablet sends it twice.
        0 if caller.key.is_some() => world.ask(Request::Complete(complete(given)), caller),
        // Another tablet shows the same task, and somebody else answers it otherwise.
        1 => {
            if let Some((other, _)) = answers(world, chance, &task) {
                let caller = self::caller(chance, number);
                let caller = Caller {
                    name: format!("{} b", caller.name),
                    key: caller.key.map(|key| format!("{key}-b")),
                    ..caller
                };
                world.ask(Request::Complete(complete(other)), caller);
            }
        }
        _ => {}
    }
}

fn claim(world: &mut World, chance: &mut Chance, number: usize) {
    let Some(task) = seen(world, chance) else { return };
    let (task, caller) = (reference(chance, &task), caller(chance, number));
    world.ask(Request::Claim(task), caller);
}

fn give_back(world: &mut World, chance: &mut Chance, number: usize) {
    let Some(task) = seen(world, chance) else { return };
    let (task, caller) = (reference(chance, &task), caller(chance, number));
    world.ask(Request::GiveBack(task), caller);
}

fn draft(world: &mut World, chance: &mut Chance, number: usize) {
    let Some(task) = world.open_task(chance).or_else(|| seen(world, chance)) else {
        return;
    };
    let Some((answers, _)) = answers(world, chance, &task) else {
        return;
    };
    let draft = SaveDraft {
        task: reference(chance, &task),
        draft_version: chance.percent(30).then_some(0),
        answers,
    };
    let caller = caller(chance, number);
    world.ask(Request::Draft(draft), caller);
}

fn send(world: &mut World, chance: &mut Chance, number: usize) {
    let starts = world.apps().len();
    let name = match chance.percent(75) {
        true => chance.one(MESSAGES).to_owned(),
        false => format!("begin-{}", chance.below(starts)),
    };
    let body = json!({"x": chance.below(4), "count": chance.below(6), "lot": "L1"});
    let Json::Object(body) = body else { return };
    let message = Request::Send(Message { name, body });
    let caller = trusted(chance, number);
    match chance.below(10) {
        // Lost on its way.
        0 => world.tell(|| "a message is lost on its way".to_owned()),
        // Comes twice.
        1 if caller.key.is_some() => {
            world.ask(message.clone(), caller.clone());
            world.ask(message, caller);
        }
        // Comes later than what is sent after it.
        2 => world.later.push((message, caller)),
        _ => world.ask(message, caller),
    }
    if chance.percent(50)
        && let Some((message, caller)) = world.later.pop()
    {
        world.ask(message, caller);
    }
}

fn cancel(world: &mut World, chance: &mut Chance, number: usize) {
    let Some(run) = world.some_run(chance) else { return };
    let caller = caller(chance, number);
    world.ask(Request::Cancel(run), caller);
}

fn retry(world: &mut World, chance: &mut Chance, number: usize) {
    let run = world.stopped_run(chance).or_else(|| world.some_run(chance));
    let Some(run) = run else { return };
    let caller = trusted(chance, number);
    world.ask(Request::Retry(run), caller);
}

fn release(world: &mut World, chance: &mut Chance, number: usize) {
    let held = world.held();
    let Some((target, run)) = chance.pick(&held).cloned() else {
        return;
    };
    let caller = trusted(chance, number);
    world.ask(Request::Release(target, run), caller);
}

fn signals(world: &mut World, chance: &mut Chance, number: usize) {
    let many = chance.between(1, 3);
    let now = world.now();
    let readings = (0..many).map(|_| SignalReading {
        signal: chance.one(&["speed", "level"]).to_owned(),
        reading: Reading {
            value: json!(chance.below(12)),
            // Machines' clocks differ, and what they say comes out of order.
            at: Timestamp(now - chance.between(-20_000, 40_000)),
            quality: if chance.percent(90) {
                Quality::Good
            } else {
                Quality::Bad
            },
        },
    });
    let readings = Request::Signals(readings.collect());
    let caller = trusted(chance, number);
    world.ask(readings, caller);
}

fn pass(world: &mut World, chance: &mut Chance) {
    let ms = match chance.below(10) {
        0..=3 => chance.between(1, 5_000),
        4..=6 => chance.between(10_000, 600_000),
        7 | 8 => chance.between(600_000, 3 * 3_600_000),
        _ => chance.between(3_600_000, 26 * 3_600_000),
    };
    world.tell(|| format!("{} s pass", ms / 1_000));
    world.clock.pass(ms);
    world.note_time();
}

fn set_clock(world: &mut World, chance: &mut Chance) {
    let ms = chance.between(-7_200_000, 7_200_000);
    world.tell(|| format!("the computer's clock is set by {} s", ms / 1_000));
    world.clock.set_by(ms);
    world.note_time();
}

/// The same request once more, from the same tablet, at some time.
fn repeat(world: &mut World, chance: &mut Chance) {
    let Some((request, caller)) = world.sent_before(chance) else {
        return;
    };
    world.tell(|| format!("once more, under the same key: {}", caller.name));
    world.ask(request, caller);
}

fn trouble(world: &mut World, chance: &mut Chance) {
    let permille = if world.control.is_failing() || chance.percent(20) {
        0
    } else {
        chance.one(&[10, 50, 200, 1_000])
    };
    world.tell(|| format!("from now on {permille} of 1000 uses of the disk fail"));
    world.control.fail(permille);
}

fn power(world: &mut World, chance: &mut Chance) {
    if chance.percent(50) {
        let uses = chance.below(60) as u64;
        world.tell(|| format!("the power will go after {uses} more uses of the disk"));
        world.control.cut_power_in(Some(uses));
    } else {
        world.cut_in = Some(chance.below(80) as u64);
    }
}

fn site_record(world: &mut World, chance: &mut Chance, number: usize) {
    let key = chance.one(&["P1", "P2", "P3"]).to_owned();
    let values = Map::from_iter([("kind".to_owned(), json!(chance.one(&["shaft", "wheel"])))]);
    let caller = trusted(chance, number);
    world.ask(Request::SiteRecord(key, values), caller);
}

/// Somebody who supervises puts a run right by hand, or tries to.
fn repair(world: &mut World, chance: &mut Chance, number: usize) {
    let run = world.stopped_run(chance).filter(|_| chance.percent(70));
    let Some(run) = run.or_else(|| world.live_run(chance)) else {
        return;
    };
    let places = world.places(run);
    let Some(place) = chance.pick(&places).cloned() else {
        return;
    };
    let step = chance.pick(&place.steps).map(ToString::to_string).unwrap_or_default();
    let mended = Mended {
        run,
        why: "it cannot go on so".to_owned(),
        seq: None,
    };
    let place = place.place;
    let request = match chance.below(4) {
        0 => Request::Skip(mended, Skip { place, step }),
        1 => {
            let values = [
                json!(null),
                json!({}),
                json!({"status": 200, "body": {}}),
                json!({"x": 2}),
                json!({"outcome": "done"}),
            ];
            let answer = AnswerFor {
                place,
                step,
                value: chance.pick(&values).cloned().unwrap_or_default(),
                button: None,
                warnings_seen: Vec::new(),
            };
            Request::AnswerFor(mended, answer)
        }
        2 => {
            let values = Map::from_iter([("count".to_owned(), json!(chance.below(9)))]);
            Request::Edit(mended, EditValues { place: None, values })
        }
        _ => Request::Rewind(mended, chance.below(12)),
    };
    let caller = trusted(chance, number);
    world.ask(request, caller);
}

/// Live runs go over to another version, or back.
fn migrate(world: &mut World, chance: &mut Chance, number: usize) {
    let apps = world.apps();
    let Some(app) = chance.pick(&apps).cloned() else { return };
    let caller = Caller {
        key: None,
        ..trusted(chance, number)
    };
    let request = if chance.percent(70) {
        Request::Migrate(Migration {
            app,
            to_version: None,
            from_version: None,
            plan: kernel::Plan::default(),
            after: None,
        })
    } else {
        Request::UndoMigration(app)
    };
    world.ask(request, caller);
}
