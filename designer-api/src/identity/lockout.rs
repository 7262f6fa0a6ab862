//! Who may try a password, PIN, badge or code again, and when.
//!
//! A try counts as wrong from its beginning and is taken back when it was right, so that many at the same time get no
//! further than one after the other. Kept in memory only: who can restart the server can also give a new password, and
//! a restart is how whoever runs it frees people at once.

use std::collections::HashMap;
use std::net::IpAddr;

use crate::limits;

/// What is counted.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Counted {
    /// By id in lower case, whether there is such a person or not.
    Person(String),
    /// Badges tried at a station.
    Station(String),
    Address(IpAddr),
}

impl Counted {
    /// Wrong tries before it is locked.
    fn allowed(&self) -> u32 {
        match self {
            Counted::Person(_) | Counted::Station(_) => limits::WRONG_TRIES_MAX,
            Counted::Address(_) => limits::WRONG_TRIES_OF_ADDRESS_MAX,
        }
    }
}

#[derive(Default)]
pub(super) struct Lockouts {
    wrong: HashMap<Counted, Wrong>,
}

struct Wrong {
    tries: u32,
    last_ms: i64,
    locked_until_ms: i64,
}

/// Seconds until the next try.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Locked {
    pub(super) retry_after_s: u32,
}

impl Lockouts {
    /// Before a try: refuses when any of these is locked, else counts it as wrong with all of them.
    pub(super) fn begin(&mut self, counted: &[Counted], now_ms: i64) -> Result<(), Locked> {
        let locked_until_ms = counted
            .iter()
            .filter_map(|one| self.wrong.get(one))
            .map(|wrong| wrong.locked_until_ms)
            .max()
            .unwrap_or(i64::MIN);
        let missing_ms = locked_until_ms.saturating_sub(now_ms);
        if missing_ms > 0 {
            let retry_after_s = u32::try_from(missing_ms.unsigned_abs().div_ceil(1000)).unwrap_or(u32::MAX);
            return Err(Locked { retry_after_s });
        }
        for one in counted {
            self.count(one, now_ms);
        }
        Ok(())
    }

    /// The try was right. An address gets back one wrong try besides: many people may share it.
    pub(super) fn right(&mut self, counted: &[Counted]) {
        for one in counted {
            let Some(wrong) = self.wrong.get_mut(one) else { continue };
            match one {
                Counted::Person(_) | Counted::Station(_) => wrong.tries = 0,
                Counted::Address(_) => wrong.tries = wrong.tries.saturating_sub(2),
            }
            wrong.locked_until_ms = i64::MIN;
            if wrong.tries == 0 {
                self.wrong.remove(one);
            }
        }
    }

    /// Someone who may do so gave the person another password or PIN.
    pub(super) fn free(&mut self, one: &Counted) {
        self.wrong.remove(one);
    }

    fn count(&mut self, one: &Counted, now_ms: i64) {
        if self.wrong.len() >= limits::LOCKOUTS_MAX && !self.wrong.contains_key(one) {
            self.make_room(now_ms);
        }
        let wrong = self.wrong.entry(one.clone()).or_insert(Wrong {
            tries: 0,
            last_ms: now_ms,
            locked_until_ms: i64::MIN,
        });
        if is_forgotten(wrong, now_ms) {
            wrong.tries = 0;
        }
        wrong.tries = wrong.tries.saturating_add(1);
        wrong.last_ms = now_ms;
        if let Some(over) = wrong.tries.checked_sub(one.allowed()) {
            let doubled = limits::LOCKED_MS_MIN.saturating_mul(1_i64 << over.min(30));
            wrong.locked_until_ms = now_ms.saturating_add(doubled.min(limits::LOCKED_MS_MAX));
        }
    }

    /// Forgets what is old; when nothing is, the one that has been still for longest. Not one that is locked as long as
    /// there are others: many names tried once would free the one that is worth it.
    fn make_room(&mut self, now_ms: i64) {
        self.wrong.retain(|_, wrong| !is_forgotten(wrong, now_ms));
        if self.wrong.len() >= limits::LOCKOUTS_MAX {
            let oldest = self
                .wrong
                .iter()
                .min_by_key(|(_, wrong)| (wrong.locked_until_ms > now_ms, wrong.last_ms));
            if let Some(oldest) = oldest.map(|(one, _)| one.clone()) {
                self.wrong.remove(&oldest);
            }
        }
    }
}

fn is_forgotten(wrong: &Wrong, now_ms: i64) -> bool {
    let since_ms = wrong.last_ms.max(wrong.locked_until_ms);
    now_ms.saturating_sub(since_ms) > limits::WRONG_TRIES_KEPT_MS
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINUTE_MS: i64 = 60_000;

    fn wang() -> [Counted; 1] {
        [Counted::Person("wang".into())]
    }

    #[test]
    fn five_wrong_tries_lock_for_a_minute_then_twice_as_long_up_to_an_hour() {
        let mut lockouts = Lockouts::default();
        let mut now_ms = 0;
        for _ in 0..5 {
            lockouts.begin(&wang(), now_ms).unwrap();
        }
        for minutes in [1, 2, 4, 8, 16, 32, 60, 60] {
            let locked = lockouts.begin(&wang(), now_ms + 1).unwrap_err();
            assert_eq!(locked.retry_after_s, minutes * 60);
            let until_ms = now_ms + i64::from(minutes) * MINUTE_MS;
            assert_eq!(lockouts.begin(&wang(), until_ms - 1).unwrap_err().retry_after_s, 1);
            now_ms = until_ms;
            lockouts.begin(&wang(), now_ms).unwrap();
        }
    }

    #[test]
    fn a_right_try_is_not_counted_and_frees() {
        let mut lockouts = Lockouts::default();
        for _ in 0..3 {
            for _ in 0..5 {
                lockouts.begin(&wang(), 0).unwrap();
            }
            // The fifth was right after all.
            lockouts.right(&wang());
        }
        lockouts.begin(&wang(), 0).unwrap();
    }

    #[test]
    fn each_is_counted_for_itself_and_any_of_them_refuses() {
        let mut lockouts = Lockouts::default();
        let address = Counted::Address(IpAddr::from([10, 0, 0, 1]));
        let person = |n: u32| Counted::Person(n.to_string());
        for n in 0..20 {
            lockouts.begin(&[person(n), address.clone()], 0).unwrap();
        }
        assert!(lockouts.begin(&[person(21), address], 1).is_err());
        lockouts.begin(&[person(21)], 1).unwrap();
        lockouts.begin(&[person(0)], 1).unwrap();
    }

    #[test]
    fn right_ones_give_an_address_its_wrong_ones_back() {
        let mut lockouts = Lockouts::default();
        let address = [Counted::Address(IpAddr::from([10, 0, 0, 1]))];
        for _ in 0..1_000 {
            lockouts.begin(&address, 0).unwrap();
            lockouts.begin(&address, 0).unwrap();
            lockouts.right(&address);
        }
    }

    #[test]
    fn old_ones_are_forgotten_and_there_is_an_end_to_what_is_kept() {
        let mut lockouts = Lockouts::default();
        for _ in 0..4 {
            lockouts.begin(&wang(), 0).unwrap();
        }
        let later_ms = limits::WRONG_TRIES_KEPT_MS + 1;
        lockouts.begin(&wang(), later_ms).unwrap();
        lockouts.begin(&wang(), later_ms).unwrap();
        for n in 0..limits::LOCKOUTS_MAX as i64 + 10 {
            let _ = lockouts.begin(&[Counted::Person(n.to_string())], later_ms + n);
        }
        assert_eq!(lockouts.wrong.len(), limits::LOCKOUTS_MAX);
        assert!(!lockouts.wrong.contains_key(&wang()[0]));
    }

    #[test]
    fn many_names_free_nobody_who_is_locked() {
        let mut lockouts = Lockouts::default();
        for _ in 0..5 {
            lockouts.begin(&wang(), 0).unwrap();
        }
        for n in 0..limits::LOCKOUTS_MAX as i64 + 10 {
            lockouts.begin(&[Counted::Person(n.to_string())], 1).unwrap();
        }
        assert_eq!(lockouts.wrong.len(), limits::LOCKOUTS_MAX);
        assert!(lockouts.begin(&wang(), MINUTE_MS - 1).is_err());
    }

    #[test]
    fn who_gets_another_password_is_free() {
        let mut lockouts = Lockouts::default();
        for _ in 0..5 {
            lockouts.begin(&wang(), 0).unwrap();
        }
        assert!(lockouts.begin(&wang(), 0).is_err());
        lockouts.free(&wang()[0]);
        lockouts.begin(&wang(), 0).unwrap();
    }
}
