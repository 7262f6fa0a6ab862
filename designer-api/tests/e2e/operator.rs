//! The operator's page promises only what is there: commands, flags, metrics, ports.

use std::collections::BTreeSet;
use std::fs;

use crate::support::tls::{certificate, secure_with};
use crate::support::{Place, Server, gemba};

const PAGES: [&str; 2] = [
    include_str!("../../docs/operator.en.md"),
    include_str!("../../docs/operator.zh.md"),
];

/// Lines of the blocks to copy.
fn lines(page: &str) -> Vec<&str> {
    let blocks = page.split("\n```sh\n").skip(1);
    blocks
        .flat_map(|block| block.split("\n```").next().unwrap().lines())
        .collect()
}

/// What stands between backticks outside of the blocks.
fn quoted(page: &str) -> Vec<&str> {
    let outside = page.split("\n```").step_by(2);
    outside.flat_map(|text| text.split('`').skip(1).step_by(2)).collect()
}

fn help(command: &[&str]) -> String {
    let output = gemba().args(command).arg("--help").output().unwrap();
    assert!(output.status.success(), "there is no 'gemba {}'", command.join(" "));
    String::from_utf8(output.stdout).unwrap()
}

/// `gemba backup DEST --data DIR`, alone or after `sudo`: the command's words, and its flags.
fn command(line: &str) -> Option<(Vec<&str>, Vec<&str>)> {
    let line = line.strip_prefix("sudo ").unwrap_or(line);
    let line = line.strip_prefix("-u gemba ").unwrap_or(line);
    let words: Vec<&str> = line.strip_prefix("gemba ")?.split(' ').collect();
    let is_name = |word: &&&str| word.chars().all(|c| c.is_ascii_lowercase() || c == '-') && !word.starts_with('-');
    let of_two = ["person", "token"];
    let many = if of_two.contains(&words[0]) { 2 } else { 1 };
    let name = words.iter().take(many).take_while(is_name).copied().collect();
    let flags = words.iter().filter(|word| word.starts_with("--")).copied().collect();
    Some((name, flags))
}

#[test]
fn every_command_and_flag_of_the_page_is_there() {
    assert_eq!(lines(PAGES[0]), lines(PAGES[1]), "both languages say the same commands");
    let serve = help(&["serve"]);
    for page in PAGES {
        let all = lines(page).into_iter().chain(quoted(page));
        let mut commands = BTreeSet::new();
        for text in all {
            if let Some((name, flags)) = command(text) {
                let help = help(&name);
                for flag in flags {
                    assert!(help.contains(flag), "'{text}': there is no {flag}");
                }
                commands.extend(name);
            } else if let Some(flags) = text.strip_prefix("--") {
                for flag in format!("--{flags}").split(' ').filter(|word| word.starts_with("--")) {
                    let of_backup = flag.starts_with("--with-") && help(&["backup"]).contains(flag);
                    assert!(of_backup || serve.contains(flag), "there is no {flag}");
                }
            }
        }
        for told in ["backup", "verify", "health", "person", "setup-link", "token"] {
            assert!(commands.contains(told), "{told} is not on the page");
        }
    }
}

#[test]
fn every_metric_of_the_page_is_there() {
    let place = Place::new(&[]);
    let mut command = place.serve();
    command.arg("--tls");
    let server = Server::from(command, place.token()).unwrap();
    let root = certificate(&fs::read(place.data().join("tls/authority.crt")).unwrap());
    let with_token = format!("authorization: Bearer {}\r\n", place.token());
    let ask = |path: &str| secure_with(server.address, &root, "localhost", path, &with_token).unwrap();
    ask("/api/v1/runs");
    let there = ask("/api/v1/metrics").text();
    for page in PAGES {
        let metrics = quoted(page).into_iter().filter(|text| text.starts_with("gemba_"));
        let names: BTreeSet<&str> = metrics.map(|text| text.split('{').next().unwrap()).collect();
        assert!(names.len() >= 6, "{names:?}");
        for name in names {
            assert!(there.contains(&format!("\n{name}")), "{name} is not in {there}");
        }
    }
}
