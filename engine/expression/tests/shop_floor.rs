//! The formulas that factories write: one table, each with its values and what it gives.

#[path = "wasm-twin/src/cases.rs"]
#[allow(dead_code, unreachable_pub)]
mod cases;

#[test]
fn shop_floor_formulas() {
    let table: Vec<serde_json::Value> =
        serde_json::from_str(include_str!("shop_floor_formulas.json")).expect("a list of cases");
    let mut wrong = Vec::new();
    for case in &table {
        let values = cases::values(&case["values"]);
        let got = cases::run(case["formula"].as_str().expect("a formula"), &values);
        let value = got["result"]["value"]
            .as_str()
            .map(serde_json::from_str::<serde_json::Value>);
        let value = value.transpose().expect("stored values are JSON");
        if value.as_ref() != Some(&case["gives"]) {
            wrong.push(format!(
                "{}: {} gives {got}, not {}",
                case["id"], case["formula"], case["gives"]
            ));
        }
    }
    println!("{} of {} formulas hold", table.len() - wrong.len(), table.len());
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
