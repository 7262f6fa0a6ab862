//! What plugins are installed at a site, as far as apps refer to them.

use std::collections::BTreeSet;

/// Steps of plugins by name: `spc/capability`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Plugins {
    steps: BTreeSet<(String, String)>,
}

impl Plugins {
    /// Adds a step that a plugin's manifest names.
    pub fn add(&mut self, plugin: &str, step: &str) {
        self.steps.insert((plugin.to_owned(), step.to_owned()));
    }

    pub(crate) fn has(&self, plugin: &str, step: &str) -> bool {
        self.steps.contains(&(plugin.to_owned(), step.to_owned()))
    }

    pub(crate) fn steps(&self) -> impl Iterator<Item = String> {
        self.steps.iter().map(|(plugin, step)| format!("{plugin}/{step}"))
    }
}
