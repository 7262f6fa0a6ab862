//! A connection whose other side no longer reads is given up. Without this, whoever asks for a photo and takes none of it
//! would keep the photo in memory, and a place among the connections, for as long as they like.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Instant, Sleep};

/// Fails with `TimedOut` when not one byte could be written for `patience`.
pub(super) struct Stalling<S> {
    stream: S,
    patience: Duration,
    /// Since the other side last took something; `None` while it does.
    waiting: Option<Pin<Box<Sleep>>>,
}

impl<S> Stalling<S> {
    pub(super) fn new(stream: S, patience: Duration) -> Stalling<S> {
        Stalling {
            stream,
            patience,
            waiting: None,
        }
    }

    fn watch<T>(&mut self, context: &mut Context<'_>, written: Poll<io::Result<T>>) -> Poll<io::Result<T>> {
        if written.is_ready() {
            self.waiting = None;
            return written;
        }
        let until = Instant::now() + self.patience;
        let waiting = self
            .waiting
            .get_or_insert_with(|| Box::pin(tokio::time::sleep_until(until)));
        ready!(waiting.as_mut().poll(context));
        Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Stalling<S> {
    fn poll_read(mut self: Pin<&mut Self>, context: &mut Context<'_>, into: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, into)
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Stalling<S> {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write(context, bytes);
        self.watch(context, written)
    }
    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        parts: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write_vectored(context, parts);
        self.watch(context, written)
    }
    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }
    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }
    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::future::poll_fn;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    #[tokio::test]
    async fn who_reads_nothing_is_given_up() {
        let (near, _far) = tokio::io::duplex(16);
        let mut near = Stalling::new(near, Duration::from_millis(1));
        let failed = near.write_all(&[0; 17]).await.unwrap_err();
        assert_eq!(failed.kind(), io::ErrorKind::TimedOut);
    }

    /// As for one who follows live events, whose answer has no end.
    #[tokio::test]
    async fn an_endless_answer_ends_with_who_reads_it_no_more() {
        use hyper_util::rt::TokioIo;
        let (near, mut far) = tokio::io::duplex(1_024);
        let near = TokioIo::new(Stalling::new(near, Duration::from_millis(1)));
        let service = hyper::service::service_fn(async |_| {
            let pieces = futures_util::stream::repeat_with(|| Ok::<_, io::Error>("x".repeat(100)));
            Ok::<_, io::Error>(axum::http::Response::new(axum::body::Body::from_stream(pieces)))
        });
        far.write_all(b"GET / HTTP/1.1\r\nhost: x\r\n\r\n").await.unwrap();
        let served = hyper::server::conn::http1::Builder::new().serve_connection(near, service);
        let failed = served.await.unwrap_err();
        let cause = std::error::Error::source(&failed)
            .unwrap()
            .downcast_ref::<io::Error>()
            .unwrap();
        assert_eq!(cause.kind(), io::ErrorKind::TimedOut);
    }

    #[tokio::test]
    async fn who_reads_on_is_waited_for_anew() {
        let (near, mut far) = tokio::io::duplex(16);
        let mut near = Stalling::new(near, Duration::from_secs(3_600));
        let mut taken = [0; 16];
        for _ in 0..3 {
            near.write_all(&[7; 16]).await.unwrap();
            assert!(near.waiting.is_none());
            let full = poll_fn(|context| Poll::Ready(Pin::new(&mut near).poll_write(context, &[7]))).await;
            assert!(full.is_pending() && near.waiting.is_some());
            far.read_exact(&mut taken).await.unwrap();
            assert_eq!(taken, [7; 16]);
        }
    }
}
