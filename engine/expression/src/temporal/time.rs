//! A time of day, with or without a place.

use std::fmt;
use std::sync::Arc;

use super::{NANOS_PER_SECOND, parse};

/// Where a time is told.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Zone {
    /// Not said: local time.
    Local,
    /// Seconds east of UTC.
    Offset(i32),
    /// IANA name, for example `Europe/Berlin`; its rules come from the host.
    Named(Arc<str>),
}

impl fmt::Display for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Zone::Local => Ok(()),
            Zone::Offset(0) => f.write_str("Z"),
            Zone::Offset(offset_s) => {
                let sign = if *offset_s < 0 { '-' } else { '+' };
                let s = offset_s.unsigned_abs();
                write!(f, "{sign}{:02}:{:02}", s / 3600, s / 60 % 60)?;
                if s % 60 != 0 {
                    write!(f, ":{:02}", s % 60)?;
                }
                Ok(())
            }
            Zone::Named(name) => write!(f, "@{name}"),
        }
    }
}

/// A time of day to the nanosecond.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Time {
    second_of_day: u32,
    nanosecond: u32,
    zone: Zone,
}

impl Time {
    /// `None` when the clock never shows that.
    pub fn new(hour: u8, minute: u8, second: u8, nanosecond: u32, zone: Zone) -> Option<Time> {
        let shown = hour < 24 && minute < 60 && second < 60 && nanosecond < 1_000_000_000;
        let second_of_day = u32::from(hour) * 3600 + u32::from(minute) * 60 + u32::from(second);
        shown.then_some(Time {
            second_of_day,
            nanosecond,
            zone,
        })
    }

    /// ISO 8601 `14:05:00`, `14:05`, with `Z`, `+02:00` or `@Europe/Berlin` behind it.
    pub fn parse(text: &str) -> Option<Time> {
        parse::time_lenient(text)
    }

    /// 0 to 23.
    pub fn hour(&self) -> u8 {
        (self.second_of_day / 3600) as u8
    }

    /// 0 to 59.
    pub fn minute(&self) -> u8 {
        (self.second_of_day / 60 % 60) as u8
    }

    /// 0 to 59.
    pub fn second(&self) -> u8 {
        (self.second_of_day % 60) as u8
    }

    /// 0 to 999,999,999.
    pub fn nanosecond(&self) -> u32 {
        self.nanosecond
    }

    /// Where it is told.
    pub fn zone(&self) -> &Zone {
        &self.zone
    }

    pub(crate) fn second_of_day(&self) -> u32 {
        self.second_of_day
    }

    pub(crate) fn with_zone(&self, zone: Zone) -> Time {
        Time { zone, ..self.clone() }
    }

    /// Nanoseconds since midnight.
    pub(crate) fn nanos_of_day(&self) -> i128 {
        i128::from(self.second_of_day) * NANOS_PER_SECOND + i128::from(self.nanosecond)
    }

    /// Goes round at midnight.
    pub(crate) fn from_nanos_of_day(nanos: i128, zone: Zone) -> Time {
        let nanos = nanos.rem_euclid(86_400 * NANOS_PER_SECOND);
        Time {
            second_of_day: (nanos / NANOS_PER_SECOND) as u32,
            nanosecond: (nanos % NANOS_PER_SECOND) as u32,
            zone,
        }
    }
}

impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}:{:02}:{:02}", self.hour(), self.minute(), self.second())?;
        if self.nanosecond != 0 {
            let digits = format!("{:09}", self.nanosecond);
            write!(f, ".{}", digits.trim_end_matches('0'))?;
        }
        write!(f, "{}", self.zone)
    }
}
