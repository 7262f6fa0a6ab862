//! Numbers of a series, as they are written, and when they begin at 1 again.

use expression::Date;
use language::model::{Series, SeriesPart};

use crate::Clock;

/// The parts of a series that count by the calendar, at that moment: numbers of different periods count by themselves.
/// Empty where a series never begins again. A period that comes again (`{month}` without `{year}`) goes on where it
/// was, so that no number is given twice.
pub fn period(series: &Series, clock: &Clock) -> String {
    let date = clock.moment().date();
    let parts = series.parts.iter().filter_map(|part| of_date(part, date));
    parts.collect::<Vec<_>>().join("-")
}

/// The number as people see it.
pub fn number_text(series: &Series, clock: &Clock, counter: u64) -> String {
    let date = clock.moment().date();
    let written = series.parts.iter().map(|part| match part {
        SeriesPart::Text(text) => text.clone(),
        SeriesPart::Counter(width) => format!("{counter:0width$}", width = usize::from(*width)),
        part => of_date(part, date).unwrap_or_default(),
    });
    written.collect()
}

fn of_date(part: &SeriesPart, date: Date) -> Option<String> {
    match part {
        SeriesPart::Year => Some(format!("{:04}", date.year())),
        SeriesPart::Month => Some(format!("{:02}", date.month())),
        SeriesPart::Day => Some(format!("{:02}", date.day())),
        SeriesPart::Text(_) | SeriesPart::Counter(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use language::model::Id;

    use super::*;
    use crate::{Timestamp, Zone};

    #[test]
    fn numbers_are_written_by_the_clock_of_the_site() {
        let series = |parts: &[SeriesPart]| Series {
            id: Id::new("ncr"),
            title: "NCR".into(),
            parts: parts.to_vec(),
        };
        let text = |text: &str| SeriesPart::Text(text.into());
        // 2025-12-31T17:00Z: at the site it is 2026 already.
        let clock = Clock {
            at: Timestamp(1_767_200_400_000),
            zone: Zone {
                offset_s: 8 * 3600,
                next: None,
            },
        };
        let yearly = series(&[text("NCR-"), SeriesPart::Year, text("-"), SeriesPart::Counter(4)]);
        assert_eq!(period(&yearly, &clock), "2026");
        assert_eq!(number_text(&yearly, &clock, 7), "NCR-2026-0007");
        assert_eq!(number_text(&yearly, &clock, 12_345), "NCR-2026-12345");
        let plain = series(&[SeriesPart::Counter(2)]);
        assert_eq!(
            (period(&plain, &clock).as_str(), number_text(&plain, &clock, 7).as_str()),
            ("", "07")
        );
        let daily = series(&[SeriesPart::Month, SeriesPart::Day, text("/"), SeriesPart::Counter(1)]);
        assert_eq!(
            (period(&daily, &clock).as_str(), number_text(&daily, &clock, 7).as_str()),
            ("01-01", "0101/7")
        );
    }
}
