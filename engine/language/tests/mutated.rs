//! Files of the corpus with random damage: never a panic, always bounded, and fixes that fit.

#![allow(clippy::unwrap_used, reason = "what does not hold fails the test")]

use std::fs;

use gemba_language::diagnostic::{Diagnostic, Language};
use gemba_language::{Keywords, apply_fixes, format, format_in, limits, read_app, render_human, to_json};

/// In each of the four parts, which run side by side; `GEMBA_MUTANTS` asks for another number.
const MUTANTS: usize = 5_000;

/// Pieces that people and programs leave in files.
const PIECES: &[&str] = &[
    ":",
    ": ",
    "：",
    "-",
    "- ",
    "\n",
    "\n  ",
    "\t",
    "\"",
    "'",
    "“",
    "”",
    "{",
    "}",
    "[",
    "]",
    "，",
    "#",
    " #",
    "&a",
    "*a",
    "!x",
    "|",
    ">",
    "?",
    "%",
    "@",
    "=",
    "= ",
    "{{",
    "}}",
    "null",
    "~",
    "---\n",
    "...",
    "\r\n",
    "\u{3000}",
    "\u{feff}",
    "\u{0}",
    "é",
    "轴径",
    "  ",
    "        ",
    "steps:",
    "fields:",
    "- form: x\n",
    "if: ",
    "until: ",
    "<<: ",
    "1e9",
    "\\",
    "\u{85}",
];

fn seeds() -> Vec<String> {
    let mut paths = Vec::new();
    for folder in ["right", "wrong"] {
        let folder = format!("{}/tests/{folder}", env!("CARGO_MANIFEST_DIR"));
        paths.extend(fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()));
    }
    paths.sort();
    // The larger ones of the corpus are much alike: one in eight is enough.
    let small = |path: &std::path::PathBuf| fs::metadata(path).unwrap().len() < 1_000;
    let mut number = 0;
    paths.retain(|path| {
        number += 1;
        small(path) || path.parent().unwrap().ends_with("right") || number % 8 == 0
    });
    paths
        .into_iter()
        .map(|path| fs::read_to_string(path).unwrap())
        .collect()
}

/// SplitMix64 (Steele, Lea, Flood 2014): the same numbers on every machine and for ever.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }
}

fn below(rng: &mut Random, max: usize) -> usize {
    usize::try_from(rng.next() % (max.max(1) as u64)).unwrap()
}

fn boundary(text: &str, mut at: usize) -> usize {
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

fn mutant(rng: &mut Random, seed: &str) -> String {
    let mut text = seed.to_owned();
    for _ in 0..1 + below(rng, 4) {
        let len = text.len();
        let at = boundary(&text, below(rng, len + 1));
        match below(rng, 5) {
            0 => text.insert_str(at, PIECES[below(rng, PIECES.len())]),
            1 => {
                let end = boundary(&text, (at + below(rng, 12)).min(text.len()));
                text.replace_range(at..end.max(at), "");
            }
            2 => {
                let end = boundary(&text, (at + below(rng, 40)).min(text.len()));
                let piece = text[at..end.max(at)].to_owned();
                let len = text.len();
                let to = boundary(&text, below(rng, len + 1));
                text.insert_str(to, &piece);
            }
            3 => {
                // One line is moved in or out.
                let line = text[..at].rfind('\n').map_or(0, |newline| newline + 1);
                if below(rng, 2) == 0 {
                    text.insert_str(line, &" ".repeat(1 + below(rng, 4)));
                } else if text[line..].starts_with(' ') {
                    text.remove(line);
                }
            }
            _ => text.truncate(at),
        }
    }
    text
}

fn fits(source: &str, one: &Diagnostic) {
    assert!(
        one.span.start <= one.span.end && one.span.end <= source.len(),
        "{one:?}"
    );
    assert!(source.get(one.span.start..one.span.end).is_some(), "{one:?}");
    for edit in &one.fix {
        assert!(source.get(edit.start..edit.end).is_some(), "{one:?}");
    }
    let mut edits: Vec<_> = one.fix.iter().collect();
    edits.sort_by_key(|edit| (edit.start, edit.end));
    assert!(edits.windows(2).all(|pair| pair[0].end <= pair[1].start), "{one:?}");
}

#[test]
fn damaged_files_are_survived_1() {
    damaged_files_are_survived(1);
}
#[test]
fn damaged_files_are_survived_2() {
    damaged_files_are_survived(2);
}
#[test]
fn damaged_files_are_survived_3() {
    damaged_files_are_survived(3);
}
#[test]
fn damaged_files_are_survived_4() {
    damaged_files_are_survived(4);
}

/// How long this thread has had a processor; 0 where the system does not tell.
fn worked_ns() -> u64 {
    let stat = fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    let first = stat.split(' ').next().and_then(|first| first.parse().ok());
    first.unwrap_or(0)
}

fn damaged_files_are_survived(part: u64) {
    let seeds = seeds();
    let mutants = std::env::var("GEMBA_MUTANTS").map_or(MUTANTS, |count| count.parse().unwrap());
    let mut rng = Random(20_261_122 * part);
    let mut accepted = 0;
    let mut slowest_ns = 0;
    for number in 0..mutants {
        let source = mutant(&mut rng, &seeds[number % seeds.len()]);
        let begun = worked_ns();
        let read = read_app(&source, None);
        slowest_ns = slowest_ns.max(worked_ns() - begun);
        assert!(read.diagnostics.len() <= limits::DIAGNOSTICS_MAX + 1);
        accepted += usize::from(read.value.is_some());
        for one in &read.diagnostics {
            fits(&source, one);
        }
        if let Some(one) = read.diagnostics.get(number % 7) {
            let language = if number % 2 == 0 { Language::En } else { Language::Zh };
            assert!(render_human(&source, "app.yaml", one, language).contains(one.code));
            assert_eq!(to_json(&source, one, language)["code"], one.code);
        }
        if number % 10 == 0 {
            let _ = read_app(&apply_fixes(&source, &read.diagnostics), None);
        }
        if number % 4 == 1
            && let Some(once) = format(&source)
        {
            laid_out(&source, &once);
            respelled(&source);
        }
    }
    println!(
        "{accepted} of {mutants} damaged files were still right; the slowest took {} µs",
        slowest_ns / 1_000
    );
    // Linux tells the most that this process ever had.
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    status
        .lines()
        .filter(|line| line.starts_with("VmHWM"))
        .for_each(|line| println!("{line}"));
    assert!(accepted > mutants / 100);
}

/// What holds for every layout: the same again, the same meaning, every comment kept.
fn laid_out(source: &str, once: &str) {
    assert_eq!(format(once).as_deref(), Some(once), "not the same again:\n{source}");
    let comments = |text: &str| text.matches('#').count();
    assert!(comments(once) >= comments(source), "{source}\n---\n{once}");
    let (before, after) = (read_app(source, None).value, read_app(once, None).value);
    assert_eq!(
        before.map(|app| plain(&app)),
        after.map(|app| plain(&app)),
        "{source}\n---\n{once}"
    );
}

/// What holds for every change of words: back again without loss, the same meaning, every comment kept.
fn respelled(source: &str) {
    let english = format_in(source, Keywords::En).unwrap();
    let chinese = format_in(source, Keywords::Zh).unwrap();
    assert_eq!(format_in(&chinese, Keywords::En).as_ref(), Some(&english), "{source}");
    assert_eq!(format_in(&english, Keywords::Zh).as_ref(), Some(&chinese), "{source}");
    assert_eq!(english.matches('#').count(), chinese.matches('#').count(), "{source}");
    let meant = read_app(source, None).value.map(|app| plain(&app));
    for text in [&english, &chinese] {
        assert_eq!(
            read_app(text, None).value.map(|app| plain(&app)),
            meant,
            "{source}\n---\n{text}"
        );
    }
}

/// The model without byte positions.
fn plain(app: &gemba_language::model::App) -> String {
    let text = format!("{app:?}");
    let mut out = String::with_capacity(text.len());
    let mut rest = text.as_str();
    while let Some(at) = rest.find("span: Span {") {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let end = rest.find('}').unwrap();
        rest = &rest[end + 1..];
    }
    out.push_str(rest);
    out
}

#[test]
fn layout_of_right_files_keeps_their_meaning() {
    for source in seeds() {
        if let Some(once) = format(&source) {
            laid_out(&source, &once);
        }
    }
}
