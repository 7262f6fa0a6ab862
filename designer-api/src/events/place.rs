//! Places for listeners: so many in all, and so many of one browser, so that none takes those of all others.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use store::rows::Hash;

use crate::limits;

pub(super) struct Places {
    max: usize,
    taken: Mutex<Taken>,
}

#[derive(Default)]
struct Taken {
    all: usize,
    by_browser: HashMap<Hash, usize>,
}

/// Given back when dropped.
pub(crate) struct Place {
    places: Arc<Places>,
    browser: Option<Hash>,
}

impl Places {
    pub(super) fn new(max: usize) -> Places {
        Places {
            max,
            taken: Mutex::default(),
        }
    }

    /// One more, of this browser or of a program; how many may be taken when all of those are.
    pub(super) fn take(self: &Arc<Self>, browser: Option<Hash>) -> Result<Place, usize> {
        let mut taken = self.lock();
        if taken.all >= self.max {
            return Err(self.max);
        }
        if let Some(browser) = browser {
            let own = taken.by_browser.entry(browser).or_default();
            if *own >= limits::EVENT_LISTENERS_OF_BROWSER_MAX {
                return Err(limits::EVENT_LISTENERS_OF_BROWSER_MAX);
            }
            *own += 1;
        }
        taken.all += 1;
        Ok(Place {
            places: Arc::clone(self),
            browser,
        })
    }

    pub(super) fn taken(&self) -> usize {
        self.lock().all
    }

    fn lock(&self) -> MutexGuard<'_, Taken> {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut taken = self.places.lock();
        taken.all -= 1;
        let Some(browser) = self.browser else { return };
        if let Some(own) = taken.by_browser.get_mut(&browser) {
            *own -= 1;
            if *own == 0 {
                taken.by_browser.remove(&browser);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_browser_takes_the_places_of_others() {
        let of_browser = limits::EVENT_LISTENERS_OF_BROWSER_MAX;
        let places = Arc::new(Places::new(of_browser + 2));
        let (one, other) = (Some([1; 32]), Some([2; 32]));
        let mut own: Vec<Place> = (0..of_browser).map(|_| places.take(one).ok().unwrap()).collect();
        assert_eq!(places.take(one).err(), Some(of_browser));
        let others = [places.take(other).ok().unwrap(), places.take(None).ok().unwrap()];
        assert_eq!(places.take(None).err(), Some(of_browser + 2));
        own.pop();
        own.push(places.take(one).ok().unwrap());
        drop((own, others));
        assert_eq!(places.taken(), 0);
        assert!(places.lock().by_browser.is_empty());
    }
}
