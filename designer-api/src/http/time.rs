//! Times on the wire.

use serde::{Serialize, Serializer};

/// Milliseconds since 1970-01-01T00:00Z, written as RFC 3339 in UTC: `2026-09-30T08:15:00.000Z`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Rfc3339(pub(crate) i64);

impl std::fmt::Display for Rfc3339 {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match jiff::Timestamp::from_millisecond(self.0) {
            Ok(moment) => write!(f, "{moment:.3}"),
            // Years beyond 9999 have no RFC 3339 text; no clock that a run meets goes there.
            Err(_) => f.write_str(if self.0 < 0 {
                "0000-01-01T00:00:00.000Z"
            } else {
                "9999-12-31T23:59:59.999Z"
            }),
        }
    }
}

impl Serialize for Rfc3339 {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn utc_with_milliseconds() {
        assert_eq!(Rfc3339(0).to_string(), "1970-01-01T00:00:00.000Z");
        assert_eq!(Rfc3339(1_790_756_100_007).to_string(), "2026-09-30T08:15:00.007Z");
        assert_eq!(Rfc3339(i64::MAX).to_string(), "9999-12-31T23:59:59.999Z");
        assert_eq!(Rfc3339(-1).to_string(), "1969-12-31T23:59:59.999Z");
    }
}
