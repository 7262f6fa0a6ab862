//! The DMN TCK's literal expressions, when they are there: they are not part of this project (CC BY-SA).

#[path = "wasm-twin/src/cases.rs"]
#[allow(dead_code, unreachable_pub)]
mod cases;

use std::path::Path;

#[test]
fn feel_tck() {
    // Beside the workspace, or where a variable says.
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/conformance");
    let folder = std::env::var_os("GEMBA_CONFORMANCE").map_or(beside, Into::into);
    let Ok(text) = std::fs::read_to_string(folder.join("feel-tck.json")) else {
        println!("feel-tck.json is not there: the DMN TCK was NOT run");
        return;
    };
    let checks: Vec<serde_json::Value> = serde_json::from_str(&text).expect("a list of checks");
    let known = include_str!("feel_tck_known.md");
    let mut failed = Vec::new();
    for check in &checks {
        if let Err(got) = cases::tck(check) {
            failed.push((check["id"].as_str().unwrap_or_default().to_string(), got, check));
        }
    }
    let share = 100.0 * (checks.len() - failed.len()) as f64 / checks.len() as f64;
    println!(
        "DMN TCK: {} of {} hold, {share:.2} %",
        checks.len() - failed.len(),
        checks.len()
    );
    for (id, got, check) in &failed {
        let listed = if known.contains(id.as_str()) { "known" } else { "NEW  " };
        println!("{listed} {id}: {} => {} but {got}", check["steps"], check["exp"]);
    }
    assert!(share >= 96.0, "{share:.2} % is below 96 %");
}
