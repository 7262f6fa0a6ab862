//! Makes a plan that fails smaller, as long as it fails: fewer happenings, then smaller apps (delta debugging, Zeller).

use crate::generate::Source;
use crate::site::site;
use crate::world::{Outcome, Plan, run};
use std::time::{Duration, Instant};

/// How long is tried at most.
pub const TRIED_FOR: Duration = Duration::from_secs(90);

/// The smallest plan found that fails in the same way.
pub fn smallest(plan: &Plan, outcome: &Outcome) -> Plan {
    let began = Instant::now();
    let kind = kind_of(outcome);
    let fails = |plan: &Plan| began.elapsed() < TRIED_FOR && kind_of(&run(plan, false)) == kind;
    let mut best = plan.clone();
    let truncated = Plan {
        events: plan.events.iter().copied().take(outcome.events).collect(),
        ..plan.clone()
    };
    if fails(&truncated) {
        best = truncated;
    }
    best = fewer_events(best, &fails);
    best = smaller_apps(best, &fails);
    fewer_events(best, &fails)
}

/// The first words of what is wrong, without numbers and names: the same fault, not the same run.
fn kind_of(outcome: &Outcome) -> Option<String> {
    let first = outcome.problems.first()?;
    let words = first
        .split_whitespace()
        .filter(|word| word.chars().all(|letter| letter.is_alphabetic()));
    Some(words.take(6).collect::<Vec<_>>().join(" "))
}

fn fewer_events(mut best: Plan, fails: &impl Fn(&Plan) -> bool) -> Plan {
    let mut size = best.events.len().div_ceil(2);
    while size > 0 {
        let mut from = 0;
        while from < best.events.len() {
            let mut events = best.events.clone();
            events.drain(from..(from + size).min(events.len()));
            let candidate = Plan { events, ..best.clone() };
            if fails(&candidate) {
                best = candidate;
            } else {
                from += size;
            }
        }
        size /= 2;
    }
    best
}

fn smaller_apps(mut best: Plan, fails: &impl Fn(&Plan) -> bool) -> Plan {
    let mut is_smaller = true;
    while is_smaller {
        is_smaller = false;
        for place in (0..best.apps.len()).rev() {
            for candidate in smaller(&best, place) {
                if fails(&candidate) {
                    best = candidate;
                    is_smaller = true;
                    break;
                }
            }
        }
    }
    best
}

/// Plans in which one app is smaller, or gone.
fn smaller(plan: &Plan, place: usize) -> Vec<Plan> {
    let mut all = Vec::new();
    if plan.apps.len() > 1 {
        let mut without = plan.clone();
        without.apps.remove(place);
        all.push(without);
    }
    if let Source::Drawn(draft) = &plan.apps[place] {
        let right = draft.smaller().into_iter().filter(|draft| draft.is_right(&site()));
        all.extend(right.map(|draft| {
            let mut plan = plan.clone();
            plan.apps[place] = Source::Drawn(draft);
            plan
        }));
    }
    all
}
