//! The server is killed at random moments under load. Nothing acknowledged is lost, and nothing happens twice.

use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Condvar, Mutex};
use std::time::Duration;

use crate::support::{Answer, Client, Place, Random, Server, eventually};

/// A record for every start and for every completion, each under the key of its run: a start that happened twice leaves
/// two records of one case.
const APP: &str = "
app: Crash
start:
  - message: crash-start
inputs:
  - text: Case
    id: case
tables:
  - table: Starts
    key: in_run
    columns: [in_run, case]
  - table: Ends
    key: in_run
    columns: [in_run, case, words]
steps:
  - set: Name the run
    values:
      in_run: = run.id
  - save: Starts
  - form: Say something
    to: operator
    within: 500 ms
    late:
      - after: 0 min
        tell: leader
        message: Nobody says anything about {case}
    fields:
      - text: Words
  - save: Ends
";

const KILLS: u32 = 55;
const CLIENTS: u64 = 6;
/// Drafts that are saved before each completion.
const DRAFTS: u64 = 2;

/// Where the server is at the moment; clients wait for it while it is down.
struct Front {
    client: Mutex<Option<Client>>,
    up: Condvar,
    over: AtomicBool,
    acknowledged: AtomicU64,
    /// Requests repeated under their key because nobody knew whether they were done.
    repeated: AtomicU64,
}

/// What the server has acknowledged of one case.
#[derive(Clone, Debug, Default)]
struct Case {
    run: Option<String>,
    drafts: u64,
    ended: bool,
}

type Ledger = Mutex<BTreeMap<String, Case>>;

impl Front {
    /// The client of the server that is up; `None` when the test is over.
    fn client(&self) -> Option<Client> {
        let mut client = self.client.lock().unwrap();
        loop {
            if self.over.load(Ordering::SeqCst) {
                return None;
            }
            match &*client {
                Some(client) => return Some(client.clone()),
                None => client = self.up.wait(client).unwrap(),
            }
        }
    }

    fn set(&self, client: Option<Client>) {
        *self.client.lock().unwrap() = client;
        self.up.notify_all();
    }

    fn end(&self) {
        self.over.store(true, Ordering::SeqCst);
        self.up.notify_all();
    }

    /// Asks under a key until it is answered. `None` when the test is over before.
    fn ask(&self, method: &str, path: &str, key: &str, body: &Value) -> Option<Answer> {
        loop {
            match self.client()?.keyed(method, path, key, body) {
                // Starting and stopping servers may say so; nothing was done then.
                Ok(answer) if answer.status == 503 => std::thread::yield_now(),
                Ok(answer) => {
                    self.acknowledged.fetch_add(1, Ordering::SeqCst);
                    return Some(answer);
                }
                Err(_) => {
                    self.repeated.fetch_add(1, Ordering::SeqCst);
                    // Until whoever kills has noticed that it is dead.
                    std::thread::sleep(Duration::from_millis(2));
                }
            }
        }
    }
}

/// Ends the test when it is dropped by a check that failed: the others would wait for ever.
struct EndsOnPanic<'a>(&'a Front);

impl Drop for EndsOnPanic<'_> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.0.end();
        }
    }
}

/// Starts cases, types, and ends them, until the test is over; writes down what was acknowledged.
fn work(front: &Front, ledger: &Ledger, worker: u64) {
    let _end = EndsOnPanic(front);
    let mut random = Random::new(1_000 + worker);
    for number in 0.. {
        let case = format!("{worker}-{number}");
        if one_case(front, ledger, &case, &mut random).is_none() {
            return;
        }
    }
}

fn one_case(front: &Front, ledger: &Ledger, case: &str, random: &mut Random) -> Option<()> {
    let note = |change: &dyn Fn(&mut Case)| change(ledger.lock().unwrap().entry(case.to_owned()).or_default());
    note(&|_| {});
    let key = format!("start-{case}");
    let id = if random.once_in(4) {
        let message = json!({"name": "crash-start", "body": {"case": case}});
        let delivered = front.ask("POST", "/messages", &key, &message)?.with(200);
        delivered["started"][0].as_str().unwrap().to_owned()
    } else {
        let start = json!({"app": "crash", "inputs": {"case": case}});
        let run = front.ask("POST", "/runs", &key, &start)?.with(201);
        if random.once_in(4) {
            // Not needed, but allowed: the first answer comes again.
            assert_eq!(front.ask("POST", "/runs", &key, &start)?.with(201)["id"], run["id"]);
        }
        run["id"].as_str().unwrap().to_owned()
    };
    note(&|noted| noted.run = Some(id.clone()));
    let task = front
        .ask("GET", &format!("/tasks?run={id}"), "look", &Value::Null)?
        .with(200);
    let task = format!("/tasks/{}", task["items"][0]["id"].as_str().unwrap());
    for draft in 0..DRAFTS {
        let body = json!({"answers": {"words": format!("draft {draft}")}, "person": "wang"});
        front
            .ask("PUT", &format!("{task}/draft"), &format!("draft-{case}-{draft}"), &body)?
            .with(200);
        note(&|noted| noted.drafts = draft + 1);
    }
    // Some stay open, so that their drafts can be looked at in the end.
    if random.once_in(3) {
        return Some(());
    }
    let body = json!({"answers": {"words": format!("the end of {case}")}, "person": "wang"});
    let key = format!("end-{case}");
    let ended = front.ask("POST", &format!("{task}/complete"), &key, &body)?.with(200);
    assert_eq!(ended["status"], "finished");
    note(&|noted| noted.ended = true);
    if random.once_in(4) {
        let again = front.ask("POST", &format!("{task}/complete"), &key, &body)?.with(200);
        assert_eq!((&again["id"], &again["status"]), (&ended["id"], &ended["status"]));
    }
    Some(())
}

/// All items of a list.
fn all(client: &Client, path: &str) -> Vec<Value> {
    let mut items = Vec::new();
    let mut after = String::new();
    loop {
        let list = client.get(&format!("{path}?limit=500{after}")).with(200);
        items.extend(list["items"].as_array().unwrap().iter().cloned());
        match list["next"].as_str() {
            Some(next) => after = format!("&after={next}"),
            None => return items,
        }
    }
}

/// How many items have this text in this member.
fn count(items: &[Value], of: impl Fn(&Value) -> &Value) -> BTreeMap<String, u32> {
    let mut counts = BTreeMap::new();
    for item in items {
        *counts.entry(of(item).as_str().unwrap().to_owned()).or_default() += 1;
    }
    counts
}

/// Every case of the ledger is there as it was acknowledged, once, and there is nothing else.
fn check(client: &Client, ledger: &BTreeMap<String, Case>) {
    let starts = all(client, "/tables/crash/starts");
    let ends = all(client, "/tables/crash/ends");
    let runs = all(client, "/runs");
    let started = count(&starts, |record| &record["values"]["case"]);
    let ended = count(&ends, |record| &record["values"]["case"]);
    let kept = count(&runs, |run| &run["id"]);
    assert!(kept.values().all(|count| *count == 1), "a run is listed twice");
    assert_eq!(kept.len(), starts.len(), "runs and records of starts");
    assert!(
        starts.iter().chain(&ends).all(|record| record["version"] == 1),
        "a record was written twice"
    );
    for (case, count) in started.iter().chain(&ended) {
        assert_eq!(*count, 1, "case {case} happened {count} times");
        assert!(ledger.contains_key(case), "case {case} was never asked for");
    }
    for (case, noted) in ledger {
        if let Some(run) = &noted.run {
            assert!(
                started.contains_key(case),
                "the start of {case} was acknowledged and is lost"
            );
            assert!(kept.contains_key(run), "run {run} was acknowledged and is lost");
        }
        if noted.ended {
            assert!(
                ended.contains_key(case),
                "the completion of {case} was acknowledged and is lost"
            );
        }
    }
    let open = all(client, "/tasks");
    assert_eq!(open.len(), starts.len() - ends.len(), "open tasks");
}

/// Each open task has exactly the drafts that were saved: no save was lost, none counted twice.
fn check_drafts(client: &Client, ledger: &BTreeMap<String, Case>) -> usize {
    let open = ledger.values().filter(|case| !case.ended && case.drafts == DRAFTS);
    let mut checked = 0;
    for case in open {
        let run = case.run.as_ref().unwrap();
        let task = client.get(&format!("/tasks?run={run}")).with(200)["items"][0].clone();
        // The completion of a case that was under way at the very end may have been done, unacknowledged.
        let Some(id) = task["id"].as_str() else { continue };
        let draft = client.get(&format!("/tasks/{id}")).with(200)["draft"].clone();
        assert_eq!(draft["version"], DRAFTS, "{draft}");
        assert_eq!(draft["answers"]["words"], format!("draft {}", DRAFTS - 1));
        checked += 1;
    }
    checked
}

/// Each task that was left open was late once, and its alarm was given once.
fn check_alarms(client: &Client) {
    for task in all(client, "/tasks") {
        let (id, run) = (task["id"].as_str().unwrap(), task["run"].as_str().unwrap());
        eventually("late", || {
            (client.get(&format!("/tasks/{id}")).with(200)["late"] == true).then_some(())
        });
        let notices = client.get(&format!("/notices?run={run}")).with(200);
        assert_eq!(notices["items"].as_array().unwrap().len(), 1, "{notices}");
    }
}

/// Kills the server at a random moment after a random number of acknowledgements.
fn kill_some_time(server: Server, front: &Front, random: &mut Random) {
    let until = front.acknowledged.load(Ordering::SeqCst) + 1 + random.below(60);
    while front.acknowledged.load(Ordering::SeqCst) < until && !front.over.load(Ordering::SeqCst) {
        std::thread::sleep(Duration::from_micros(200));
    }
    std::thread::sleep(Duration::from_micros(random.below(3_000)));
    server.kill();
}

#[test]
fn nothing_acknowledged_is_lost_and_nothing_happens_twice() {
    let seed = std::env::var("GEMBA_CRASH_SEED")
        .ok()
        .and_then(|seed| seed.parse().ok())
        .unwrap_or(20_260_930);
    let mut random = Random::new(seed);
    let place = Place::new(&[("crash.yaml", APP)]);
    let ledger = Ledger::default();
    let front = Front {
        client: Mutex::default(),
        up: Condvar::new(),
        over: AtomicBool::new(false),
        acknowledged: AtomicU64::new(0),
        repeated: AtomicU64::new(0),
    };
    let server = std::thread::scope(|threads| {
        let _end = EndsOnPanic(&front);
        for worker in 0..CLIENTS {
            let (front, ledger) = (&front, &ledger);
            threads.spawn(move || work(front, ledger, worker));
        }
        for kill in 0..KILLS {
            // Some are killed before they can take a request.
            if random.once_in(8) {
                let mut child = place.serve().spawn().unwrap();
                std::thread::sleep(Duration::from_micros(random.below(100_000)));
                child.kill().unwrap();
                child.wait().unwrap();
                continue;
            }
            let server = place.start();
            // Nobody writes while this looks: the workers still wait.
            if kill % 10 == 0 {
                check(&server.client(), &ledger.lock().unwrap());
            }
            front.set(Some(server.client()));
            kill_some_time(server, &front, &mut random);
            front.set(None);
        }
        front.end();
        place.start()
    });
    let ledger = ledger.into_inner().unwrap();
    let client = server.client();
    check(&client, &ledger);
    let drafts = check_drafts(&client, &ledger);
    check_alarms(&client);
    let (acknowledged, repeated) = (front.acknowledged.into_inner(), front.repeated.into_inner());
    let cases = ledger.len();
    println!("{KILLS} kills, {cases} cases, {acknowledged} acknowledged, {repeated} repeated, {drafts} drafts checked");
    assert!(
        acknowledged > u64::from(KILLS) * 10 && repeated > u64::from(KILLS) && drafts > 10,
        "hardly any load"
    );
    assert_eq!(server.stop().code(), Some(0));
    place.assert_sound();
}
