//! What a handler leaves unread of a request's body: a route that takes none, a refusal at the door.
//!
//! Without this, hyper closes the connection under a client that is still sending: the client sees a broken connection
//! instead of the answer, or sends its next request into the void.

use axum::body::{Body, Bytes};
use http_body_util::BodyExt;
use hyper::body::{Body as HttpBody, Frame, SizeHint};
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};

use crate::limits;

/// A body that can be read on when its handler is done with it.
#[derive(Clone)]
pub(super) struct Shared(Arc<Mutex<Body>>);

impl Shared {
    pub(super) fn new(body: Body) -> Shared {
        Shared(Arc::new(Mutex::new(body)))
    }

    fn body(&self) -> MutexGuard<'_, Body> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Reads and drops what is left; false when there is more of it, or it takes longer, than is worth waiting for.
    pub(super) async fn drain(mut self) -> bool {
        let read = async {
            let mut size_bytes = 0;
            while let Some(frame) = self.frame().await {
                let Ok(frame) = frame else { return false };
                size_bytes += frame.data_ref().map_or(0, Bytes::len) as u64;
                if size_bytes > limits::LEFTOVER_SIZE_BYTES_MAX {
                    return false;
                }
            }
            true
        };
        tokio::time::timeout(limits::LEFTOVER_TIMEOUT, read)
            .await
            .unwrap_or(false)
    }
}

impl HttpBody for Shared {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        Pin::new(&mut *self.body()).poll_frame(context)
    }
    fn is_end_stream(&self) -> bool {
        self.body().is_end_stream()
    }
    fn size_hint(&self) -> SizeHint {
        self.body().size_hint()
    }
}
