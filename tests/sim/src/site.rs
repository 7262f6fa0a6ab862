//! The plant in which everything happens.

use language::model::Site;
use std::sync::{Arc, OnceLock};

pub const SITE: &str = r#"
site: Simulated plant
time_zone: Europe/Berlin
areas:
  - area: machining
    title: Machining
    lines:
      - line: line-3
        title: Line 3
        stations: [qc-1, qc-2, op-10]
roles: [operator, inspector, team leader, setter]
shifts:
  - shift: Early
    days: mon-sat
    from: "06:00"
    to: "14:00"
    breaks: ["09:00-09:15"]
  - shift: Late
    days: mon-fri
    from: "14:00"
    to: "22:00"
numbers:
  - series: NCR
    format: NCR-{year}-{0001}
  - series: Label
    format: LABEL-{year}{month}{day}-{1}
tables:
  - table: Parts
    key: part
    columns: [part, kind]
signals:
  - signal: Speed
    at: op-10
    write: {connection: plant broker, topic: op10/speed/set}
  - signal: Level
    stale_after: 1 h
connections:
  - connection: erp
    address: https://erp.example/api/
    methods: [GET, POST]
    paths: ["/*"]
  - connection: plant broker
    address: mqtts://broker.example:8883
printers:
  - printer: Label printer
    at: qc-1
    address: tcp://10.0.0.7:9100
    format: zpl
    dpi: 203
  - printer: Papers
    address: folder:papers
    format: pdf
"#;

/// Read once.
pub fn site() -> Arc<Site> {
    static READ: OnceLock<Arc<Site>> = OnceLock::new();
    READ.get_or_init(|| {
        let read = language::read_site(SITE);
        Arc::new(
            read.value
                .unwrap_or_else(|| panic!("the site is right: {:?}", read.diagnostics)),
        )
    })
    .clone()
}

/// A person with roles; the last one supervises.
pub struct Person {
    pub id: &'static str,
    pub roles: &'static [&'static str],
    pub station: Option<&'static str>,
    pub supervises: bool,
}

pub const PEOPLE: &[Person] = &[
    Person {
        id: "ann",
        roles: &["operator"],
        station: Some("qc-1"),
        supervises: false,
    },
    Person {
        id: "bo",
        roles: &["operator", "setter"],
        station: Some("op-10"),
        supervises: false,
    },
    Person {
        id: "cy",
        roles: &["inspector"],
        station: Some("qc-2"),
        supervises: false,
    },
    Person {
        id: "dee",
        roles: &["team_leader", "inspector", "operator", "setter"],
        station: None,
        supervises: true,
    },
];
