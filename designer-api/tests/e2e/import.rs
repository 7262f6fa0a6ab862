//! `gemba import`: what it writes passes `gemba check` and `gemba fmt --check`, and nothing is overwritten.

use rust_xlsxwriter::Workbook;
use std::fs;
use std::path::Path;

use crate::command_line::run;
use crate::support::Place;

fn sheet(path: &Path, rows: &[&[&str]]) {
    let mut book = Workbook::new();
    let page = book.add_worksheet();
    for (row, cells) in (0..).zip(rows) {
        for (column, cell) in (0..).zip(*cells) {
            page.write_string(row, column, *cell).unwrap();
        }
    }
    book.save(path).unwrap();
}

#[test]
fn a_check_sheet_becomes_an_app() {
    let place = Place::new(&[]);
    let rows: &[&[&str]] = &[
        &["Shaft inspection"],
        &["Item", "Spec", "Unit", "Odd"],
        &["Diameter", "25±0.05", "mm"],
        &["Length", "25-0.05", "mm"],
        &["Surface", "no scratches"],
        &["Inspector:", "", "Approved by:"],
    ];
    sheet(&place.path().join("shaft.xlsx"), rows);
    insta::assert_snapshot!(run(place.path(), &["import", "shaft.xlsx"]));
    assert!(run(place.path(), &["check", "shaft-inspection.yaml"]).ends_with("[0]"));
    assert!(run(place.path(), &["fmt", "--check", "shaft-inspection.yaml"]).ends_with("[0]"));
    // Nothing is overwritten.
    fs::write(place.path().join("shaft-inspection.yaml"), "mine").unwrap();
    insta::assert_snapshot!(run(place.path(), &["import", "shaft.xlsx"]));
    assert_eq!(
        fs::read_to_string(place.path().join("shaft-inspection.yaml")).unwrap(),
        "mine"
    );
    let args = [
        "import",
        "shaft.xlsx",
        "-o",
        "made/shaft.yaml",
        "--keywords",
        "zh",
        "--lang",
        "zh",
    ];
    insta::assert_snapshot!(run(place.path(), &args));
    insta::assert_snapshot!(fs::read_to_string(place.path().join("made/shaft.yaml")).unwrap());
    insta::assert_snapshot!(run(
        place.path(),
        &["import", "shaft.xlsx", "-o", "-", "--format", "json"]
    ));
}

#[test]
fn what_is_no_sheet_is_said() {
    let place = Place::new(&[]);
    fs::write(place.path().join("words.xlsx"), "no zip").unwrap();
    insta::assert_snapshot!(run(place.path(), &["import", "words.xlsx"]));
    insta::assert_snapshot!(run(place.path(), &["import", "missing.xlsx"]));
    insta::assert_snapshot!(run(place.path(), &["explain", "G1404"]));
}
