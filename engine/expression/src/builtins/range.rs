//! Relations between points and ranges (DMN 1.5, 10.3.4.6; after Allen's interval algebra), and `range` from a text.

use std::cmp::Ordering;
use std::sync::Arc;

use super::{Args, Builtin, Form, Gives, Kinds, form, param};
use crate::eval::compare::order;
use crate::eval::{Evaluated, Evaluation, kinds_of};
use crate::messages::{Code, quoted};
use crate::syntax::{self, Kind, Node};
use crate::value::{Bound, Shape};
use crate::{Host, Names, Range, Value};

const POINT: Kinds = Kinds::NUMBER
    .or(Kinds::QUANTITY)
    .or(Kinds::TEXT)
    .or(Kinds::DATE)
    .or(Kinds::TIME)
    .or(Kinds::DATE_TIME)
    .or(Kinds::DURATION)
    .or(Kinds::YEAR_MONTHS);

const ANY_PAIR: &[Form] = &[
    form(&[param("point1", POINT), param("point2", POINT)], Gives::Bool),
    form(&[param("point", POINT), param("range", Kinds::RANGE)], Gives::Bool),
    form(&[param("range", Kinds::RANGE), param("point", POINT)], Gives::Bool),
    form(
        &[param("range1", Kinds::RANGE), param("range2", Kinds::RANGE)],
        Gives::Bool,
    ),
];
const RANGES: &[Form] = &[form(
    &[param("range1", Kinds::RANGE), param("range2", Kinds::RANGE)],
    Gives::Bool,
)];
const POINT_OR_RANGE: &[Form] = &[
    form(&[param("point", POINT), param("range", Kinds::RANGE)], Gives::Bool),
    form(
        &[param("range1", Kinds::RANGE), param("range2", Kinds::RANGE)],
        Gives::Bool,
    ),
];
const RANGE_FIRST: &[Form] = &[
    form(&[param("range", Kinds::RANGE), param("point", POINT)], Gives::Bool),
    form(
        &[param("range1", Kinds::RANGE), param("range2", Kinds::RANGE)],
        Gives::Bool,
    ),
];

pub(super) const TABLE: &[Builtin] = &[
    Builtin {
        name: "before",
        forms: ANY_PAIR,
        run: |e, a| ask(e, &a, |r, a, b| r.before(a, b)),
    },
    Builtin {
        name: "after",
        forms: ANY_PAIR,
        run: |e, a| ask(e, &a, |r, a, b| r.before(b, a)),
    },
    Builtin {
        name: "meets",
        forms: RANGES,
        run: |e, a| ask(e, &a, |r, a, b| r.meets(a, b)),
    },
    Builtin {
        name: "met by",
        forms: RANGES,
        run: |e, a| ask(e, &a, |r, a, b| r.meets(b, a)),
    },
    Builtin {
        name: "overlaps",
        forms: RANGES,
        run: |e, a| ask(e, &a, |r, a, b| r.overlaps(a, b)),
    },
    Builtin {
        name: "overlaps before",
        forms: RANGES,
        run: |e, a| ask(e, &a, |r, a, b| r.overlaps_before(a, b)),
    },
    Builtin {
        name: "overlaps after",
        forms: RANGES,
        run: |e, a| ask(e, &a, |r, a, b| r.overlaps_before(b, a)),
    },
    Builtin {
        name: "finishes",
        forms: POINT_OR_RANGE,
        run: |e, a| ask(e, &a, |r, a, b| r.finishes(a, b)),
    },
    Builtin {
        name: "finished by",
        forms: RANGE_FIRST,
        run: |e, a| ask(e, &a, |r, a, b| r.finishes(b, a)),
    },
    Builtin {
        name: "includes",
        forms: RANGE_FIRST,
        run: |e, a| ask(e, &a, |r, a, b| r.during(b, a)),
    },
    Builtin {
        name: "during",
        forms: POINT_OR_RANGE,
        run: |e, a| ask(e, &a, |r, a, b| r.during(a, b)),
    },
    Builtin {
        name: "starts",
        forms: POINT_OR_RANGE,
        run: |e, a| ask(e, &a, |r, a, b| r.starts(a, b)),
    },
    Builtin {
        name: "started by",
        forms: RANGE_FIRST,
        run: |e, a| ask(e, &a, |r, a, b| r.starts(b, a)),
    },
    Builtin {
        name: "coincides",
        forms: &[
            form(&[param("point1", POINT), param("point2", POINT)], Gives::Bool),
            form(
                &[param("range1", Kinds::RANGE), param("range2", Kinds::RANGE)],
                Gives::Bool,
            ),
        ],
        run: |e, a| ask(e, &a, |r, a, b| r.coincides(a, b)),
    },
    Builtin {
        name: "range",
        forms: &[form(&[param("from", Kinds::TEXT)], Gives::Range)],
        run: from_text,
    },
];

/// A point is a range of itself.
#[derive(Clone, Copy)]
struct Edges<'a> {
    start: &'a Bound,
    end: &'a Bound,
}

struct Relation<'a> {
    host: &'a dyn Host,
}

type Answer = Option<bool>;

fn ask(
    evaluation: &mut Evaluation<'_>,
    args: &Args,
    relation: impl Fn(&Relation<'_>, Edges<'_>, Edges<'_>) -> Answer,
) -> Evaluated {
    let points: Vec<Bound> = (0..2).map(|place| Bound::Included(args.get(place).clone())).collect();
    let edges = |place: usize| match args.get(place) {
        Value::Range(range) if range.shape == Shape::NotEqual => None,
        Value::Range(range) => Some(Edges {
            start: &range.start,
            end: &range.end,
        }),
        _ => Some(Edges {
            start: &points[place],
            end: &points[place],
        }),
    };
    let host = evaluation.host;
    let answer = edges(0)
        .zip(edges(1))
        .and_then(|(a, b)| relation(&Relation { host }, a, b));
    if answer.is_none() {
        evaluation.note_bad_value(args.get(0));
    }
    Ok(answer.map_or(Value::Null, Value::Bool))
}

impl Relation<'_> {
    /// How two edges stand to each other by their values; an open start lies before everything, an open end behind.
    fn order(&self, a: &Bound, a_is_end: bool, b: &Bound, b_is_end: bool) -> Option<Ordering> {
        match (a.value(), b.value()) {
            (Some(a), Some(b)) => order(a, b, self.host),
            (None, None) => Some(a_is_end.cmp(&b_is_end)),
            (None, Some(_)) => Some(if a_is_end { Ordering::Greater } else { Ordering::Less }),
            (Some(_), None) => Some(if b_is_end { Ordering::Less } else { Ordering::Greater }),
        }
    }

    /// `a` ends before `b` starts.
    fn before(&self, a: Edges<'_>, b: Edges<'_>) -> Answer {
        let order = self.order(a.end, true, b.start, false)?;
        Some(order.is_lt() || order.is_eq() && !(a.end.is_included() && b.start.is_included()))
    }

    fn meets(&self, a: Edges<'_>, b: Edges<'_>) -> Answer {
        let order = self.order(a.end, true, b.start, false)?;
        Some(order.is_eq() && a.end.is_included() && b.start.is_included())
    }

    fn overlaps(&self, a: Edges<'_>, b: Edges<'_>) -> Answer {
        Some(!self.before(a, b)? && !self.before(b, a)?)
    }

    fn overlaps_before(&self, a: Edges<'_>, b: Edges<'_>) -> Answer {
        let starts = self.order(a.start, false, b.start, false)?;
        let ends = self.order(a.end, true, b.end, true)?;
        let starts_before = starts.is_lt() || starts.is_eq() && a.start.is_included() && !b.start.is_included();
        let ends_before = ends.is_lt() || ends.is_eq() && (!a.end.is_included() || b.end.is_included());
        Some(starts_before && ends_before && self.overlaps(a, b)?)
    }

    fn finishes(&self, a: Edges<'_>, b: Edges<'_>) -> Answer {
        let ends = self.order(a.end, true, b.end, true)?;
        Some(ends.is_eq() && a.end.is_included() == b.end.is_included() && self.starts_within(a, b)?)
    }

    fn starts(&self, a: Edges<'_>, b: Edges<'_>) -> Answer {
        let starts = self.order(a.start, false, b.start, false)?;
        Some(starts.is_eq() && a.start.is_included() == b.start.is_included() && self.ends_within(a, b)?)
    }

    fn during(&self, a: Edges<'_>, b: Edges<'_>) -> Answer {
        Some(self.starts_within(a, b)? && self.ends_within(a, b)?)
    }

    fn starts_within(&self, a: Edges<'_>, b: Edges<'_>) -> Answer {
        let order = self.order(a.start, false, b.start, false)?;
        Some(order.is_gt() || order.is_eq() && (b.start.is_included() || !a.start.is_included()))
    }

    fn ends_within(&self, a: Edges<'_>, b: Edges<'_>) -> Answer {
        let order = self.order(a.end, true, b.end, true)?;
        Some(order.is_lt() || order.is_eq() && (b.end.is_included() || !a.end.is_included()))
    }

    fn coincides(&self, a: Edges<'_>, b: Edges<'_>) -> Answer {
        let starts = self.order(a.start, false, b.start, false)?;
        let ends = self.order(a.end, true, b.end, true)?;
        let alike = a.start.is_included() == b.start.is_included() && a.end.is_included() == b.end.is_included();
        Some(starts.is_eq() && ends.is_eq() && alike)
    }
}

/// A range written as text: only literal ends of one type, in their order.
fn from_text(evaluation: &mut Evaluation<'_>, args: Args) -> Evaluated {
    let text = args.text(0).to_string();
    evaluation.spend(50 + text.len() as u32 / 4)?;
    let range = syntax::parse(&text, &Names::default())
        .ok()
        .and_then(|node| literal_range(&node, evaluation.host));
    match range {
        Some(range) => Ok(Value::Range(Arc::new(range))),
        None => {
            evaluation.note(Code::BadValue, evaluation.here, &["range", &quoted(&text)]);
            Ok(Value::Null)
        }
    }
}

fn literal_range(node: &Node, host: &dyn Host) -> Option<Range> {
    let Kind::Range(range) = &node.kind else {
        return None;
    };
    let (start, end) = (literal(&range.start, host)?, literal(&range.end, host)?);
    let in_order = kinds_of(&start) == kinds_of(&end) && order(&start, &end, host)?.is_le();
    let bound = |included: bool, value: Value| {
        if included {
            Bound::Included(value)
        } else {
            Bound::Excluded(value)
        }
    };
    in_order.then(|| Range::new(bound(range.start_included, start), bound(range.end_included, end)))
}

/// A constant, or one of the functions that make moments out of a literal text.
fn literal(node: &Node, host: &dyn Host) -> Option<Value> {
    match &node.kind {
        Kind::Constant(Value::Null) => None,
        Kind::Constant(value) => Some(value.clone()),
        Kind::Negate(inner) => match literal(inner, host)? {
            Value::Number(number) => Some(Value::Number(-number)),
            _ => None,
        },
        Kind::CallBuiltin(builtin, args) => {
            let makes_moments = ["date", "time", "date and time", "duration"].contains(&builtin.name);
            let literal_args = args
                .iter()
                .all(|arg| matches!(arg.value.kind, Kind::Constant(Value::Text(_))));
            if !makes_moments || !literal_args {
                return None;
            }
            let nothing = crate::Context::new();
            let value = Evaluation::new("", &nothing, host).eval(node).ok()?;
            (value != Value::Null).then_some(value)
        }
        _ => None,
    }
}
