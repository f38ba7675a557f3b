//! Small writes of several pieces leave as one flat piece, for clients' sockets and providers' alike.
//!
//! `send` of 1.3 KB costs the kernel 0.3 µs less than `writev` of its two pieces (measured on loopback), and copying them
//! together 0.05. What is larger is never copied.

use std::io::{self, IoSlice, Write as _};
use std::pin::Pin;
use std::task::{Context, Poll};

use hyper::rt::Write;

/// Bytes up to which pieces are copied together.
const SMALL: usize = 2048;

/// Writes the pieces as `poll_write_vectored` would.
#[inline]
pub(crate) fn poll_write_pieces<W: Write + Unpin>(
    io: &mut W,
    cx: &mut Context<'_>,
    pieces: &[IoSlice<'_>],
) -> Poll<io::Result<usize>> {
    let io = Pin::new(io);
    if let [piece] = pieces {
        return io.poll_write(cx, piece);
    }
    let length: usize = pieces.iter().map(|piece| piece.len()).sum();
    if length > SMALL {
        return io.poll_write_vectored(cx, pieces);
    }
    let mut flat = [0; SMALL];
    let mut free = flat.as_mut_slice();
    for piece in pieces {
        free.write_all(piece)?;
    }
    io.poll_write(cx, flat.get(..length).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Notes how it was written to.
    #[derive(Default)]
    struct Noted {
        flat: Vec<Vec<u8>>,
        vectored: Vec<usize>,
    }

    impl Write for Noted {
        fn poll_write(
            mut self: Pin<&mut Self>,
            _cx: &mut Context<'_>,
            bytes: &[u8],
        ) -> Poll<io::Result<usize>> {
            self.flat.push(bytes.to_vec());
            Poll::Ready(Ok(bytes.len()))
        }

        fn poll_flush(self: Pin<&mut Self>, _cx: &mut Context<'_>) -> Poll<io::Result<()>> {
            Poll::Ready(Ok(()))
        }

        fn poll_shutdown(self: Pin<&mut Self>, _cx: &mut Context<'_>) -> Poll<io::Result<()>> {
            Poll::Ready(Ok(()))
        }

        fn poll_write_vectored(
            mut self: Pin<&mut Self>,
            _cx: &mut Context<'_>,
            pieces: &[IoSlice<'_>],
        ) -> Poll<io::Result<usize>> {
            self.vectored.push(pieces.len());
            Poll::Ready(Ok(pieces.iter().map(|piece| piece.len()).sum()))
        }
    }

    fn write(pieces: &[&[u8]]) -> (Noted, usize) {
        let mut noted = Noted::default();
        let mut cx = Context::from_waker(std::task::Waker::noop());
        let slices: Vec<_> = pieces.iter().map(|piece| IoSlice::new(piece)).collect();
        let Poll::Ready(Ok(written)) = poll_write_pieces(&mut noted, &mut cx, &slices) else {
            panic!("nothing was written");
        };
        (noted, written)
    }

    #[test]
    fn small_pieces_leave_as_one_in_their_order() {
        let (noted, written) = write(&[b"head", b"", b"body"]);
        assert_eq!((noted.flat, written), (vec![b"headbody".to_vec()], 8));
        assert!(noted.vectored.is_empty());
        let all = [b'a'; SMALL];
        let (noted, written) = write(&[&all[..1000], &all[1000..]]);
        assert_eq!((noted.flat, written), (vec![all.to_vec()], SMALL));
    }

    #[test]
    fn one_piece_is_not_copied_and_large_ones_stay_apart() {
        let large = [b'a'; SMALL + 1];
        let (noted, written) = write(&[&large]);
        assert_eq!((noted.flat.len(), written), (1, SMALL + 1));
        let (noted, written) = write(&[&large[..1000], &large[1000..]]);
        assert_eq!((noted.vectored, written), (vec![2], SMALL + 1));
        assert!(noted.flat.is_empty());
        assert_eq!(write(&[]).1, 0);
    }
}
