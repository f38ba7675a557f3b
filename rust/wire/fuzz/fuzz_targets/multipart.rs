//! A form reads the same however it is cut; places lie in the body and in order. The first byte chooses the pieces.
#![no_main]

use libfuzzer_sys::fuzz_target;
use weirgate_wire::framing::multipart::{Form, FormError, FormReader};

fn read(body: &[u8], size: usize) -> Result<Form, FormError> {
    let Some(Ok(mut reader)) = FormReader::new("multipart/form-data; boundary=b") else {
        return Err(FormError::Boundary);
    };
    for piece in body.chunks(size) {
        reader.push(piece)?;
    }
    reader.finish()
}

fuzz_target!(|data: &[u8]| {
    let Some((size, body)) = data.split_first() else {
        return;
    };
    let whole = read(body, body.len().max(1));
    assert_eq!(read(body, usize::from(*size).max(1)), whole);
    let mut at = 0;
    for part in whole.iter().flat_map(|form| &form.parts) {
        assert!(at <= part.content.start && part.content.end <= body.len());
        at = part.content.end;
    }
});
