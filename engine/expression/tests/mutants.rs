//! 100,000 broken formulas: never a panic, a hang or an overflow of the stack.

#[path = "wasm-twin/src/cases.rs"]
#[allow(dead_code, unreachable_pub)]
mod cases;
#[path = "wasm-twin/src/mutants.rs"]
#[allow(dead_code, unreachable_pub)]
mod mutants;

use gemba_expression::{Names, Value, parse_duration, parse_limits, parse_quantity};

const MUTANTS: u64 = 100_000;

#[test]
fn broken_formulas_end_well() {
    let seeds = cases::seeds(include_str!("shop_floor_formulas.json"));
    let values = cases::floor_values();
    let names = Names::of(&values);
    let workers = std::thread::available_parallelism().map_or(1, |count| count.get());
    let parsed: usize = std::thread::scope(|scope| {
        let work = |worker: usize| {
            let (seeds, values, names) = (&seeds, &values, &names);
            scope.spawn(move || {
                let own = (worker as u64..MUTANTS).step_by(workers);
                own.filter(|number| cases::gist(&mutants::mutant(*number, seeds), values, names).parsed)
                    .count()
            })
        };
        let running: Vec<_> = (0..workers).map(work).collect();
        running
            .into_iter()
            .map(|worker| worker.join().expect("no mutant makes it panic"))
            .sum()
    });
    println!("{MUTANTS} mutants: {parsed} parse and were evaluated");
    // If next to none got through the parser, the rest would not have been tried.
    assert!(parsed as u64 > MUTANTS / 10, "{parsed}");
}

#[test]
fn attacks_end_at_a_limit_or_with_a_value() {
    let seeds: Vec<String> = mutants::ATTACKS.iter().map(|attack| (*attack).to_string()).collect();
    let values = cases::floor_values();
    let names = Names::of(&values);
    let limited = mutants::ATTACKS
        .iter()
        .filter(|attack| cases::gist(attack, &values, &names).limited)
        .count();
    println!("{limited} of {} attacks reach a limit", mutants::ATTACKS.len());
    assert!(limited >= 12, "{limited}");
    for number in 0..500 {
        cases::gist(&mutants::mutant(number, &seeds), &values, &names);
    }
}

#[test]
fn broken_sentences_and_quantities_end_well() {
    let seeds: Vec<String> = [
        "First piece of {order.customer.name} is not released",
        "{qty} of {{{qty + 1}}} \"{comment}\"",
        "24.95 to 25.05 mm",
        "25 ± 0.05 mm",
        "at least 5 N",
        "至多 3 bar",
        "1 h 30 min",
        "P1DT2H",
        "20 分钟",
    ]
    .map(String::from)
    .to_vec();
    let values = cases::floor_values();
    for number in 0..10_000 {
        let text = mutants::mutant(number, &seeds);
        cases::sentence(&text, &values);
        drop((parse_limits(&text), parse_quantity(&text), parse_duration(&text)));
    }
}

/// What evaluation keeps shallow must also be shallow enough to be read again.
#[test]
fn the_deepest_values_can_be_stored() {
    let values = gemba_expression::Context::new();
    let formula = "for i in 1..39 return if i = 1 then [] else [partial[-1]]";
    let got = cases::run(formula, &values);
    let stored = got["result"]["value"].as_str().expect("a value");
    let again: Value = serde_json::from_str(stored).expect("can be read again");
    assert_eq!(serde_json::to_string(&again).expect("can be stored"), stored);
}
