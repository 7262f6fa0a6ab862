//! Rounding and arithmetic on one or two numbers. What keeps its unit takes quantities too.

use rust_decimal::RoundingStrategy;
use rust_decimal::prelude::ToPrimitive;

use super::{Args, Builtin, Form, Gives, Kinds, form, optional, param};
use crate::eval::{Evaluated, Evaluation};
use crate::messages::Code;
use crate::{Duration, Number, Value, YearMonths};

const MEASURED: Kinds = Kinds::NUMBER.or(Kinds::QUANTITY);

const ONE: &[Form] = &[form(
    &[param("n", MEASURED), optional("scale", Kinds::NUMBER)],
    Gives::Same(0),
)];
const SCALED: &[Form] = &[form(
    &[param("n", MEASURED), param("scale", Kinds::NUMBER)],
    Gives::Same(0),
)];
const WHOLE: &[Form] = &[form(&[param("number", MEASURED)], Gives::Bool)];

pub(super) const TABLE: &[Builtin] = &[
    Builtin {
        name: "decimal",
        forms: SCALED,
        run: |e, a| round(e, &a, RoundingStrategy::MidpointNearestEven),
    },
    Builtin {
        name: "floor",
        forms: ONE,
        run: |e, a| round(e, &a, RoundingStrategy::ToNegativeInfinity),
    },
    Builtin {
        name: "ceiling",
        forms: ONE,
        run: |e, a| round(e, &a, RoundingStrategy::ToPositiveInfinity),
    },
    Builtin {
        name: "round up",
        forms: SCALED,
        run: |e, a| round(e, &a, RoundingStrategy::AwayFromZero),
    },
    Builtin {
        name: "round down",
        forms: SCALED,
        run: |e, a| round(e, &a, RoundingStrategy::ToZero),
    },
    Builtin {
        name: "round half up",
        forms: SCALED,
        run: |e, a| round(e, &a, RoundingStrategy::MidpointAwayFromZero),
    },
    Builtin {
        name: "round half down",
        forms: SCALED,
        run: |e, a| round(e, &a, RoundingStrategy::MidpointTowardZero),
    },
    Builtin {
        name: "abs",
        forms: &[form(
            &[param("n", MEASURED.or(Kinds::DURATION).or(Kinds::YEAR_MONTHS))],
            Gives::Same(0),
        )],
        run: abs,
    },
    Builtin {
        name: "modulo",
        forms: &[form(
            &[param("dividend", MEASURED), param("divisor", MEASURED)],
            Gives::Same(0),
        )],
        run: modulo,
    },
    Builtin {
        name: "even",
        forms: WHOLE,
        run: |_, a| Ok(parity(&a, 0)),
    },
    Builtin {
        name: "odd",
        forms: WHOLE,
        run: |_, a| Ok(parity(&a, 1)),
    },
];

/// Scales that a 34-digit decimal can have; DMN refuses the others, and so do we.
const SCALE_MIN: i64 = -6111;
const SCALE_MAX: i64 = 6176;

fn round(evaluation: &mut Evaluation<'_>, args: &Args, strategy: RoundingStrategy) -> Evaluated {
    let Some(number) = args.number(0) else {
        return Ok(Value::Null);
    };
    let scale = args.number(1).map_or(Some(0), |scale| scale.trunc().to_i64());
    let Some(scale) = scale.filter(|scale| (SCALE_MIN..=SCALE_MAX).contains(scale)) else {
        evaluation.note_bad_value(args.get(1));
        return Ok(Value::Null);
    };
    Ok(like(args.get(0), rounded(number, scale, strategy)))
}

fn rounded(number: Number, scale: i64, strategy: RoundingStrategy) -> Option<Number> {
    if scale >= 28 {
        return Some(number);
    }
    if scale >= 0 {
        return Some(number.round_dp_with_strategy(scale as u32, strategy));
    }
    // To tens, hundreds and so on; a 28-digit number is zero or one step of anything larger.
    let step = Number::try_from_i128_with_scale(10_i128.checked_pow(u32::try_from(-scale).ok()?)?, 0).ok()?;
    number
        .checked_div(step)?
        .round_dp_with_strategy(0, strategy)
        .checked_mul(step)
}

/// The result as a quantity of the same unit, when there was one.
fn like(original: &Value, number: Option<Number>) -> Value {
    match (original, number) {
        (_, None) => Value::Null,
        (Value::Quantity(quantity), Some(number)) => Value::quantity(number, quantity.unit.clone()),
        (_, Some(number)) => Value::Number(number),
    }
}

fn abs(_: &mut Evaluation<'_>, args: Args) -> Evaluated {
    Ok(match args.get(0) {
        Value::Duration(duration) => Value::Duration(Duration(duration.0.saturating_abs())),
        Value::YearMonths(months) => Value::YearMonths(YearMonths(months.0.saturating_abs())),
        value => like(value, args.number(0).map(|number| number.abs())),
    })
}

/// The remainder has the sign of the divisor: `modulo(-12, 5)` is 3.
fn modulo(evaluation: &mut Evaluation<'_>, args: Args) -> Evaluated {
    let (Some(dividend), Some(divisor)) = (args.number(0), args.number(1)) else {
        return Ok(Value::Null);
    };
    if let (Value::Quantity(a), Value::Quantity(b)) = (args.get(0), args.get(1))
        && a.unit != b.unit
    {
        let symbols = [crate::units::symbol(&a.unit), crate::units::symbol(&b.unit)];
        evaluation.note(Code::UnitMismatch, evaluation.here, &symbols);
        return Ok(Value::Null);
    }
    if divisor.is_zero() {
        evaluation.note(Code::DivisionByZero, evaluation.here, &[]);
        return Ok(Value::Null);
    }
    let remainder = dividend.checked_rem(divisor).and_then(|remainder| {
        let crosses = !remainder.is_zero() && remainder.is_sign_negative() != divisor.is_sign_negative();
        if crosses {
            remainder.checked_add(divisor)
        } else {
            Some(remainder)
        }
    });
    Ok(like(args.get(0), remainder))
}

fn parity(args: &Args, wanted: i64) -> Value {
    let Some(number) = args.number(0) else {
        return Value::Null;
    };
    let rest = number.checked_rem(Number::from(2)).map(|rest| rest.abs());
    rest.map_or(Value::Null, |rest| Value::Bool(rest == Number::from(wanted)))
}
