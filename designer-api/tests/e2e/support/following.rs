//! A page that follows live events, as far as a test needs one.

use serde_json::Value;
use std::io::{BufRead, BufReader};
use ureq::BodyReader;
use ureq::http::HeaderMap;

use super::contract::Contract;

/// An open stream of events. Reading waits for the next one.
pub(crate) struct Following {
    pub(crate) headers: HeaderMap,
    lines: BufReader<BodyReader<'static>>,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Told {
    pub(crate) event: String,
    pub(crate) id: Option<String>,
    pub(crate) data: Value,
}

impl Following {
    pub(super) fn new(headers: HeaderMap, body: BodyReader<'static>) -> Following {
        Following {
            headers,
            lines: BufReader::new(body),
        }
    }

    /// The next event; `None` when the server has ended the stream. Changes are held to the API's description.
    pub(crate) fn next(&mut self) -> Option<Told> {
        let (mut event, mut id, mut data) = (String::new(), None, None);
        loop {
            let mut line = String::new();
            if self.lines.read_line(&mut line).unwrap() == 0 {
                assert!(event.is_empty() && data.is_none(), "the stream ends within an event");
                return None;
            }
            let line = line.strip_suffix('\n').unwrap();
            match line.split_once(": ") {
                Some(("event", word)) => event = word.to_owned(),
                Some(("id", text)) => id = Some(text.to_owned()),
                Some(("data", text)) => data = Some(serde_json::from_str(text).unwrap()),
                Some(("retry", ms)) => assert!((1_000..3_000).contains(&ms.parse::<u32>().unwrap())),
                None if line == ":" => {}
                None if line.is_empty() => {
                    let Some(data) = data.take() else { continue };
                    if event == "change" {
                        Contract::shared().hold_change(&data);
                    }
                    return Some(Told { event, id, data });
                }
                _ => panic!("'{line}' is not known"),
            }
        }
    }

    /// The next event, which must be of this kind.
    #[track_caller]
    pub(crate) fn expect(&mut self, event: &str) -> Told {
        let told = self.next().unwrap();
        assert_eq!(told.event, event, "{told:?}");
        told
    }

    /// So many changes.
    #[track_caller]
    pub(crate) fn changes(&mut self, count: usize) -> Vec<Told> {
        (0..count).map(|_| self.expect("change")).collect()
    }
}
