//! The site's local time around an event. The time zone database is compiled in.

use crate::Error;
use jiff::tz::{TimeZone, TimeZoneDatabase};
use kernel::{Timestamp, Zone};
use std::sync::Mutex;

/// The site's zone, and what was last said of it.
pub(crate) struct SiteZone {
    zone: TimeZone,
    last: Mutex<Option<Stretch>>,
}

/// Between two changes of the clocks.
#[derive(Clone, Copy)]
struct Stretch {
    from_ms: i64,
    zone: Zone,
}

impl SiteZone {
    /// `name` is an IANA name; empty is UTC.
    pub(crate) fn new(name: &str) -> Result<SiteZone, Error> {
        let zone = if name.is_empty() {
            TimeZone::UTC
        } else {
            TimeZoneDatabase::bundled()
                .get(name)
                .map_err(|_| Error::Invalid(format!("the site's time zone '{name}' is not known")))?
        };
        Ok(SiteZone {
            zone,
            last: Mutex::new(None),
        })
    }

    pub(crate) fn at(&self, at: Timestamp) -> Zone {
        // A poisoned lock only says that another thread panicked; the stretch in it is whole.
        let mut last = self.last.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        if let Some(stretch) = *last
            && stretch.from_ms <= at.0
            && stretch.zone.next.is_none_or(|(next, _)| at < next)
        {
            return stretch.zone;
        }
        let zone = self.look_up(at);
        *last = Some(Stretch { from_ms: at.0, zone });
        zone
    }

    fn look_up(&self, at: Timestamp) -> Zone {
        // Moments beyond the calendar (year 9999) have no zone; UTC is as good as any.
        let Ok(moment) = jiff::Timestamp::from_millisecond(at.0) else {
            return Zone {
                offset_s: 0,
                next: None,
            };
        };
        let next = self.zone.following(moment).next().map(|change| {
            (
                Timestamp(change.timestamp().as_millisecond()),
                change.offset().seconds(),
            )
        });
        Zone {
            offset_s: self.zone.to_offset(moment).seconds(),
            next,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ms(text: &str) -> Timestamp {
        Timestamp(text.parse::<jiff::Timestamp>().unwrap().as_millisecond())
    }

    #[test]
    fn shanghai_has_one_offset_and_no_change() {
        let zone = SiteZone::new("Asia/Shanghai").unwrap();
        assert_eq!(
            zone.at(ms("2026-09-30T08:00:00Z")),
            Zone {
                offset_s: 8 * 3600,
                next: None
            }
        );
    }

    #[test]
    fn a_summer_time_zone_names_its_next_change_and_passes_it() {
        let zone = SiteZone::new("Europe/Berlin").unwrap();
        let autumn = (ms("2026-10-25T01:00:00Z"), 3600);
        let spring = (ms("2027-03-28T01:00:00Z"), 7200);
        let before = Zone {
            offset_s: 7200,
            next: Some(autumn),
        };
        assert_eq!(zone.at(ms("2026-10-25T00:59:59Z")), before);
        assert_eq!(
            zone.at(ms("2026-10-25T01:00:00Z")),
            Zone {
                offset_s: 3600,
                next: Some(spring)
            }
        );
        // A clock that jumps back sees the earlier stretch again.
        assert_eq!(zone.at(ms("2026-10-25T00:59:59Z")), before);
    }

    #[test]
    fn an_unknown_zone_is_refused_by_name() {
        let error = SiteZone::new("Asia/Beijing").err().unwrap();
        assert_eq!(error.to_string(), "the site's time zone 'Asia/Beijing' is not known");
    }
}
