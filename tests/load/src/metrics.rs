//! Prometheus text, as far as a load test reads it.

/// The sum of a metric's samples over all its labels; `None` when there is none.
pub fn sum_of(text: &str, name: &str) -> Option<f64> {
    let mut values = text
        .lines()
        .filter_map(|line| {
            let rest = line.strip_prefix(name)?;
            let rest = match rest.strip_prefix('{') {
                Some(labels) => labels.rsplit_once('}')?.1,
                None => rest,
            };
            // A timestamp may follow the value.
            rest.strip_prefix(' ')?
                .split_ascii_whitespace()
                .next()?
                .parse::<f64>()
                .ok()
        })
        .peekable();
    values.peek()?;
    Some(values.sum())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn samples_are_summed_over_labels() {
        let text = "# TYPE c_total counter\nc_total{a=\"x} 1\"} 2\nc_total{a=\"y\"} 3 1700000000\nc_total_x 9\nd 1.5\n";
        assert_eq!(sum_of(text, "c_total"), Some(5.0));
        assert_eq!(sum_of(text, "d"), Some(1.5));
        assert_eq!(sum_of(text, "e"), None);
    }
}
