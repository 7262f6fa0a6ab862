//! Panics of the simulating thread, wherever they are caught: each is a fault.

use std::cell::RefCell;
use std::sync::Once;

thread_local! {
    static LAST: RefCell<Option<String>> = const { RefCell::new(None) };
    static IS_HEARD: RefCell<bool> = const { RefCell::new(false) };
}

/// The last panic of this thread since it was asked last; from the first call on panics are noted and not printed.
pub fn take() -> Option<String> {
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let before = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            let is_heard = IS_HEARD.with(|heard| *heard.borrow());
            if is_heard {
                LAST.with(|last| *last.borrow_mut() = Some(panic.to_string()));
            } else {
                before(panic);
            }
        }));
    });
    IS_HEARD.with(|heard| *heard.borrow_mut() = true);
    LAST.with(|last| last.borrow_mut().take())
}
