//! What apps say of one another and of the people of the site, as authors are told of it.

use serde_json::{Value, json};
use std::fs;

use crate::people::with_people;
use crate::support::{Place, SITE, gemba};

const REWORK: &str = "app: Rework\ninputs:\n  - scan: Part\nsteps:\n  - wait: 1 min\n";
const CALLS: &str = "app: Check\nsteps:\n  - call: rewrk\n    with:\n      part: = run.id\n";

fn codes(checked: &Value) -> Vec<&str> {
    let diagnostics = checked["diagnostics"].as_array().unwrap();
    diagnostics.iter().map(|one| one["code"].as_str().unwrap()).collect()
}

fn checked(place: &Place, path: &str) -> String {
    let output = gemba()
        .current_dir(place.path())
        .args(["check", path])
        .output()
        .unwrap();
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn a_call_is_checked_beside_the_other_files() {
    let place = Place::new(&[("check.yaml", CALLS), ("rework.yaml", REWORK)]);
    // Also when only one file is named.
    for path in ["apps", "apps/check.yaml"] {
        let said = checked(&place, path);
        assert!(said.contains("G0801") && said.contains("check.yaml:3"), "{said}");
    }
    fs::write(place.apps().join("check.yaml"), CALLS.replace("rewrk", "rework")).unwrap();
    for path in ["apps", "apps/check.yaml"] {
        assert!(!checked(&place, path).contains("G08"), "{path}");
    }
}

#[test]
fn a_server_knows_which_apps_there_are_and_which_roles_nobody_has() {
    let (_place, server, chen) = with_people();
    let client = server.client();
    client.put_app("rework", REWORK).with(201);
    let published = client.put_app("check", CALLS).with(201);
    assert_eq!(codes(&published), ["G0801"]);
    let right = client.put_app("check", &CALLS.replace("rewrk", "rework")).with(200);
    assert_eq!(codes(&right), [""; 0]);

    assert!(SITE.contains("- maintenance"));
    let asks = "app: Ask\nsteps:\n  - form: Come\n    to: maintenance\n    fields:\n      - tick: Here\n";
    let nobody = client.put_app("ask", asks).with(201);
    assert_eq!(codes(&nobody), ["G0321"]);
    let change = json!({"roles": ["operator", "maintenance"]});
    chen.put("/people/wang", change).with(200);
    let somebody = client.put_app("ask", asks).with(200);
    assert_eq!(codes(&somebody), [""; 0]);
}

#[test]
fn an_app_may_be_called_by_any_word() {
    let (_place, server, _chen) = with_people();
    let client = server.client();
    for word in ["check", "startable"] {
        client.put_app(word, &REWORK.replace("Rework", word)).with(201);
        assert_eq!(client.get(&format!("/apps/{word}")).with(200)["id"], word);
    }
}

#[test]
fn a_new_version_is_looked_at_beside_the_published_one() {
    let (_place, server, _chen) = with_people();
    let client = server.client();
    let count = |field: &str| {
        format!(
            "app: Count\ninputs:\n  - scan: Part\n  - {field}: Pieces\ntables:\n  - table: Counts\n    key: part\n    \
             columns: [part, pieces]\nsteps:\n  - save: Counts\n"
        )
    };
    let first = client.put_app("count", &count("text")).with(201);
    assert_eq!(codes(&first), [""; 0]);
    let changed = client.put_app("count", &count("whole")).with(200);
    assert_eq!(codes(&changed), ["G0805"]);
    assert_eq!(changed["diagnostics"][0]["line"], 8);
}
