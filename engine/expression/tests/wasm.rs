//! The browser runs the same crate as WebAssembly: the same cases give the same lines, byte for byte.

#[path = "wasm-twin/src/cases.rs"]
#[allow(dead_code, unreachable_pub)]
mod cases;
#[path = "wasm-twin/src/mutants.rs"]
#[allow(dead_code, unreachable_pub)]
mod mutants;

use std::path::{Path, PathBuf};
use std::process::Command;

const MUTANTS: u64 = 5_000;
/// The build script's answer when no toolchain is there.
const NO_TOOLCHAIN: i32 = 3;

#[test]
fn wasm_gives_what_native_gives() {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let root = here.join("../..");
    let folder = root.join("target/wasm");
    let module = folder.join("expression-twin.wasm");
    if Command::new("node").arg("--version").output().is_err() {
        println!("node is not there: native and WASM were NOT compared");
        return;
    }
    let built = Command::new("bash")
        .arg(root.join("tests/wasm-build.sh"))
        .args([&here.join("tests/wasm-twin"), &module])
        .status()
        .expect("bash runs");
    if built.code() == Some(NO_TOOLCHAIN) {
        println!("no toolchain for WASM: native and WASM were NOT compared");
        return;
    }
    assert!(built.success(), "the twin does not build");

    let request = request(here);
    let (asked, answered) = (folder.join("request.json"), folder.join("answer.txt"));
    std::fs::write(&asked, request.to_string()).expect("can write");
    let ran = Command::new("node")
        .arg(here.join("tests/wasm-twin/run.mjs"))
        .args([&module, &asked, &answered])
        .status();
    assert!(ran.expect("node runs").success(), "the twin stopped");

    let answer = std::fs::read_to_string(&answered).expect("the twin's answer");
    let wasm: Vec<&str> = answer.lines().collect();
    let native = cases::answer(&request, mutants::mutant);
    assert_eq!(wasm.len(), native.len());
    let different: Vec<String> = native
        .iter()
        .zip(&wasm)
        .filter(|(native, wasm)| native != *wasm)
        .map(|(native, wasm)| format!("native {native}\n  wasm {wasm}"))
        .collect();
    let size = std::fs::metadata(&module).map_or(0, |file| file.len());
    println!(
        "{} results of native and WASM are the same; the module has {size} bytes",
        native.len() - different.len()
    );
    assert!(
        different.is_empty(),
        "{} differ:\n{}",
        different.len(),
        different.join("\n")
    );
}

fn request(here: &Path) -> serde_json::Value {
    let table = include_str!("shop_floor_formulas.json");
    let conformance: PathBuf =
        std::env::var_os("GEMBA_CONFORMANCE").map_or_else(|| here.join("../../../shared/conformance"), Into::into);
    let tck = std::fs::read_to_string(conformance.join("feel-tck.json")).ok();
    if tck.is_none() {
        println!("feel-tck.json is not there: compared without the DMN TCK");
    }
    serde_json::json!({
        "table": table_with_attacks(table),
        "tck": tck.map(|text| serde_json::from_str::<serde_json::Value>(&text).expect("a list of checks")),
        "seeds": cases::seeds(table),
        "mutants": MUTANTS,
    })
}

/// The attacks show that the smaller stack of a page holds.
fn table_with_attacks(table: &str) -> Vec<serde_json::Value> {
    let mut cases: Vec<serde_json::Value> = serde_json::from_str(table).expect("a list of cases");
    cases.extend(
        mutants::ATTACKS
            .iter()
            .map(|attack| serde_json::json!({ "formula": attack, "values": {} })),
    );
    cases
}
