//! Files that were cut, changed, or built to do harm: an error or an app, never a panic, and within the limits.

#![allow(clippy::unwrap_used, reason = "what does not hold fails the test")]

mod made;

use std::io::{Cursor, Write};

use gemba_import::{Error, Options, import, limits};
use made::{book, sheet};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

fn sample() -> Vec<u8> {
    book(&[
        sheet(
            "Front",
            "Front side\nItem | Spec | Unit\nWidth | 10±0.1 | mm\nCover | closed |\nInspector: | | Approved by:",
        ),
        sheet(
            "survey",
            "type | name | label | relevant\ntext | a | A |\ninteger | b | B | ${a} = 'x'",
        ),
    ])
}

/// A file with these parts, compressed.
fn packed(parts: &[(&str, Vec<u8>)]) -> Vec<u8> {
    let mut out = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
    for (name, content) in parts {
        out.start_file(*name, options).unwrap();
        out.write_all(content).unwrap();
    }
    out.finish().unwrap().into_inner()
}

/// Small, always the same.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, below: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % below.max(1)
    }
}

#[test]
fn cut_files_are_refused() {
    let whole = sample();
    for length in (0..whole.len()).step_by(37) {
        let _ = import(&whole[..length], &Options::default());
    }
    assert!(import(&whole[..whole.len() / 2], &Options::default()).is_err());
}

#[test]
fn changed_bytes_make_no_panic() {
    let whole = sample();
    let mut dice = Dice(7);
    for _ in 0..300 {
        let mut bytes = whole.clone();
        for _ in 0..=dice.roll(4) {
            let at = dice.roll(bytes.len());
            bytes[at] = u8::try_from(dice.roll(256)).unwrap();
        }
        let _ = import(&bytes, &Options::default());
    }
}

/// Changes inside of the parts, where a checksum would not give them away.
#[test]
fn changed_parts_make_no_panic() {
    let mut archive = zip::ZipArchive::new(Cursor::new(sample())).unwrap();
    let mut parts: Vec<(String, Vec<u8>)> = Vec::new();
    for at in 0..archive.len() {
        let mut part = archive.by_index(at).unwrap();
        let mut content = Vec::new();
        std::io::copy(&mut part, &mut content).unwrap();
        let name = part.name().unwrap().into_owned();
        parts.push((name, content));
    }
    let mut dice = Dice(11);
    let bits = [
        "<",
        ">",
        "\"",
        "0",
        "-1",
        "99999999999",
        "&#x0;",
        "r=\"XFD1048576\"",
        "<c t=\"s\"><v>9</v></c>",
        "é",
        "</row>",
        "A1:XFD1048576",
    ];
    for _ in 0..600 {
        let mut changed = parts.clone();
        for _ in 0..=dice.roll(3) {
            let which = dice.roll(changed.len());
            let content = &mut changed[which].1;
            let at = dice.roll(content.len());
            match dice.roll(3) {
                0 => content.truncate(at),
                1 => {
                    let bit = bits[dice.roll(bits.len())].as_bytes();
                    content.splice(at..at, bit.iter().copied());
                }
                _ => {
                    let end = (at + dice.roll(40)).min(content.len());
                    content.drain(at..end);
                }
            }
        }
        let named: Vec<(&str, Vec<u8>)> = changed
            .iter()
            .map(|(name, content)| (name.as_str(), content.clone()))
            .collect();
        let _ = import(&packed(&named), &Options::default());
    }
}

#[test]
fn what_grows_when_unpacked_ends_at_the_limit() {
    let huge = vec![b' '; limits::UNPACKED_BYTES_MAX + 1];
    let bytes = packed(&[
        ("xl/workbook.xml", b"<workbook/>".to_vec()),
        ("xl/sharedStrings.xml", huge),
    ]);
    assert!(bytes.len() < limits::FILE_BYTES_MAX);
    assert_eq!(import(&bytes, &Options::default()), Err(Error::UnpackedTooLarge));
    assert_eq!(
        import(&vec![b'P'; limits::FILE_BYTES_MAX + 1], &Options::default()),
        Err(Error::TooLarge)
    );
}

#[test]
fn a_cell_far_away_costs_nothing() {
    let mut far = rust_xlsxwriter::Workbook::new();
    let page = far.add_worksheet();
    page.write_string(0, 0, "Item").unwrap();
    page.write_string(0, 1, "Spec").unwrap();
    page.write_string(1, 0, "Width").unwrap();
    page.write_string(1, 1, "1±0.1").unwrap();
    page.write_string(1_048_575, 16_383, "far").unwrap();
    let imported = import(&far.save_to_buffer().unwrap(), &Options::default()).unwrap();
    assert!(imported.apps[0].yaml.contains("1 ± 0.1"));
}

#[test]
fn more_items_than_a_form_takes_are_said() {
    let rows: String = (0..limits::FIELDS_PER_FORM_MAX + 50)
        .map(|at| format!("\nItem {at} | 1±0.1"))
        .collect();
    let imported = import(&book(&[sheet("S", &format!("Item | Spec{rows}"))]), &Options::default()).unwrap();
    assert_eq!(imported.apps[0].fields, limits::FIELDS_PER_FORM_MAX);
    assert!(imported.report.notes.iter().any(|note| note.code == "G1421"));
}

#[test]
fn expressions_that_do_harm_end() {
    let nested = |open: &str, close: &str, times: usize| format!("{}${{a}}{}", open.repeat(times), close.repeat(times));
    for expression in [
        nested("(", ")", 2_000),
        nested("coalesce(", ", 1)", 200),
        nested("concat(", ", 'x')", 15),
        nested("int(", ")", 19),
        nested("((", " = 1) = 2)", 9),
        format!("1{}", " + 1".repeat(900)),
        "${a} = '".repeat(300),
        "x".repeat(10_000),
        "not(".repeat(900),
    ] {
        let survey = format!("type | name | label | relevant\ntext | a | A |\ntext | b | B | {expression}");
        let imported = import(&book(&[sheet("survey", &survey)]), &Options::default()).unwrap();
        assert_eq!(imported.apps[0].fields, 2, "{expression:.40}");
    }
}
