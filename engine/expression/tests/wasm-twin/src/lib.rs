//! Answers the same requests as the native test, inside of a WebAssembly engine.
//!
//! The host asks for room with [`request_room`], writes the request there, calls [`answer`], and reads as many bytes
//! from [`answer_at`] as that returned. Addresses are only handed out, never followed: there is no unsafe block.

// The native tests use more of it.
#[allow(dead_code)]
mod cases;
#[allow(dead_code)]
mod mutants;

use std::sync::Mutex;

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
    let request = REQUEST.lock().expect("one thread");
    let request = serde_json::from_slice(&request).expect("the request is JSON");
    let lines = cases::answer(&request, mutants::mutant).join("\n");
    let mut answer = ANSWER.lock().expect("one thread");
    *answer = lines.into_bytes();
    answer.len() as u32
}

/// Where the answer stands.
#[unsafe(no_mangle)]
pub extern "C" fn answer_at() -> *const u8 {
    ANSWER.lock().expect("one thread").as_ptr()
}
