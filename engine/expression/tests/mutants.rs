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
    let mut parsed = 0;
    for number in 0..MUTANTS {
        let text = mutants::mutant(number, &seeds);
        parsed += u64::from(cases::gist(&text, &values, &names).parsed);
    }
    println!("{MUTANTS} mutants: {parsed} parse and were evaluated");
    // If next to none got through the parser, the rest would not have been tried.
    assert!(parsed > MUTANTS / 10, "{parsed}");
}

/// Formulas that would never end, eat all memory or the stack.
const ATTACKS: &[&str] = &[
    "count(for x in 1..100000, y in 1..100000 return x*y)",
    "some x in 1..99999999 satisfies every y in 1..99999999 satisfies x + y < 0",
    "for i in 1..60 return [partial]",
    "for i in 1..100000 return [partial[-1]]",
    "for i in 1..100000 return {a: partial}",
    "{a: [1,1], b: [a,a], c: [b,b], d: [c,c], e: [d,d], f: [e,e], g: [f,f], h: [g,g], i: [h,h], j: [i,i], k: [j,j], \
     l: [k,k], m: [l,l], n: [m,m], o: [n,n], p: [o,o], q: [p,p], r: [q,q], s: [r,r]}",
    "(function(f, n) f(f, n))(function(f, n) f(f, n + 1), 1)",
    "(function(f, n) f(f, n))(function(f, n) [f(f, n + 1), f(f, n + 1)], 1)",
    "string join(for i in 1..100000 return \"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\")",
    "for i in 1..40 return if i = 1 then \"aaaaaaaa\" else partial[-1] + partial[-1]",
    "replace(string join(for i in 1..900 return \"aaaaaaaaaa\"), \"a\", \"bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb\")",
    "for i in 1..100000 return matches(string join(for j in 1..100 return \"aaaaaaaa\"), \"(a+)+$\")",
    "for i in 1..1000 return matches(\"a\", \"(a{1,40}){1,\" + string(i) + \"}\")",
    "sort(for i in 1..50000 return -i, function(a, b) a < b)",
    "distinct values(for i in 1..5000 return i)",
    "union(for i in 1..5000 return i, for i in 1..5000 return -i)",
    "flatten(for i in 1..300 return for j in 1..300 return [j])",
    "10 ** 99999999999",
    "1.0000000000000000001 ** 99999999",
    "exp(99999)",
    "2 ** 0.0000000000001",
    "log(1e-28)",
    "date(\"999999999-12-31\") + duration(\"P99999999D\")",
    "@\"-999999999-01-01\" - @\"999999999-12-31\"",
    "duration(\"P99999999999999D\") * 79228162514264337593543950335",
    "-duration(\"P99999999999999D\")",
    "context put({}, for i in 1..5000 return \"a\", 1)",
    "list replace([1], 79228162514264337593543950335, 1)",
    "[1,2,3][-79228162514264337593543950335]",
    "substring(\"abc\", -9223372036854775808, 9223372036854775807)",
    "for i in 79228162514264337593543950330..79228162514264337593543950335 return i",
];

#[test]
fn attacks_end_at_a_limit_or_with_a_value() {
    let seeds: Vec<String> = ATTACKS.iter().map(|attack| (*attack).to_string()).collect();
    let values = cases::floor_values();
    let names = Names::of(&values);
    let limited = ATTACKS
        .iter()
        .filter(|attack| cases::gist(attack, &values, &names).limited)
        .count();
    println!("{limited} of {} attacks reach a limit", ATTACKS.len());
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
    for number in 0..20_000 {
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
