//! Forms: cut anywhere they read the same, what two readers could understand differently is refused, and the model is
//! spliced without touching another byte.

use proptest::prelude::*;
use weirgate_wire::framing::multipart::{Form, FormError, FormReader};
use weirgate_wire::{Edits, Endpoint, Envelope, RequestError};

const KIND: &str = "multipart/form-data; boundary=b-1";

fn read(pieces: &[&[u8]]) -> Result<Form, FormError> {
    let Some(reader) = FormReader::new(KIND) else {
        return Err(FormError::Boundary);
    };
    let mut reader = reader?;
    for piece in pieces {
        reader.push(piece)?;
    }
    reader.finish()
}

fn sample(content: &[u8]) -> Vec<u8> {
    let start = b"preamble\r\n--b-1\r\nContent-Disposition: form-data; name=\"model\"\r\n\r\nwhisper-1\r\n\
        --b-1 \r\ncontent-disposition: form-data; name=\"file\"; filename=\"a \\\"b\\\".wav\"\r\nContent-Type: audio/wav\r\n\r\n";
    [start, content, b"\r\n--b-1--\r\nepilogue"].concat()
}

#[test]
fn parts_are_found_with_their_places() {
    let body = sample(b"RIFF\r\n--b-");
    let form = read(&[&body]).unwrap();
    assert_eq!(form.field("model"), Some("whisper-1"));
    let file = form.file("file").unwrap();
    assert_eq!(&body[file.content.clone()], b"RIFF\r\n--b-");
    assert_eq!(file.kept, b"RIFF\r\n--b-");
    assert_eq!(form.start, 10);
}

#[test]
fn what_could_be_read_in_two_ways_is_refused() {
    let part = |headers: &str| format!("--b-1\r\n{headers}\r\n\r\nx\r\n--b-1--").into_bytes();
    let field = "Content-Disposition: form-data; name=\"a\"";
    let rows = [
        (part("Content-Type: text/plain"), FormError::Headers(0)),
        (part(&format!("{field}; name=\"b\"")), FormError::Headers(0)),
        (part(&format!("{field}\r\n{field}")), FormError::Headers(0)),
        (
            part(&format!("{field}\r\n folded: x")),
            FormError::Headers(0),
        ),
        (
            part(&format!("{field}\r\nX: {}", "y".repeat(9_000))),
            FormError::Headers(0),
        ),
        (
            part(&format!("{field}\r\nContent-Transfer-Encoding: base64")),
            FormError::Encoding(0),
        ),
        (b"--b-1x\r\n\r\n".to_vec(), FormError::Delimiter),
        (
            b"--b-1\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nx".to_vec(),
            FormError::Cut,
        ),
        (b"{}".to_vec(), FormError::Delimiter),
        (vec![b'x'; 5_000], FormError::Delimiter),
        (Vec::new(), FormError::Delimiter),
    ];
    for (body, error) in rows {
        assert_eq!(
            read(&[&body]),
            Err(error),
            "{}",
            String::from_utf8_lossy(&body)
        );
    }
    let many = format!("--b-1\r\n{field}\r\n\r\nx\r\n").repeat(258);
    assert_eq!(read(&[many.as_bytes()]), Err(FormError::TooManyParts));
}

#[test]
fn only_usable_boundaries_are_taken() {
    assert!(FormReader::new("application/json").is_none());
    for kind in [
        "multipart/form-data",
        "multipart/form-data; boundary=",
        "multipart/form-data; boundary=\"a\r\nb\"",
        "multipart/form-data; boundary=a; boundary=b",
    ] {
        assert!(
            matches!(FormReader::new(kind), Some(Err(FormError::Boundary))),
            "{kind}"
        );
    }
    let long = format!("multipart/form-data; boundary={}", "x".repeat(71));
    assert!(matches!(
        FormReader::new(&long),
        Some(Err(FormError::Boundary))
    ));
    assert!(matches!(
        FormReader::new("Multipart/Form-Data; charset=utf-8; Boundary=\"a b\""),
        Some(Ok(_))
    ));
}

#[test]
fn every_model_of_a_form_is_renamed() {
    let model = |name: &str| {
        format!("--b-1\r\nContent-Disposition: form-data; name=\"model\"\r\n\r\n{name}\r\n")
    };
    let file = "--b-1\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a\"\r\n\r\nx\r\n--b-1--";
    let body = format!("{}{}{file}", model("one"), model("two"));
    let form = read(&[body.as_bytes()]).unwrap();
    let envelope = Envelope::read_form(Endpoint::Transcriptions, &form, body.len()).unwrap();
    assert_eq!(envelope.model, "two");
    let edits = Edits {
        model: Some("three"),
        force_include_usage: true,
    };
    let spliced = envelope.splice(body.as_bytes(), &edits).unwrap();
    assert_eq!(
        String::from_utf8(spliced).unwrap(),
        format!("{}{}{file}", model("three"), model("three"))
    );
    let refused = Envelope::read_form(Endpoint::ChatCompletions, &form, body.len());
    assert_eq!(refused, Err(RequestError::NotAnObject));
}

proptest! {
    #[test]
    fn cuts_change_nothing(
        content in "(\r|\n|-|b|1|\r\n--b|x){0,40}",
        cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..5),
    ) {
        let body = sample(content.as_bytes());
        let whole = read(&[&body]);
        let mut places: Vec<_> = cuts.iter().map(|cut| cut.index(body.len() + 1)).collect();
        places.extend([0, body.len()]);
        places.sort_unstable();
        let pieces: Vec<_> = places.windows(2).map(|pair| &body[pair[0]..pair[1]]).collect();
        prop_assert_eq!(&read(&pieces), &whole);
        let bytes: Vec<_> = body.chunks(1).collect();
        prop_assert_eq!(&read(&bytes), &whole);
    }

    #[test]
    fn any_bytes_are_read_or_refused(body in prop::collection::vec(any::<u8>(), 0..300)) {
        let body = [b"--b-1\r\n".as_slice(), &body].concat();
        let _either = read(&[&body]);
    }
}
