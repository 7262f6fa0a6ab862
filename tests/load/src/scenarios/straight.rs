//! `straight3`, `straight10`: an order is costed in 3 or 10 computed steps. One request starts a run and is answered when
//! the run has ended and is on disk.

use std::time::Instant;

use async_trait::async_trait;

use super::{AppFile, FactReply, RunReply, Scenario, Turned, must_have_finished, timeline};
use crate::client::Client;
use crate::failure::Failure;
use crate::record::{Record, Sample};

pub(super) const THREE: Straight = Straight {
    steps: 3,
    app: &[AppFile {
        id: "load_straight3",
        yaml: include_str!("../../apps/straight3.yaml"),
    }],
};

pub(super) const TEN: Straight = Straight {
    steps: 10,
    app: &[AppFile {
        id: "load_straight10",
        yaml: include_str!("../../apps/straight10.yaml"),
    }],
};

pub(super) struct Straight {
    steps: usize,
    app: &'static [AppFile; 1],
}

/// A step's id, the value it sets, and what that must be, in thousandths.
type Expected = (&'static str, &'static str, i64);

#[async_trait]
impl Scenario for Straight {
    fn apps(&self) -> &'static [AppFile] {
        self.app
    }

    async fn make(&self, client: &mut Client, turn: &Turned<'_>, record: &Record) -> Result<String, Failure> {
        let body = format!(
            r#"{{"app":"{}","inputs":{{"pieces":{}}}}}"#,
            self.app[0].id,
            pieces(turn.turn.number)
        );
        let reply = client.post("/api/v1/runs", &turn.key("start"), body).await?;
        record.latency("start", Instant::now() - turn.turn.due);
        let run: RunReply = reply.json()?;
        run.must_be("finished")?;
        Ok(run.id)
    }

    async fn verify(&self, client: &mut Client, sample: &Sample) -> Result<(), Failure> {
        let facts = timeline(client, &sample.run).await?;
        let expected = &expected(pieces(sample.turn))[..self.steps];
        compare(&sample.run, &facts, expected)?;
        must_have_finished(&sample.run, &facts)
    }
}

/// Neighbouring runs compute with different inputs, so that a mix-up shows.
fn pieces(turn: u64) -> i64 {
    i64::try_from(turn % 1_000).expect("less than 1,000")
}

/// What the ten steps must compute; the first three are those of `straight3`. Exact: no value has more than three
/// decimals.
fn expected(pieces: i64) -> [Expected; 10] {
    let pieces = pieces * 1_000;
    let running = pieces * 36;
    let stops = running / 8 + 60_000;
    let used = running + stops;
    let rejects = if used > 20_000_000 { 7_000 } else { 3_000 };
    let good = pieces + 10_000 - rejects;
    let material = good * 125 / 10;
    let scrap = material / 25 + rejects;
    let energy = used / 4 + scrap;
    let cost = energy / 5 + material / 100;
    let points = cost * 10 + good;
    [
        ("running_time", "running_s", running),
        ("stops", "stops_s", stops),
        ("time_used", "used_s", used),
        ("rejects_expected", "rejects", rejects),
        ("good_pieces", "good", good),
        ("material", "material_g", material),
        ("scrap", "scrap_g", scrap),
        ("energy", "energy_wh", energy),
        ("cost_of_the_order", "cost", cost),
        ("score", "points", points),
    ]
}

/// Every step once, in order, with the right value, and no other.
fn compare(run: &str, facts: &[FactReply], expected: &[Expected]) -> Result<(), Failure> {
    let set: Vec<&FactReply> = facts.iter().filter(|fact| fact.what == "values_set").collect();
    if set.len() != expected.len() {
        return Err(Failure::Wrong(format!(
            "the timeline of run {run} has {} computed steps, not {}",
            set.len(),
            expected.len()
        )));
    }
    for (fact, (step, value, right)) in set.iter().zip(expected) {
        let told = fact.values.get(*value);
        if fact.step.as_deref() != Some(*step) || told.and_then(thousandths) != Some(*right) {
            return Err(Failure::Wrong(format!(
                "the timeline of run {run} has step {:?} with {value} = {told:?}, not step {step} with {}",
                fact.step,
                *right as f64 / 1_000.0
            )));
        }
    }
    Ok(())
}

/// `None` for what is no number, or not a whole number of thousandths.
fn thousandths(value: &serde_json::Value) -> Option<i64> {
    let thousandths = value.as_f64()? * 1_000.0;
    let whole = thousandths.round();
    // Doubles near 10^9 are 10^-7 apart.
    ((thousandths - whole).abs() < 1e-5).then_some(whole as i64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_right_values_are_exact() {
        for pieces in 0..1_000 {
            let values = expected(pieces).map(|(_, _, value)| value);
            let [running, _, used, _, _, material, scrap, energy, ..] = values;
            assert_eq!(running % 8, 0);
            assert_eq!(material % 100, 0);
            assert_eq!((used % 4, energy % 5, scrap), (0, 0, values[3] + material / 25));
        }
    }

    #[test]
    fn a_wrong_value_and_a_missing_step_are_seen() {
        let facts = |wrong: f64| -> Vec<FactReply> {
            serde_json::from_value(serde_json::json!([
                {"what": "run_started", "step": null, "inputs": {"pieces": 1}},
                {"what": "values_set", "step": "running_time", "values": {"running_s": 36}},
                {"what": "values_set", "step": "stops", "values": {"stops_s": 64.5}},
                {"what": "values_set", "step": "time_used", "values": {"used_s": wrong}},
            ]))
            .expect("well formed")
        };
        let expected = expected(1);
        assert!(compare("r", &facts(100.5), &expected[..3]).is_ok());
        assert!(compare("r", &facts(100.501), &expected[..3]).is_err());
        assert!(compare("r", &facts(100.5), &expected[..4]).is_err());
    }
}
