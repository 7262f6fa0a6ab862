//! Parts of a formula that depend on nothing are worked out: what goes wrong in them goes wrong always.

use super::{Check, Type};
use crate::eval::Evaluation;
use crate::syntax::{Kind, Node};
use crate::{Context, DateTime, Host, Value};

/// Constants know no clock and no zones; what asks for them is not folded.
pub(super) struct NoHost;

impl Host for NoHost {
    fn now(&self) -> DateTime {
        DateTime::from_unix_ms(0, 0)
    }

    fn offset_s(&self, _zone: &str, _at_unix_s: i64) -> Option<i32> {
        None
    }
}

impl Check<'_> {
    /// The type of a part that depends on nothing, its notes as problems; `None` when it depends on something, or is
    /// written out as it is.
    pub(super) fn folded(&mut self, node: &Node) -> Option<Type> {
        let written_out = matches!(
            node.kind,
            Kind::Constant(_)
                | Kind::BadMoment(_)
                | Kind::Name(_)
                | Kind::Function(_)
                | Kind::List(_)
                | Kind::Context(_)
        );
        if written_out || !depends_on_nothing(node) {
            return None;
        }
        let value = self.worked_out(node)?;
        Some(Type::of_constant(&value))
    }

    /// The value of a part that depends on nothing.
    pub(super) fn constant(&mut self, node: &Node) -> Option<Value> {
        if let Kind::Constant(value) = &node.kind {
            return Some(value.clone());
        }
        depends_on_nothing(node).then(|| self.worked_out(node))?
    }

    fn worked_out(&mut self, node: &Node) -> Option<Value> {
        let nothing = Context::new();
        let mut evaluation = Evaluation::new(self.source, &nothing, &NoHost).with_fuel(self.fuel);
        let result = evaluation.eval(node);
        // All such parts of a formula share one budget; where it ends nothing more is said.
        let was_full = self.fuel == crate::limits::FUEL_STEPS_MAX;
        self.fuel = evaluation.fuel_left();
        let notes = std::mem::take(&mut evaluation.notes);
        match result {
            Ok(value) => {
                notes.into_iter().for_each(|note| self.push(note));
                Some(value)
            }
            Err(stop) => {
                if was_full {
                    self.push(stop.problem());
                }
                None
            }
        }
    }
}

fn depends_on_nothing(node: &Node) -> bool {
    let own = match &node.kind {
        Kind::Name(_) | Kind::Function(_) | Kind::Call(..) | Kind::InstanceOf(..) | Kind::BadMoment(_) => false,
        // Loops bind names that their bodies read.
        Kind::For(..) | Kind::Quantified { .. } | Kind::Filter(_) | Kind::Context(_) => false,
        Kind::Constant(value) => !knows_zone(value),
        Kind::CallBuiltin(builtin, args) => {
            let reads_text = ["time", "date and time"].contains(&builtin.name);
            let zone = args
                .iter()
                .any(|arg| matches!(&arg.value.kind, Kind::Constant(Value::Text(text)) if text.contains('@')));
            !["now", "today"].contains(&builtin.name) && !(reads_text && (zone || args.len() > 1))
        }
        _ => true,
    };
    let mut all = own;
    node.kind.children(&mut |child| all = all && depends_on_nothing(child));
    all
}

fn knows_zone(value: &Value) -> bool {
    use crate::temporal::Zone;
    match value {
        Value::Time(time) => matches!(time.zone(), Zone::Named(_)),
        Value::DateTime(moment) => matches!(moment.time().zone(), Zone::Named(_)),
        _ => false,
    }
}
