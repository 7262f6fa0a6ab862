//! `run`: a step of a plugin.
use expression::{Duration, Names, Type};

use super::StepOf;
use crate::catalogue as c;
use crate::model::{Computed, Id, Located, Table};
use crate::read::keys::{Kind, Shape, key};
use crate::read::{Entry, Reader, Report};

/// `- run: plugin/step` with `with`, `within` and `as`.
#[derive(Clone, Debug, PartialEq)]
pub struct Run {
    pub plugin: Located<Id>,
    pub step: Id,
    pub with: Vec<(Id, Computed)>,
    pub within: Duration,
    pub name: Option<Id>,
}

impl StepOf for Run {
    const KIND: Kind = Kind {
        word: "run",
        shape: Shape::Word,
        doc: "Does a step of a plugin that is installed at the site.",
        keys: &[
            key("with", Shape::Values, "What the plugin's step is given."),
            key(
                "within",
                Shape::Duration,
                "How long it may take; 30 s when it is not written.",
            ),
            key("as", Shape::Id, "Name of what comes out."),
        ],
        example: "- run: spc/capability\n  with:\n    readings: = [25.01, 25.02]\n  as: capability",
    };

    fn read(reader: &mut Reader<'_>, entry: &Entry) -> Option<Self> {
        let text = reader.words(entry.value, "run")?;
        let span = reader.span(entry.value);
        let Some((plugin, step)) = text
            .split_once('/')
            .filter(|(plugin, step)| !plugin.is_empty() && !step.is_empty())
        else {
            reader.push(Report::new(c::PLUGIN_STEP_EXPECTED, span).arg("found", text));
            return None;
        };
        // Without a site nothing is known of what is installed there.
        if reader.site.is_some() && !reader.plugins.has(plugin, step) {
            let mut known: Vec<String> = reader.plugins.steps().collect();
            known.truncate(20);
            let report = Report::new(c::PLUGIN_UNKNOWN, span)
                .arg("found", text.as_str())
                .arg("plugin", plugin);
            reader.push(report.expected(known));
        }
        let with = entry
            .keys
            .get("with")
            .map(|node| reader.members(node, "with"))
            .unwrap_or_default();
        let within = reader.answer_within(&entry.keys);
        let name = entry.keys.get("as").and_then(|node| reader.id(node));
        Some(Run {
            plugin: Located {
                value: Id::new(plugin),
                span,
            },
            step: Id::new(step),
            with,
            within,
            name,
        })
    }

    fn values(&self, _names: &mut Names, _tables: &[Table]) -> Vec<(Id, Type)> {
        self.name.iter().map(|name| (name.clone(), Type::Any)).collect()
    }
}
