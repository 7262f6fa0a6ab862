//! The engine in the page: reads an app's source, and checks the answers of its forms, with the code of the server.
//! There is no second evaluator.
//!
//! The page asks for room with [`request_room`], writes a request there as JSON, calls [`answer`], and reads as many
//! bytes from [`answer_at`] as that returned. Addresses are only handed out, never followed: there is no unsafe block.
//! Requests and answers are those of [`requests`].

mod check;
mod outline;
pub mod requests;

use std::sync::Mutex;

use requests::Session;

static SESSION: Mutex<Option<Session>> = Mutex::new(None);
static REQUEST: Mutex<Vec<u8>> = Mutex::new(Vec::new());
static ANSWER: Mutex<Vec<u8>> = Mutex::new(Vec::new());

/// Room for a request of that size.
#[unsafe(no_mangle)]
pub extern "C" fn request_room(size_bytes: u32) -> *mut u8 {
    let mut request = REQUEST.lock().expect("one thread");
    *request = vec![0; size_bytes as usize];
    request.as_mut_ptr()
}

/// Answers the request; returns the size of the answer in bytes.
#[unsafe(no_mangle)]
pub extern "C" fn answer() -> u32 {
    let request = std::mem::take(&mut *REQUEST.lock().expect("one thread"));
    let mut session = SESSION.lock().expect("one thread");
    let answered = session.get_or_insert_default().answer(&request);
    let mut answer = ANSWER.lock().expect("one thread");
    *answer = answered;
    answer.len() as u32
}

/// Where the answer stands.
#[unsafe(no_mangle)]
pub extern "C" fn answer_at() -> *const u8 {
    ANSWER.lock().expect("one thread").as_ptr()
}
