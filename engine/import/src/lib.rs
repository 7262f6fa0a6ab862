//! Paper to app: a check sheet in .xlsx, or an XLSForm, becomes the YAML of an app, with a report of what was
//! understood, what was guessed and what was not. Bytes in, text out: no IO.
//!
//! `workbook` reads the file within the limits of [`limits`]; `checksheet` and `xlsform` make a draft of an app of it;
//! `yaml` writes the draft and has the language check it: what the checker refuses is taken back and reported, so what
//! comes out passes `gemba check` and `gemba fmt --check`. Nothing is left out or guessed silently: every cell that
//! says something about an item is in the app or in the report ([`codes`] lists what it can say).

mod checksheet;
pub mod codes;
mod draft;
pub mod limits;
mod report;
mod tolerance;
mod workbook;
mod xlsform;
mod yaml;

pub use language::Keywords;
pub use report::{Grade, Note, Place, Report};
pub use workbook::Error;

/// What a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Items in rows, as people draw them.
    CheckSheet,
    /// Sheets `survey` and `choices` (xlsform.org).
    XlsForm,
}

/// How a check sheet of several sheets is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Sheets {
    /// One app with a form for each sheet.
    #[default]
    AsForms,
    /// An app for each sheet.
    AsApps,
}

/// What to make of a file.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// What it is; found out when not given.
    pub kind: Option<Kind>,
    pub sheets: Sheets,
    /// The words of the language in what is made.
    pub keywords: Keywords,
    /// Name of the file without its ending: the name of the app where the file gives none.
    pub file_name: String,
}

/// What was made of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Imported {
    pub kind: Kind,
    /// At least one; passes the check and is laid out as the formatter does.
    pub apps: Vec<App>,
    pub report: Report,
}

/// One app.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct App {
    /// Id of the app: what its file is called.
    pub id: String,
    pub yaml: String,
    /// Fields that it asks, those inside others included.
    pub fields: usize,
}

/// Makes apps of the bytes of an .xlsx file.
///
/// # Errors
/// When the file cannot be read, is beyond a limit, or nothing in it looks like items or questions.
pub fn import(bytes: &[u8], options: &Options) -> Result<Imported, Error> {
    let book = workbook::read(bytes)?;
    let kind = match options.kind {
        Some(kind) => kind,
        None if xlsform::is_one(&book) => Kind::XlsForm,
        None => Kind::CheckSheet,
    };
    let mut report = Report::default();
    let drafts = match (kind, options.sheets) {
        (Kind::XlsForm, _) => vec![xlsform::read(&book, &options.file_name, &mut report)?],
        (Kind::CheckSheet, Sheets::AsForms) => vec![checksheet::whole(&book, &options.file_name, &mut report)?],
        (Kind::CheckSheet, Sheets::AsApps) => checksheet::each(&book, &options.file_name, &mut report)?,
    };
    let mut apps: Vec<App> = Vec::new();
    for draft in drafts {
        let fields = draft.forms.iter().map(|form| draft::count(&form.fields)).sum();
        let yaml = yaml::finish(draft, options.keywords, &mut report)?;
        let read = language::read_app(&yaml, None);
        let id = read.value.map(|app| app.id.to_string());
        let mut id = id.ok_or_else(|| Error::NotValid("the layout changed it".to_owned()))?;
        // Two sheets of one name.
        while apps.iter().any(|app| app.id == id) {
            id.push_str("_2");
        }
        apps.push(App { id, yaml, fields });
    }
    Ok(Imported { kind, apps, report })
}
