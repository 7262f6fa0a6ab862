//! Everything this crate can say to a person: one entry per code, in English and Chinese, with why it matters on the
//! floor and one wrong and one right example. A code is never given another meaning.

mod failing;
mod fields;
mod file;
mod flow;
mod formulas;
mod handling;
mod names;
mod outside;
mod printing;
mod site;
mod structure;
mod tests;
mod together;
mod values;

use crate::diagnostic::{Diagnostic, Severity};

pub(crate) use failing::*;
pub(crate) use fields::*;
pub(crate) use file::*;
pub(crate) use flow::*;
pub(crate) use formulas::*;
pub(crate) use handling::*;
pub(crate) use names::*;
pub(crate) use outside::*;
pub(crate) use printing::*;
pub(crate) use site::*;
pub(crate) use structure::*;
pub(crate) use tests::*;
pub(crate) use together::*;
pub(crate) use values::*;

/// Where an example stands, so that it can be shown and tried in a whole file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Frame {
    /// It is an app.
    File,
    /// It is a list of steps.
    Steps,
    /// It is a list of fields of a form.
    Fields,
    /// It is a list of steps of an app that is checked against [`EXAMPLE_SITE`].
    OnSite,
    /// The same, on a site that has nothing but a name.
    SiteShort,
    /// The same, where nobody but the operator and the inspector is there.
    WithPeople,
    /// It is a list of steps of an app at a site without shifts.
    WithoutShifts,
    /// It is an app that is checked against [`EXAMPLE_SITE`].
    OnSiteApp,
    /// It is a site file.
    SiteFile,
    /// It is an app and others beside it, with `---` between them; the mistake is in the first.
    Folder,
    /// It is a new version and the published one, with `---` between them; the mistake is in the first.
    NewVersion,
    /// It only shows what is meant: the real thing would be too large to print.
    Shortened,
}

/// What stands in an example in front of the place of its mistake.
pub const MISTAKE: char = '»';

/// The site that examples refer to.
pub const EXAMPLE_SITE: &str = "site: Plant\ntime_zone: Asia/Shanghai\nareas:\n  - area: machining\n    lines:\n      - line: line-3\n        stations: [qc-1, qc-2]\nroles: [operator, inspector, team leader]\nskills: [TIG welding, Crane]\nshifts:\n  - shift: Early\n    days: mon-fri\n    from: \"06:00\"\n    to: \"14:00\"\nsignals:\n  - signal: Spindle speed\n    unit: 1/min\n    write: {connection: plant_broker, topic: spindle/set}\n  - signal: Coolant level\nconnections:\n  - connection: erp\n    address: https://erp.example/api\n    paths: [/orders, /orders/*]\n  - connection: plant_broker\n    address: mqtt://broker.example\ntables:\n  - table: Gauges\n    key: gauge\n    columns: [gauge, calibrated_until, uncertainty]\nreasons:\n  - tree: Downtime\n    reasons: [Machine, Material]\nchannels:\n  - channel: Maintenance mail\n    email: [maintenance@plant.example]\nnumbers:\n  - series: NCR\n    format: NCR-{year}-{0001}\nprinters:\n  - printer: Label printer\n    address: tcp://10.0.0.7:9100\n";

/// A site where almost nothing is declared.
const SHORT_SITE: &str =
    "site: Plant\ntime_zone: Asia/Shanghai\nareas:\n  - area: machining\n    stations: [qc-1]\nroles: [operator]\n";

/// One kind of problem.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry {
    /// `G0123`, stable for ever.
    pub code: &'static str,
    pub severity: Severity,
    /// Message with `{words}` of the place, in English.
    pub en: &'static str,
    /// The same in Chinese.
    pub zh: &'static str,
    /// Why it matters on the floor; may be empty.
    pub why_en: &'static str,
    pub why_zh: &'static str,
    pub frame: Frame,
    /// An example that gets this code at [`MISTAKE`]; see [`Entry::wrong_file`].
    pub wrong: &'static str,
    /// The same, right; see [`Entry::right_file`].
    pub right: &'static str,
}

impl Entry {
    /// The wrong example as a whole file, and the byte of its mistake.
    pub fn wrong_file(&self) -> (String, usize) {
        let marked = self.whole(self.wrong);
        let at = marked.find(MISTAKE).unwrap_or(0);
        (marked.replacen(MISTAKE, "", 1), at)
    }

    /// The right example as a whole file.
    pub fn right_file(&self) -> String {
        self.whole(self.right)
    }

    /// What is said of a file as the examples of this entry are checked.
    pub fn check(&self, source: &str) -> Vec<Diagnostic> {
        match self.frame {
            Frame::OnSite | Frame::OnSiteApp => {
                let site = crate::read_site(EXAMPLE_SITE).value;
                crate::read_app(source, site.as_ref()).diagnostics
            }
            Frame::WithoutShifts => {
                let site = crate::read_site(EXAMPLE_SITE).value.map(|site| crate::model::Site {
                    shifts: Vec::new(),
                    ..site
                });
                crate::read_app(source, site.as_ref()).diagnostics
            }
            Frame::SiteShort => {
                let site = crate::read_site(SHORT_SITE).value;
                crate::read_app(source, site.as_ref()).diagnostics
            }
            Frame::WithPeople => with_people(source),
            Frame::SiteFile => crate::read_site(source).diagnostics,
            Frame::Shortened if source.starts_with("site:") => crate::read_site(source).diagnostics,
            Frame::Folder => beside(source),
            Frame::NewVersion => anew(source),
            Frame::File | Frame::Steps | Frame::Fields | Frame::Shortened => crate::read_app(source, None).diagnostics,
        }
    }

    fn whole(&self, example: &str) -> String {
        let indent = |by: usize| {
            let lines = example.lines().map(|line| format!("{}{line}\n", " ".repeat(by)));
            lines.collect::<String>()
        };
        match self.frame {
            Frame::File | Frame::OnSiteApp | Frame::SiteFile | Frame::Shortened | Frame::Folder | Frame::NewVersion => {
                example.to_owned()
            }
            Frame::Steps | Frame::OnSite | Frame::SiteShort | Frame::WithoutShifts | Frame::WithPeople => {
                format!("app: Example\nsteps:\n{}", indent(2))
            }
            Frame::Fields => format!("app: Example\nsteps:\n  - form: Ask\n    fields:\n{}", indent(6)),
        }
    }
}

/// What is said of an app where some roles of [`EXAMPLE_SITE`] are nobody's.
fn with_people(source: &str) -> Vec<Diagnostic> {
    let site = crate::read_site(EXAMPLE_SITE).value;
    let read = crate::read_app(source, site.as_ref());
    let mut found = read.diagnostics;
    if let Some(app) = &read.value {
        let had = ["operator", "inspector"].map(crate::model::Id::new);
        found.extend(crate::check_people(source, app, &had.into_iter().collect()));
    }
    found
}

/// What is said of the first app of several.
fn beside(source: &str) -> Vec<Diagnostic> {
    let read = |text| (text, crate::read_app(text, None));
    let read: Vec<_> = source.split("---\n").map(read).collect();
    let apps = || read.iter().filter_map(|(_, read)| read.value.as_ref());
    let mut found = read
        .first()
        .map(|(_, read)| read.diagnostics.clone())
        .unwrap_or_default();
    if let Some((text, crate::Read { value: Some(app), .. })) = read.first() {
        found.extend(crate::Together::of(apps()).check(text, app));
    }
    found
}

/// What is said of the first app as a new version of the second.
fn anew(source: &str) -> Vec<Diagnostic> {
    let (text, published) = source.split_once("---\n").unwrap_or((source, ""));
    let read = crate::read_app(text, None);
    let mut found = read.diagnostics;
    if let (Some(app), Some(published)) = (&read.value, &crate::read_app(published, None).value) {
        found.extend(crate::check_against(text, app, published));
    }
    found
}

macro_rules! entries {
    ($(
        $name:ident = $code:literal $severity:ident $frame:ident
        $en:literal, $zh:literal;
        why $why_en:literal, $why_zh:literal;
        $wrong:literal => $right:literal
    )*) => {
        $(pub(crate) const $name: &crate::catalogue::Entry = &crate::catalogue::Entry {
            code: $code,
            severity: crate::diagnostic::Severity::$severity,
            en: $en,
            zh: $zh,
            why_en: $why_en,
            why_zh: $why_zh,
            frame: crate::catalogue::Frame::$frame,
            wrong: $wrong,
            right: $right,
        };)*
        pub(super) const ALL: &[&crate::catalogue::Entry] = &[$($name),*];
    };
}
pub(crate) use entries;

/// Every entry, in order of code.
pub fn all() -> Vec<&'static Entry> {
    let families = [
        fields::ALL,
        file::ALL,
        structure::ALL,
        names::ALL,
        values::ALL,
        formulas::ALL,
        flow::ALL,
        failing::ALL,
        outside::ALL,
        tests::ALL,
        together::ALL,
        site::ALL,
        printing::ALL,
        handling::ALL,
    ];
    let mut found: Vec<&'static Entry> = families.into_iter().flatten().copied().collect();
    found.sort_by_key(|entry| entry.code);
    found
}

/// The entry of a code such as `G0203`.
pub fn find(code: &str) -> Option<&'static Entry> {
    all().into_iter().find(|entry| entry.code == code)
}
