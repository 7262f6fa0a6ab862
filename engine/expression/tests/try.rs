#[path = "wasm-twin/src/cases.rs"]
#[allow(dead_code, unreachable_pub)]
mod cases;
#[test]
fn try_it() {
    for line in std::fs::read_to_string("/tmp/try.txt").unwrap().lines() {
        let (f, v) = line.split_once(" @@ ").unwrap_or((line, "{}"));
        let v = cases::values(&serde_json::from_str(v).unwrap());
        let r = cases::run(f, &v);
        println!(
            "{f}\n    => {} {} check={}",
            r["result"]["value"],
            r["parse"],
            r["check"]
                .as_array()
                .map(|a| a
                    .iter()
                    .map(|p| format!("{}@{}", p["code"], p["at"]))
                    .collect::<Vec<_>>()
                    .join(" "))
                .unwrap_or_default()
        );
        for n in r["result"]["notes"].as_array().into_iter().flatten() {
            println!("       note {} {}", n["code"], n["message"]);
        }
        if !r["result"]["limit"].is_null() {
            println!("       LIMIT {}", r["result"]["limit"]);
        }
    }
}
