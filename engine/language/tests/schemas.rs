//! The JSON Schemas accept what is right and refuse what is wrong.

#![allow(clippy::unwrap_used, reason = "what does not hold fails the test")]

use std::fs;

use gemba_language::model::App;
use gemba_language::steps::StepKind;
use gemba_language::{
    Keywords, answers_schema, format_in, json_schema, json_schema_in, read_app, read_site, site_json_schema,
    site_json_schema_in,
};
use serde_json::{Value as Json, json};

fn right(name: &str) -> String {
    fs::read_to_string(format!("{}/tests/right/{name}.yaml", env!("CARGO_MANIFEST_DIR"))).unwrap()
}

fn as_json(source: &str) -> Json {
    let value: serde_yaml::Value = serde_yaml::from_str(source).unwrap();
    serde_json::to_value(value).unwrap()
}

#[test]
fn right_apps_fit_the_schema_of_the_language() {
    let schema = json_schema();
    assert!(jsonschema::draft202012::meta::is_valid(&schema));
    let validator = jsonschema::draft202012::new(&schema).unwrap();
    for name in ["smallest", "every-field", "every-step", "首件检验", "shop-order"] {
        let errors: Vec<String> = validator
            .iter_errors(&as_json(&right(name)))
            .map(|e| format!("{e} at {}", e.instance_path()))
            .collect();
        assert!(errors.is_empty(), "{name}: {errors:#?}");
    }
}

#[test]
fn right_apps_in_chinese_words_fit_the_schema_in_chinese_words() {
    let schema = json_schema_in(Keywords::Zh);
    assert!(jsonschema::draft202012::meta::is_valid(&schema));
    let validator = jsonschema::draft202012::new(&schema).unwrap();
    for name in ["smallest", "every-field", "every-step", "首件检验", "shop-order"] {
        let chinese = format_in(&right(name), Keywords::Zh).unwrap();
        let errors: Vec<String> = validator
            .iter_errors(&as_json(&chinese))
            .map(|e| format!("{e} at {}", e.instance_path()))
            .collect();
        assert!(errors.is_empty(), "{name}: {errors:#?}");
        assert!(!validator.is_valid(&as_json(&right(name))), "{name}");
    }
    let site = format_in(&right("site"), Keywords::Zh).unwrap();
    let validator = jsonschema::draft202012::new(&site_json_schema_in(Keywords::Zh)).unwrap();
    assert!(validator.is_valid(&as_json(&site)), "{site}");
}

#[test]
fn the_schema_refuses_unknown_words() {
    let validator = jsonschema::draft202012::new(&json_schema()).unwrap();
    for wrong in [
        json!({"app": "x"}),
        json!({"app": "x", "stpes": []}),
        json!({"app": "x", "steps": [{"fomr": "x"}]}),
        json!({"app": "x", "steps": [{"form": "x", "feilds": []}]}),
        json!({"app": "x", "steps": [{"repeat": "x", "steps": [{"wait": "1 min"}]}]}),
        json!({"app": "x", "steps": [{"form": "x", "fields": [{"measure": "y"}]}]}),
    ] {
        assert!(!validator.is_valid(&wrong), "{wrong}");
    }
}

#[test]
fn every_word_has_a_description_and_every_example_is_right() {
    let schema = json_schema();
    for (family, frame) in [
        (
            "step",
            "app: x\ntables:\n  - table: First pieces\n    key: serial_number\n    columns: [serial_number, order, result]\nsteps:\n",
        ),
        ("field", "app: x\nsteps:\n  - form: x\n    fields:\n"),
    ] {
        let kinds = schema["$defs"][family]["oneOf"].as_array().unwrap();
        assert!(kinds.len() >= 18);
        let only_one =
            jsonschema::draft202012::new(&json!({"$ref": format!("#/$defs/{family}"), "$defs": schema["$defs"]}))
                .unwrap();
        for kind in kinds {
            assert!(!kind["description"].as_str().unwrap().is_empty());
            let example = &kind["examples"][0];
            assert!(only_one.is_valid(example), "{example}");
            let written = serde_yaml::to_string(&json!([example])).unwrap();
            let indent = if family == "step" { "  " } else { "      " };
            let entry: String = written.lines().map(|line| format!("{indent}{line}\n")).collect();
            let source = format!("{frame}{entry}");
            let found = read_app(&source, None).diagnostics;
            // Names that only the example's surroundings would give are all that may be missing.
            let strange: Vec<_> = found
                .iter()
                .filter(|one| !["G0510", "G0609", "G0612", "G0611", "G0632"].contains(&one.code))
                .collect();
            assert!(strange.is_empty(), "{source}\n{strange:#?}");
        }
    }
}

#[test]
fn the_site_fits_its_schema() {
    let schema = site_json_schema();
    assert!(jsonschema::draft202012::is_valid(&schema, &as_json(&right("site"))));
    assert!(!jsonschema::draft202012::is_valid(&schema, &json!({"site": "x"})));
    assert!(read_site(&right("site")).value.is_some());
}

fn first_form(app: &App) -> &gemba_language::steps::Form {
    match &app.steps[0].kind {
        StepKind::Form(form) => form,
        other => panic!("{other:?}"),
    }
}

#[test]
fn answers_fit_their_schema() {
    let app = read_app(&right("every-field"), None).value.unwrap();
    let schema = answers_schema(&first_form(&app).fields);
    insta::assert_json_snapshot!(schema);
    let validator = jsonschema::draft202012::new(&schema).unwrap();
    let blob = "0123456789abcdef".repeat(4);
    let mut good = json!({
        "part": "007", "good_pieces": 480, "room_temperature": 21.5, "shaft_diameter": [25, 25.01, 25],
        "tightening_torque": 41, "roughness": 0.6, "bore": 12, "fill_level": 80, "is_the_guard_closed": true,
        "surface": "not applicable", "what_now": "stop the line", "best_before": "2026-12-31",
        "start_of_the_test": "06:30", "when_was_it_found": "2026-11-22T06:30:00+08:00",
        "serial_number": "SN-000042", "surface_defect": [blob], "gloves_are_on": true, "witness": "wang",
        "parts_used": [{"lot": "0815", "pieces": 3}]
    });
    let more = json!({
        "the_spindle_is_hot": true, "scratches": 5,
        "how_long_did_it_stand": "1 h 20 min", "cost_of_the_repair": 99.5, "why_did_it_stop": ["Machine", "Coolant"],
        "what_hinders_most": ["rework", "waiting", "searching"], "how_tidy_is_the_place": 4,
        "state_of_the_place": {"floor": "good", "bench": "fair"}, "month_of_the_audit": "2026-11",
        "where_does_the_container_stand": {"lat": 31.35, "lon": 118.43, "accuracy_m": 8}, "housing": blob,
        "defects_on_the_housing": [{"x": 0.5, "y": 0.25, "code": "scratch"}], "defects_on_the_drawing": [],
        "where_it_leaks": blob, "how_it_rattles": blob, "label_of_the_drum": "(01)09506000134352(10)ABC",
        "serial_of_the_shaft": "SH-1", "lot_of_the_resin": "R-7", "material": "001234", "pallet": "P-12",
        "work_order": "4711", "tag_of_the_carrier": "E2801160", "witnesses": [{"who_was_there": "Li"}],
        "which_shift": "early", "where_was_it_found": "qc-1", "who_was_trained": "li",
        "second_look": {"person": "zhao"}, "micrometer": "M-7", "length": 10, "which_gauge_before": "M-6"
    });
    for (field, answer) in more.as_object().unwrap() {
        good[field] = answer.clone();
    }
    let errors: Vec<String> = validator.iter_errors(&good).map(|error| error.to_string()).collect();
    assert!(errors.is_empty(), "{errors:?}");
    let bad = [
        ("part", json!("x".repeat(41))),
        ("part", json!(7)),
        ("good_pieces", json!(1.5)),
        ("good_pieces", json!(-1)),
        ("room_temperature", json!("warm")),
        ("shaft_diameter", json!([25, 25])),
        ("shaft_diameter", json!(25)),
        ("fill_level", json!(101)),
        ("is_the_guard_closed", json!("yes")),
        ("surface", json!("ok")),
        ("what_now", json!("Stop the line")),
        ("best_before", json!("31.12.2026")),
        ("start_of_the_test", json!("25:00")),
        ("when_was_it_found", json!("2026-11-22")),
        ("serial_number", json!("SN-42")),
        ("serial_number", json!("xSN-000042x")),
        ("surface_defect", json!("../../etc/passwd")),
        ("surface_defect", json!([])),
        ("witness", json!("")),
        ("parts_used", json!([])),
        ("parts_used", json!([{"lot": "0815"}])),
        ("parts_used", json!([{"lot": "0815", "pieces": 0}])),
        ("parts_used", json!([{"lot": "0815", "pieces": 1, "more": 1}])),
        ("unknown", json!(1)),
        ("the_spindle_is_hot", json!(false)),
        ("scratches", json!(51)),
        ("scratches", json!(0.5)),
        ("cost_of_the_repair", json!(-1)),
        ("why_did_it_stop", json!([])),
        ("why_did_it_stop", json!("Machine")),
        ("what_hinders_most", json!(["rework", "waiting"])),
        ("what_hinders_most", json!(["rework", "rework", "waiting"])),
        ("how_tidy_is_the_place", json!(0)),
        ("how_tidy_is_the_place", json!(6)),
        ("state_of_the_place", json!({"floor": "good"})),
        ("state_of_the_place", json!({"floor": "good", "bench": "so so"})),
        ("month_of_the_audit", json!("2026-13")),
        ("where_does_the_container_stand", json!({"lat": 91, "lon": 0})),
        ("defects_on_the_housing", json!([{"x": 1.5, "y": 0, "code": "dent"}])),
        ("defects_on_the_housing", json!([{"x": 0, "y": 0, "code": "rust"}])),
        ("how_it_rattles", json!("video.mp4")),
        ("serial_of_the_shaft", json!("SN-1")),
        ("pieces_left", json!(3)),
        ("spindle_speed", json!(1200)),
        ("second_look", json!({"person": "zhao", "pin": "1234"})),
        ("micrometer", json!(7)),
        ("witnesses", json!([])),
    ];
    for (name, value) in bad {
        let mut answers = good.clone();
        answers[name] = value.clone();
        assert!(!validator.is_valid(&answers), "{name}: {value}");
    }
    let mut without = good.clone();
    without.as_object_mut().unwrap().remove("part");
    assert!(!validator.is_valid(&without));
    let mut optional = good;
    optional.as_object_mut().unwrap().remove("surface_defect");
    assert!(validator.is_valid(&optional));
}

#[test]
fn an_option_may_be_answered_in_each_of_its_languages() {
    let source = "app: A\nsteps:\n  - form: Ask\n    fields:\n      - choose: What now\n        from: [{en: Go on, zh: 继续}, Stop]\n";
    let app = read_app(source, None).value.unwrap();
    let validator = jsonschema::draft202012::new(&answers_schema(&first_form(&app).fields)).unwrap();
    for answer in ["Go on", "继续", "Stop"] {
        assert!(validator.is_valid(&json!({"what_now": answer})), "{answer}");
    }
    assert!(!validator.is_valid(&json!({"what_now": "停"})));
}

/// Every `*.yaml` below a folder.
fn files(folder: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut todo = vec![std::path::PathBuf::from(format!(
        "{}/{folder}",
        env!("CARGO_MANIFEST_DIR")
    ))];
    while let Some(path) = todo.pop() {
        if path.is_dir() {
            todo.extend(fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().path()));
        } else if path.extension().is_some_and(|extension| extension == "yaml") {
            found.push((path.display().to_string(), fs::read_to_string(&path).unwrap()));
        }
    }
    found.sort();
    found
}

#[test]
fn every_right_file_fits_its_schema() {
    let app = jsonschema::draft202012::new(&json_schema()).unwrap();
    let site = jsonschema::draft202012::new(&site_json_schema()).unwrap();
    let mut count = 0;
    for (name, source) in files("../../examples").into_iter().chain(files("tests/right")) {
        let is_site = gemba_language::author::is_site(&source);
        let Some(english) = format_in(&source, Keywords::En) else {
            continue;
        };
        let schema = if is_site { &site } else { &app };
        let data = as_json(&english);
        let errors: Vec<String> = schema
            .iter_errors(&data)
            .map(|e| format!("{e} at {}", e.instance_path()))
            .collect();
        assert!(errors.is_empty(), "{name}: {errors:#?}");
        count += 1;
    }
    assert!(count >= 8, "{count}");
}

/// Mistakes of structure that a schema cannot see, or that it leaves to the checker on purpose.
const BEYOND_A_SCHEMA: &[&str] = &[
    // A form without fields is right when it has pages or is signed.
    "G0223", // Rows inside rows: one list of fields is named by all places that have fields.
    "G0229",
];

#[test]
fn wrong_structure_is_refused_or_knowingly_not() {
    let app = jsonschema::draft202012::new(&json_schema()).unwrap();
    let chinese = jsonschema::draft202012::new(&json_schema_in(Keywords::Zh)).unwrap();
    let mut passed = std::collections::BTreeMap::new();
    let (mut refused, mut seen) = (0, 0);
    for (name, source) in files("tests/wrong") {
        let structure = |code: &str| code.starts_with("G02");
        let found = read_app(&source, None).diagnostics;
        let errors: Vec<&str> = found
            .iter()
            .filter(|one| one.severity == gemba_language::diagnostic::Severity::Error)
            .map(|one| one.code)
            .collect();
        let Some(code) = errors.iter().find(|code| structure(code)) else {
            continue;
        };
        let Ok(value) = serde_yaml::from_str::<serde_yaml::Value>(&source) else {
            continue;
        };
        let Ok(data) = serde_json::to_value(value) else {
            continue;
        };
        seen += 1;
        if app.is_valid(&data) || chinese.is_valid(&data) {
            passed
                .entry(*code)
                .or_insert_with(Vec::new)
                .push(name.rsplit('/').next().unwrap_or_default().to_owned());
        } else {
            refused += 1;
        }
    }
    let unknown: Vec<_> = passed
        .iter()
        .filter(|(code, _)| !BEYOND_A_SCHEMA.contains(code))
        .collect();
    assert!(unknown.is_empty(), "{unknown:#?}");
    assert!(seen >= 50 && refused * 10 >= seen * 9, "{refused} of {seen}");
}

#[test]
fn every_key_is_described_in_the_language_of_its_words() {
    for (words, schema) in [
        (Keywords::En, json_schema()),
        (Keywords::Zh, json_schema_in(Keywords::Zh)),
        (Keywords::En, site_json_schema()),
        (Keywords::Zh, site_json_schema_in(Keywords::Zh)),
    ] {
        let (mut described, mut other) = (0, Vec::new());
        let mut todo = vec![&schema];
        while let Some(node) = todo.pop() {
            if let Some(properties) = node.get("properties").and_then(Json::as_object) {
                for (word, of) in properties {
                    let Some(text) = of.get("description").and_then(Json::as_str) else {
                        // Who is named: `{role: …}`; the description is that of the party.
                        assert!(of == &json!({"type": "string"}), "{word} has no description");
                        continue;
                    };
                    described += 1;
                    if text.is_ascii() && words == Keywords::Zh {
                        other.push(word.clone());
                    }
                }
            }
            match node {
                Json::Object(members) => todo.extend(members.values()),
                Json::Array(entries) => todo.extend(entries),
                _ => {}
            }
        }
        assert!(described > 20 && other.len() * 20 < described, "{other:?}");
    }
}
