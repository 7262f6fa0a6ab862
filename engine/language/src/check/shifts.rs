//! Work that lasts longer than anybody is there.

use expression::{Duration, Value};

use crate::catalogue as c;
use crate::keywords;
use crate::model::Stretch;
use crate::read::{Reader, Report};
use crate::tree::NodeId;

const DAY_MS: i64 = 24 * 60 * 60 * 1000;

/// Warns of a time for answering, by the clock, that is longer than every shift of the site. Whole days are meant as
/// they are written.
pub(crate) fn outlives_shift(reader: &mut Reader<'_>, node: NodeId, within: Stretch) {
    let Some(site) = reader.site else { return };
    let Stretch::OfClock(within) = within else { return };
    let length_ms = |shift: &crate::model::Shift| i64::from(shift.end_min() - shift.from_min) * 60_000;
    let Some(longest_ms) = site.shifts.iter().map(length_ms).max() else {
        return;
    };
    if within.as_ms() <= longest_ms || within.as_ms() % DAY_MS == 0 {
        return;
    }
    let text = reader.tree.scalar(node).unwrap_or_default().to_owned();
    let end = text.trim_end().len();
    let words = reader.keywords.pick(keywords::WORKING_TIME);
    let report = Report::new(c::OUTLIVES_SHIFT, reader.span(node))
        .arg("found", text.trim())
        .arg("longest", Value::Duration(Duration::from_ms(longest_ms)).display())
        .edits(reader.tree.replace_inside(node, end, end, &format!(" {words}")));
    reader.push(report);
}
