//! All versions of all apps: kept as source, compiled when first needed, each with the site of its day.

use crate::answers::Checker;
use crate::{AppView, Error, schedule, site};
use kernel::Program;
use language::diagnostic::{Diagnostic, Severity};
use language::fields::FieldKind;
use language::model::{App, Field, Id, Site, Step};
use language::steps::{Form, StepKind};
use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock, RwLock, RwLockReadGuard, RwLockWriteGuard};
use store::rows::{AppRow, RunId};

/// Shared by the writer and all readers.
pub(crate) struct Catalogue {
    kept: RwLock<Kept>,
}

#[derive(Default)]
struct Kept {
    apps: BTreeMap<String, Vec<Arc<Version>>>,
    /// Apps by the id of their schedule.
    schedules: BTreeMap<RunId, String>,
    /// The newest site, and how often it has changed.
    site: Option<Arc<Site>>,
    sites: u32,
    /// Of the newest row; a later one never goes before it, whatever the clock says.
    newest_at_ms: i64,
}

/// One version as it is kept; its program is made when first asked for.
pub(crate) struct Version {
    pub(crate) row: AppRow,
    site: Arc<Site>,
    compiled: OnceLock<Result<Arc<Compiled>, Vec<Diagnostic>>>,
}

/// A version ready to run.
pub(crate) struct Compiled {
    pub(crate) app: Arc<App>,
    pub(crate) program: Program,
    inputs: OnceLock<Checker>,
    forms: BTreeMap<Id, OnceLock<Checker>>,
}

impl Compiled {
    pub(crate) fn new(app: Arc<App>, site: &Arc<Site>) -> Compiled {
        let mut forms = BTreeMap::new();
        each_form(&app.steps, &mut |step| {
            forms.insert(step.id.clone(), OnceLock::new());
        });
        let program = Program::compile(app.clone(), site);
        Compiled {
            app,
            program,
            inputs: OnceLock::new(),
            forms,
        }
    }

    /// Whether the answers to this form contain a signature, as the kernel sees it.
    pub(crate) fn signs(&self, step: &Id, answers: &serde_json::Map<String, serde_json::Value>) -> bool {
        self.fields(step).unwrap_or_default().iter().any(|field| {
            let is_given = || answers.get(field.id.as_str()).is_some_and(|answer| !answer.is_null());
            matches!(field.kind, FieldKind::Sign(_)) && is_given()
        })
    }

    /// What the inputs of a start are checked with.
    pub(crate) fn inputs(&self) -> &Checker {
        self.inputs.get_or_init(|| Checker::new(&self.app.inputs))
    }

    /// What the answers of a form are checked with; `None` when the app has no such form.
    pub(crate) fn form(&self, step: &Id) -> Option<&Checker> {
        let checker = self.forms.get(step)?;
        Some(checker.get_or_init(|| Checker::new(self.fields(step).unwrap_or_default())))
    }

    pub(crate) fn fields(&self, step: &Id) -> Option<&[Field]> {
        self.asked(step).map(|form| form.fields.as_slice())
    }

    /// The form of this step.
    pub(crate) fn asked(&self, step: &Id) -> Option<&Form> {
        find_form(&self.app.steps, step)
    }
}

impl Version {
    fn new(row: AppRow, site: Arc<Site>) -> Version {
        Version {
            row,
            site,
            compiled: OnceLock::new(),
        }
    }

    /// One that was just read for `site`.
    pub(crate) fn with(row: AppRow, site: Arc<Site>, compiled: Arc<Compiled>) -> Version {
        Version {
            row,
            site,
            compiled: OnceLock::from(Ok(compiled)),
        }
    }

    /// Fails with all diagnostics when this version of Gemba refuses what an older one accepted.
    pub(crate) fn compiled(&self) -> Result<Arc<Compiled>, Error> {
        let read = || {
            let read = language::read_app(&self.row.source, site::declared(&self.site));
            let app = read.value.ok_or_else(|| errors_of(read.diagnostics))?;
            Ok(Arc::new(Compiled::new(Arc::new(app), &self.site)))
        };
        self.compiled.get_or_init(read).clone().map_err(Error::App)
    }

    /// The title falls back to the id when this version of Gemba refuses the app.
    pub(crate) fn view(&self) -> AppView {
        let app = self.compiled().ok().map(|compiled| compiled.app.clone());
        let title = app.as_ref().map(|app| app.title.default.source().to_owned());
        let titles = app.as_ref().map(|app| by_language(&app.title)).unwrap_or_default();
        let about = app.as_ref().and_then(|app| app.about.as_ref());
        let abouts = about.map(by_language).unwrap_or_default();
        let about = about.map(|about| about.default.source().to_owned());
        AppView {
            id: self.row.app.clone(),
            version: self.row.version,
            title: title.unwrap_or_else(|| self.row.app.clone()),
            about,
            titles,
            abouts,
            hash: hexadecimal(&self.row.hash),
            published_at_ms: self.row.published_at_ms,
            published_by: self.row.published_by.clone(),
        }
    }
}

fn by_language(text: &language::model::Text) -> Vec<(String, String)> {
    let texts = text.by_language.iter();
    texts
        .map(|(tag, text)| (tag.clone(), text.source().to_owned()))
        .collect()
}

/// The diagnostics that refuse a file.
pub(crate) fn errors_of(diagnostics: Vec<Diagnostic>) -> Vec<Diagnostic> {
    diagnostics
        .into_iter()
        .filter(|found| found.severity == Severity::Error)
        .collect()
}

impl Kept {
    fn add(&mut self, version: Arc<Version>) {
        self.newest_at_ms = self.newest_at_ms.max(version.row.published_at_ms);
        let app = &version.row.app;
        self.schedules
            .entry(schedule::id_of(app))
            .or_insert_with(|| app.clone());
        self.apps.entry(app.clone()).or_default().push(version);
    }

    fn knows(&self, row: &AppRow) -> bool {
        let versions = self.apps.get(&row.app);
        versions.is_some_and(|versions| versions.iter().any(|version| version.row.version == row.version))
    }
}

impl Catalogue {
    /// `rows` with the oldest version first.
    pub(crate) fn new(rows: Vec<AppRow>) -> Result<Catalogue, store::Error> {
        let catalogue = Catalogue {
            kept: RwLock::default(),
        };
        catalogue.take_up(rows)?;
        Ok(catalogue)
    }

    /// Adds those of `rows` that are not known; the oldest version comes first.
    pub(crate) fn take_up(&self, rows: Vec<AppRow>) -> Result<(), store::Error> {
        let mut kept = self.write();
        let mut of_its_day = None;
        for row in rows {
            if site::is_site(&row) {
                let read = Arc::new(site::of_row(&row)?);
                if row.version > kept.sites {
                    kept.sites = row.version;
                    kept.site = Some(read.clone());
                    kept.newest_at_ms = kept.newest_at_ms.max(row.published_at_ms);
                }
                of_its_day = Some(read);
            } else if !kept.knows(&row) {
                let site = of_its_day.clone().unwrap_or_default();
                kept.add(Arc::new(Version::new(row, site)));
            }
        }
        Ok(())
    }

    /// The row that keeps `site`, when it is not the one that is kept already; later than every version before it.
    pub(crate) fn row_of_site(&self, site: &Site, now_ms: i64) -> Option<AppRow> {
        let kept = self.read();
        let changed = kept.site.as_deref() != Some(site);
        changed.then(|| site::row(site, kept.sites + 1, now_ms.max(kept.newest_at_ms + 1)))
    }

    /// The moment under which a version that comes now is kept.
    pub(crate) fn next_at_ms(&self, now_ms: i64) -> i64 {
        self.read().newest_at_ms.max(now_ms)
    }

    /// The newest when `version` is `None`.
    pub(crate) fn version(&self, app: &str, version: Option<u32>) -> Result<Arc<Version>, Error> {
        let kept = self.read();
        let Some(versions) = kept.apps.get(app) else {
            return Err(Error::NotFound {
                what: "app",
                id: app.to_owned(),
                nearest: nearest(app, kept.apps.keys().map(String::as_str)),
            });
        };
        let found = match version {
            None => versions.last(),
            Some(number) => versions.iter().find(|version| version.row.version == number),
        };
        found.cloned().ok_or_else(|| Error::NotFound {
            what: "app version",
            id: format!("{app} {}", version.unwrap_or_default()),
            nearest: versions.last().map(|newest| format!("{app} {}", newest.row.version)),
        })
    }

    pub(crate) fn compiled(&self, app: &str, version: Option<u32>) -> Result<Arc<Compiled>, Error> {
        self.version(app, version)?.compiled()
    }

    /// The site that was kept last.
    pub(crate) fn newest_site(&self) -> Option<Arc<Site>> {
        self.read().site.clone()
    }

    /// Newest versions, by id.
    pub(crate) fn newest(&self) -> Vec<Arc<Version>> {
        let kept = self.read();
        kept.apps
            .values()
            .filter_map(|versions| versions.last().cloned())
            .collect()
    }

    /// The app whose schedule has this id.
    pub(crate) fn scheduled(&self, id: RunId) -> Option<String> {
        self.read().schedules.get(&id).cloned()
    }

    /// After the commit that keeps it.
    pub(crate) fn add(&self, version: Arc<Version>) {
        self.write().add(version);
    }

    // Nothing is written in parts, so a poisoned lock holds a whole catalogue.

    fn read(&self) -> RwLockReadGuard<'_, Kept> {
        self.kept.read().unwrap_or_else(|poisoned| poisoned.into_inner())
    }

    fn write(&self) -> RwLockWriteGuard<'_, Kept> {
        self.kept.write().unwrap_or_else(|poisoned| poisoned.into_inner())
    }
}

/// The known word that `word` was probably meant to be.
pub(crate) fn nearest<'a>(word: &str, known: impl Iterator<Item = &'a str>) -> Option<String> {
    const ALIKE: f64 = 0.6;
    known
        .map(|candidate| (strsim::jaro_winkler(word, candidate), candidate))
        .filter(|(likeness, _)| *likeness >= ALIKE)
        .max_by(|one, other| one.0.total_cmp(&other.0))
        .map(|(_, candidate)| candidate.to_owned())
}

pub(crate) fn hexadecimal(bytes: &[u8]) -> String {
    use std::fmt::Write;
    let mut text = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        // Writing to a String cannot fail.
        let _ = write!(text, "{byte:02x}");
    }
    text
}

fn each_form(steps: &[Step], found: &mut impl FnMut(&Step)) {
    for step in steps {
        if matches!(step.kind, StepKind::Form(_)) {
            found(step);
        }
        for block in step.kind.blocks() {
            each_form(block.steps, found);
        }
    }
}

fn find_form<'a>(steps: &'a [Step], id: &Id) -> Option<&'a Form> {
    steps.iter().find_map(|step| match &step.kind {
        StepKind::Form(form) if step.id == *id => Some(&**form),
        kind => kind.blocks().into_iter().find_map(|block| find_form(block.steps, id)),
    })
}
