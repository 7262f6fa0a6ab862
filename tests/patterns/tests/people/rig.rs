//! An engine with the people of a small hall, and a clock that moves when it is told to.

use std::path::Path;
use std::sync::Arc;

use kernel::{Assignee, Deed, FactKind, Status, TaskState, Timestamp};
use runtime::{
    Acting, Caller, Complete, Engine, Error, Handle, Ids, ManualClock, Mended, Nothing, Options, RunView, SaveDraft,
    Start, TaskRef, TaskView,
};
use serde_json::{Map, Value, json};
use store::rows::{Page, PersonRow, RunId, Skilled, Standing, TaskFilter, Write};
use store::{AnyStore, sqlite};
use tempfile::TempDir;

/// 2026-09-30T08:00:00Z.
const MORNING: Timestamp = Timestamp(1_790_755_200_000);

pub(crate) struct Rig {
    engine: Engine,
    clock: Arc<ManualClock>,
    folder: TempDir,
}

/// Id, roles, until when they can weld TIG (`Some(None)`: for ever), and their leader.
type Known = (
    &'static str,
    &'static [&'static str],
    Option<Option<i64>>,
    Option<&'static str>,
);

const PEOPLE: &[Known] = &[
    ("li", &["welder"], Some(None), Some("chen")),
    ("wang", &["welder"], Some(Some(MORNING.0 - 1)), Some("chen")),
    ("zhao", &["welder"], None, Some("chen")),
    ("chen", &["inspector"], None, None),
    ("boss", &["team_leader"], None, None),
];

pub(crate) fn done() -> Value {
    json!({"done": true})
}

fn members(value: Value) -> Map<String, Value> {
    value.as_object().cloned().unwrap_or_default()
}

fn person((id, roles, welds, leader): &Known) -> PersonRow {
    PersonRow {
        id: (*id).to_owned(),
        name: (*id).to_owned(),
        roles: roles.iter().map(|role| (*role).to_owned()).collect(),
        rights: Vec::new(),
        language: None,
        password: None,
        pin: None,
        badge: None,
        active: true,
        changed_at_ms: 0,
        standing: Standing {
            skills: Vec::from_iter(welds.map(|until_ms| Skilled {
                id: "tig_welding".to_owned(),
                until_ms,
            })),
            leader: leader.map(str::to_owned),
            away: None,
        },
    }
}

/// As the server knows somebody who is signed in.
fn as_person(id: &str) -> Caller {
    let known = PEOPLE.iter().find(|known| known.0 == id).unwrap();
    let row = person(known);
    let skills = row
        .standing
        .skills
        .iter()
        .filter(|skill| row.standing.has_skill(&skill.id, MORNING.0));
    Caller {
        acting: Some(Acting {
            skills: skills.map(|skill| skill.id.clone()).collect(),
            roles: row.roles.clone(),
            supervises: id == "boss",
            ..Acting::default()
        }),
        ..Caller::trusted("test", Some(id))
    }
}

async fn open(folder: &TempDir) -> AnyStore {
    sqlite::Options::new(folder.path()).open().await.unwrap()
}

impl Rig {
    /// With every app of the catalogue.
    pub(crate) async fn new() -> Rig {
        let folder = tempfile::tempdir().unwrap();
        let store = open(&folder).await;
        let mut unit = store.begin().await.unwrap();
        let people = PEOPLE.iter().map(|known| Write::PutPerson(Box::new(person(known))));
        unit.write(people.collect()).await.unwrap();
        unit.commit().await.unwrap();
        let apps = Path::new(env!("CARGO_MANIFEST_DIR")).join("resource");
        let site = std::fs::read_to_string(apps.join("site.yaml")).unwrap();
        let clock = Arc::new(ManualClock::new(MORNING));
        let options = Options {
            store,
            site: language::read_site(&site).value.unwrap(),
            clock: clock.clone(),
            channels: Vec::new(),
            outside: Arc::new(Nothing),
            ids: Ids::default(),
        };
        let engine = Engine::open(options).await.unwrap();
        for entry in std::fs::read_dir(&apps).unwrap() {
            let path = entry.unwrap().path();
            if !path.ends_with("site.yaml") {
                let source = std::fs::read_to_string(&path).unwrap();
                let published = engine.publish(&source, &Caller::trusted("test", None)).await;
                published.unwrap_or_else(|error| panic!("{}: {error:?}", path.display()));
            }
        }
        Rig { engine, clock, folder }
    }

    pub(crate) async fn start(&self, number: u32, by: &str) -> RunId {
        self.start_with(number, by, json!({})).await
    }

    pub(crate) async fn start_with(&self, number: u32, by: &str, inputs: Value) -> RunId {
        let start = Start {
            app: format!("wrp_{number}"),
            inputs: members(inputs),
            ..Start::default()
        };
        self.engine.start(start, &as_person(by)).await.unwrap().run.id
    }

    pub(crate) async fn pass(&self, minutes: i64) {
        self.clock.advance_ms(minutes * 60_000);
        self.engine.settled().await.unwrap();
    }

    /// The one open task of the run.
    async fn task(&self, run: RunId) -> TaskView {
        let filter = TaskFilter {
            run: Some(run),
            ..TaskFilter::default()
        };
        let tasks = self.engine.tasks(&filter, &Page::default()).await.unwrap().items;
        assert_eq!(tasks.len(), 1, "{tasks:?}");
        tasks.into_iter().next().unwrap()
    }

    async fn named(&self, run: RunId) -> TaskRef {
        let task = self.task(run).await;
        TaskRef {
            run,
            task: task.task,
            version: Some(task.version),
        }
    }

    /// What the list of a person shows of an app.
    async fn own(&self, person: &str, number: u32) -> Vec<TaskView> {
        let caller = as_person(person);
        let filter = TaskFilter {
            roles: caller.acting.clone().unwrap_or_default().roles,
            person: Some(person.to_owned()),
            app: Some(format!("wrp_{number}")),
            ..TaskFilter::default()
        };
        // Who supervises looks at everything.
        let filter = match person {
            "boss" => TaskFilter {
                roles: Vec::new(),
                person: None,
                ..filter
            },
            _ => filter,
        };
        self.engine
            .own_tasks(&filter, &Page::default(), &caller)
            .await
            .unwrap()
            .items
    }

    pub(crate) async fn seen(&self, person: &str, number: u32) -> usize {
        self.own(person, number).await.len()
    }

    pub(crate) async fn order(&self, person: &str, number: u32) -> Vec<RunId> {
        self.own(person, number).await.iter().map(|task| task.run).collect()
    }

    pub(crate) async fn late(&self, person: &str, number: u32) -> usize {
        self.own(person, number)
            .await
            .iter()
            .filter(|task| task.spec.late)
            .count()
    }

    pub(crate) async fn in_hand(&self, person: &str) -> usize {
        let tasks = self
            .engine
            .tasks(&TaskFilter::default(), &Page::default())
            .await
            .unwrap()
            .items;
        tasks
            .iter()
            .filter(|task| task.spec.reserved_by.as_deref() == Some(person))
            .count()
    }

    pub(crate) async fn holder(&self, run: RunId) -> Option<String> {
        self.task(run).await.spec.reserved_by
    }

    pub(crate) async fn state(&self, run: RunId) -> TaskState {
        self.task(run).await.spec.state()
    }

    pub(crate) async fn step(&self, run: RunId) -> String {
        self.task(run).await.spec.step.to_string()
    }

    pub(crate) async fn to(&self, run: RunId) -> Assignee {
        self.task(run).await.spec.to
    }

    pub(crate) async fn status(&self, run: RunId) -> Status {
        self.engine.run(run).await.unwrap().status
    }

    pub(crate) async fn facts(&self, run: RunId) -> Vec<FactKind> {
        let timeline = self.engine.timeline(run, 0, 100).await.unwrap().items;
        timeline
            .into_iter()
            .flat_map(|entry| entry.facts)
            .map(|fact| fact.kind)
            .collect()
    }

    pub(crate) async fn claim(&self, run: RunId, by: &str) -> Result<TaskView, Error> {
        self.engine.claim(self.named(run).await, &as_person(by)).await
    }

    pub(crate) async fn give_back(&self, run: RunId, by: &str) -> Result<TaskView, Error> {
        self.engine.give_back(self.named(run).await, &as_person(by)).await
    }

    pub(crate) async fn handle(&self, run: RunId, by: &str, deed: Deed) -> Result<RunView, Error> {
        let task = self.named(run).await;
        let supervised = false;
        self.engine
            .handle(Handle { task, deed, supervised }, &as_person(by))
            .await
    }

    pub(crate) async fn answer(&self, run: RunId, by: &str, answers: Value) -> Result<RunView, Error> {
        let answer = Complete::new(self.named(run).await, members(answers));
        self.engine.complete(answer, &as_person(by)).await
    }

    pub(crate) async fn draft(&self, run: RunId, by: &str, answers: Value) -> Result<(), Error> {
        let draft = SaveDraft {
            task: self.named(run).await,
            draft_version: None,
            answers: members(answers),
        };
        self.engine.save_draft(draft, &as_person(by)).await.map(drop)
    }

    pub(crate) async fn typed(&self, run: RunId) -> Option<Value> {
        let detail = self.engine.task(self.named(run).await).await.unwrap();
        detail.draft.map(|draft| Value::Object(draft.answers))
    }

    pub(crate) async fn go_back(&self, run: RunId, step: &str, by: &str) {
        let places = self.engine.rewind_places(run).await.unwrap().items;
        let place = places.iter().find(|place| place.step == step).unwrap();
        let mended = Mended {
            run,
            why: "once more".to_owned(),
            seq: None,
        };
        self.engine.rewind(mended, place.to, &as_person(by)).await.unwrap();
    }

    /// Every journal leads to its state, byte for byte.
    pub(crate) async fn verify(self) {
        self.engine.shutdown().await;
        let store = open(&self.folder).await;
        let report = runtime::verify(&store, &|_| {}).await.unwrap();
        assert_eq!(report.faults, Vec::<String>::new());
    }
}
