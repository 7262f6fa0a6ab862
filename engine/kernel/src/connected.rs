//! Which fields of a form have to do with each other.
//!
//! A check of some of them that are connected with no others says of them what a check of the whole form says. So a page
//! looks at a field that someone types into, and at those connected with it, rather than at hundreds. The server, which
//! is asked once for a form, checks it as a whole.

use std::collections::BTreeMap;
use std::sync::Arc;

use expression::{Formula, Template};
use language::fields::FieldKind;
use language::model::{Field, Id, Objection};

/// The fields of a form by their places, in parts that are connected by formulas and gauges, directly or over others.
/// Parts are in the order of their first fields, and the fields of each in that of the form; every field is in one.
pub fn connected(form: &[Field], step: Option<&Id>) -> Vec<Vec<usize>> {
    let names = form.iter().enumerate().rev();
    let by_name: BTreeMap<&str, usize> = names.map(|(place, field)| (field.id.as_str(), place)).collect();
    let mut found = Joined::new(form.len());
    for (place, field) in form.iter().enumerate() {
        // Two of one name answer for each other.
        let same = by_name.get(field.id.as_str());
        found.join(place, same.copied().unwrap_or(place));
        for path in names_of(field) {
            let own_step = step.is_some_and(|step| path.first() == Some(&step.0));
            let name = match (own_step, path.as_slice()) {
                // All of the form at once.
                (true, [_]) => {
                    found.join_all();
                    continue;
                }
                (true, [_, name, ..]) | (false, [name, ..]) => name,
                (_, []) => continue,
            };
            if let Some(other) = by_name.get(&**name) {
                found.join(place, *other);
            }
        }
    }
    found.parts()
}

/// Every name, with its members, that what is said of a field may depend on. A suggestion sees nothing of the form.
fn names_of(field: &Field) -> Vec<Vec<Arc<str>>> {
    let objections: Vec<&Objection> = field.refuse_if.iter().chain(&field.warn_if).collect();
    let conditions = objections.iter().map(|objection| &objection.condition);
    let formulas = conditions.chain(&field.show_if).map(|condition| &condition.value);
    let templates = objections
        .iter()
        .filter_map(|objection| objection.message.as_ref())
        .flat_map(|message| message.by_language.values().chain([&message.default]));
    let read = formulas
        .chain(field.kind.formulas())
        .flat_map(Formula::references)
        .chain(templates.flat_map(Template::references));
    let mut names: Vec<Vec<Arc<str>>> = read.map(|reference| reference.path).collect();
    if let FieldKind::Measure(measure) = &field.kind
        && let Some(gauge) = &measure.gauge
    {
        names.push(vec![gauge.field.0.clone()]);
    }
    names.extend(field.kind.below().iter().flat_map(names_of));
    names
}

/// Sets of places, joined as they are found to be connected.
struct Joined(Vec<usize>);

impl Joined {
    fn new(count: usize) -> Joined {
        Joined((0..count).collect())
    }

    fn first_of(&self, mut place: usize) -> usize {
        while let Some(before) = self.0.get(place).copied().filter(|before| *before != place) {
            place = before;
        }
        place
    }

    fn join(&mut self, one: usize, other: usize) {
        let (one, other) = (self.first_of(one), self.first_of(other));
        if let Some(later) = self.0.get_mut(one.max(other)) {
            *later = one.min(other);
        }
    }

    fn join_all(&mut self) {
        for place in 1..self.0.len() {
            self.join(0, place);
        }
    }

    fn parts(&self) -> Vec<Vec<usize>> {
        let mut parts: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for place in 0..self.0.len() {
            parts.entry(self.first_of(place)).or_default().push(place);
        }
        parts.into_values().collect()
    }
}
