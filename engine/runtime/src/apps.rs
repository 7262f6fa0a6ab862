//! All versions of all apps: kept as source, compiled when first needed.

use crate::answers::Checker;
use crate::{AppView, Error};
use kernel::Program;
use language::diagnostic::{Diagnostic, Severity};
use language::model::{App, Field, Id, Site, Step};
use language::steps::StepKind;
use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock, RwLock};
use store::rows::AppRow;

/// Shared by the writer and all readers.
pub(crate) struct Catalogue {
    site: Arc<Site>,
    apps: RwLock<BTreeMap<String, Vec<Arc<Version>>>>,
}

/// One version as it is kept; its program is made when first asked for.
pub(crate) struct Version {
    pub(crate) row: AppRow,
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
    pub(crate) fn new(app: Arc<App>) -> Compiled {
        let mut forms = BTreeMap::new();
        each_form(&app.steps, &mut |step, _| {
            forms.insert(step.id.clone(), OnceLock::new());
        });
        let program = Program::compile(app.clone());
        Compiled {
            app,
            program,
            inputs: OnceLock::new(),
            forms,
        }
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
        find_fields(&self.app.steps, step)
    }
}

impl Version {
    pub(crate) fn new(row: AppRow) -> Version {
        Version {
            row,
            compiled: OnceLock::new(),
        }
    }

    pub(crate) fn with(row: AppRow, compiled: Arc<Compiled>) -> Version {
        Version {
            row,
            compiled: OnceLock::from(Ok(compiled)),
        }
    }

    pub(crate) fn compiled(&self, site: &Site) -> Result<Arc<Compiled>, Error> {
        self.compiled
            .get_or_init(|| read_stored(&self.row, Some(site)))
            .clone()
            .map_err(Error::App)
    }

    /// The title falls back to the id when this version of Gemba refuses the app.
    pub(crate) fn view(&self, site: &Site) -> AppView {
        let app = self.compiled(site).ok().map(|compiled| compiled.app.clone());
        AppView {
            id: self.row.app.clone(),
            version: self.row.version,
            title: app
                .as_ref()
                .map_or_else(|| self.row.app.clone(), |app| app.title.default.source().to_owned()),
            about: app.and_then(|app| app.about.as_ref().map(|about| about.default.source().to_owned())),
            hash: hexadecimal(&self.row.hash),
            published_at_ms: self.row.published_at_ms,
            published_by: self.row.published_by.clone(),
        }
    }
}

/// Reads a source that was accepted once. What the site no longer names (a role that was removed) must not stop the
/// runs that are under way, so a source that fails with the site is read without it.
pub(crate) fn read_stored(row: &AppRow, site: Option<&Site>) -> Result<Arc<Compiled>, Vec<Diagnostic>> {
    let read = language::read_app(&row.source, site);
    let app = match read.value {
        Some(app) => app,
        None => language::read_app(&row.source, None)
            .value
            .ok_or_else(|| errors_of(read.diagnostics))?,
    };
    Ok(Arc::new(Compiled::new(Arc::new(app))))
}

/// The diagnostics that refuse a file.
pub(crate) fn errors_of(diagnostics: Vec<Diagnostic>) -> Vec<Diagnostic> {
    diagnostics
        .into_iter()
        .filter(|found| found.severity == Severity::Error)
        .collect()
}

impl Catalogue {
    /// `rows` with the oldest version first.
    pub(crate) fn new(site: Arc<Site>, rows: Vec<AppRow>) -> Catalogue {
        let mut apps: BTreeMap<String, Vec<Arc<Version>>> = BTreeMap::new();
        for row in rows {
            apps.entry(row.app.clone())
                .or_default()
                .push(Arc::new(Version::new(row)));
        }
        Catalogue {
            site,
            apps: RwLock::new(apps),
        }
    }

    /// The newest when `version` is `None`.
    pub(crate) fn version(&self, app: &str, version: Option<u32>) -> Result<Arc<Version>, Error> {
        let apps = self.read();
        let Some(versions) = apps.get(app) else {
            let nearest = nearest(app, apps.keys().map(String::as_str));
            return Err(Error::NotFound {
                what: "app",
                id: app.to_owned(),
                nearest,
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
        self.version(app, version)?.compiled(&self.site)
    }

    /// Newest versions, by id.
    pub(crate) fn newest(&self) -> Vec<Arc<Version>> {
        self.read()
            .values()
            .filter_map(|versions| versions.last().cloned())
            .collect()
    }

    /// After the commit that keeps it.
    pub(crate) fn add(&self, version: Arc<Version>) {
        let mut apps = self.apps.write().unwrap_or_else(|poisoned| poisoned.into_inner());
        apps.entry(version.row.app.clone()).or_default().push(version);
    }

    fn read(&self) -> std::sync::RwLockReadGuard<'_, BTreeMap<String, Vec<Arc<Version>>>> {
        // Nothing is written in parts, so a poisoned lock holds a whole map.
        self.apps.read().unwrap_or_else(|poisoned| poisoned.into_inner())
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

fn each_form(steps: &[Step], found: &mut impl FnMut(&Step, &[Field])) {
    for step in steps {
        if let StepKind::Form(form) = &step.kind {
            found(step, &form.fields);
        }
        for inner in inner_steps(step) {
            each_form(inner, found);
        }
    }
}

fn find_fields<'a>(steps: &'a [Step], id: &Id) -> Option<&'a [Field]> {
    steps.iter().find_map(|step| match &step.kind {
        StepKind::Form(form) if step.id == *id => Some(form.fields.as_slice()),
        _ => inner_steps(step).into_iter().find_map(|inner| find_fields(inner, id)),
    })
}

/// The step lists inside a step.
fn inner_steps(step: &Step) -> Vec<&[Step]> {
    match &step.kind {
        StepKind::If(inner) => vec![&inner.steps, &inner.otherwise],
        StepKind::Choose(inner) => {
            let ways = inner.ways.iter().map(|way| way.steps.as_slice());
            ways.chain([inner.otherwise.as_slice()]).collect()
        }
        StepKind::Repeat(inner) => vec![&inner.steps, &inner.otherwise],
        StepKind::ForEach(inner) => vec![&inner.steps],
        StepKind::Together(inner) => inner.branches.iter().map(|branch| branch.steps.as_slice()).collect(),
        StepKind::WaitFor(inner) => inner.otherwise.iter().map(Vec::as_slice).collect(),
        StepKind::Form(_)
        | StepKind::Wait(_)
        | StepKind::WaitUntil(_)
        | StepKind::Set(_)
        | StepKind::Find(_)
        | StepKind::Save(_)
        | StepKind::Hold(_)
        | StepKind::Release(_)
        | StepKind::Call(_)
        | StepKind::Tell(_)
        | StepKind::Finish(_)
        | StepKind::Fail(_) => Vec::new(),
    }
}
