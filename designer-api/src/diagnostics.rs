//! Diagnostics of a whole file, for programs and for people.

use language::diagnostic::{Diagnostic, Language};
use serde_json::Value;
use std::path::Path;

/// For programs: a list of [`language::to_json`].
pub(crate) fn to_json(diagnostics: &[Diagnostic], source: &str, language: Language) -> Value {
    diagnostics
        .iter()
        .map(|diagnostic| language::to_json(source, diagnostic, language))
        .collect()
}

/// For people: each as [`language::render_human`] has it, with an empty line after it.
pub(crate) fn to_text(diagnostics: &[Diagnostic], source: &str, path: &Path, language: Language) -> String {
    let name = path.display().to_string();
    let render = |diagnostic| language::render_human(source, &name, diagnostic, language) + "\n";
    diagnostics.iter().map(render).collect()
}

/// Puts what was found later among the others, in order of position.
pub(crate) fn add(diagnostics: &mut Vec<Diagnostic>, found: Vec<Diagnostic>) {
    diagnostics.extend(found);
    diagnostics.sort_by_key(|diagnostic| diagnostic.span.start);
}
