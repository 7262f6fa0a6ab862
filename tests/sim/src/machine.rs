//! The computer that the engine runs on: one thread, one order, no time of its own. It can be pulled from under
//! everything that runs on it at any moment.

use crate::control::Control;
use std::future::poll_fn;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Poll, Waker};
use tokio::runtime::{Builder, Runtime};

/// How far a machine came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rest {
    /// Everything waits.
    Idle,
    PowerCut,
}

pub struct Machine {
    tokio: Runtime,
    bell: Arc<Bell>,
    control: Control,
}

/// Rings when nothing is left to do.
#[derive(Default)]
struct Bell {
    rang: AtomicBool,
    driver: Mutex<Option<Waker>>,
}

impl Bell {
    fn ring(&self) {
        self.rang.store(true, Ordering::Release);
        let driver = self.driver.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(driver) = driver {
            driver.wake();
        }
    }
}

impl Machine {
    pub fn new(control: &Control) -> Machine {
        let bell = Arc::new(Bell::default());
        let ringing = bell.clone();
        let tokio = Builder::new_current_thread()
            .on_thread_park(move || ringing.ring())
            // Who drives looks after each single task.
            .event_interval(1)
            .build()
            .expect("a runtime without IO and clocks needs nothing from the system");
        Machine {
            tokio,
            bell,
            control: control.clone(),
        }
    }

    pub fn spawn(&self, work: impl Future<Output = ()> + Send + 'static) {
        self.tokio.spawn(work);
    }

    /// Goes on until everything waits or the power goes.
    pub fn settle(&self) -> Rest {
        self.go(None)
    }

    /// The same, for so many tasks at most; then the power goes.
    pub fn go_and_cut(&self, tasks: u64) -> Rest {
        self.go(Some(tasks))
    }

    fn go(&self, mut tasks: Option<u64>) -> Rest {
        self.bell.rang.store(false, Ordering::Release);
        let rest = poll_fn(|context| {
            if self.control.is_off() {
                return Poll::Ready(Rest::PowerCut);
            }
            if self.bell.rang.swap(false, Ordering::AcqRel) {
                return Poll::Ready(Rest::Idle);
            }
            if let Some(left) = &mut tasks {
                if *left == 0 {
                    self.control.power_off("between two tasks of the engine");
                    return Poll::Ready(Rest::PowerCut);
                }
                *left -= 1;
                context.waker().wake_by_ref();
                return Poll::Pending;
            }
            *self.bell.driver.lock().unwrap_or_else(PoisonError::into_inner) = Some(context.waker().clone());
            self.control.watched_by(context.waker());
            Poll::Pending
        });
        self.tokio.block_on(rest)
    }

    /// Does one thing to its end, while others wait; `None` when the power goes before.
    pub fn finish<T>(&self, work: impl Future<Output = T>) -> Option<T> {
        let mut work = std::pin::pin!(work);
        let done = poll_fn(|context| {
            if self.control.is_off() {
                return Poll::Ready(None);
            }
            self.control.watched_by(context.waker());
            work.as_mut().poll(context).map(Some)
        });
        self.tokio.block_on(done)
    }
}
