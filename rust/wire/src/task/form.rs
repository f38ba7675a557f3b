//! Submits that come, or go, as `multipart/form-data`: texts are fields of an object, files are data URLs in it.
//!
//! So a file that a client uploads reaches every vendor in the form that this vendor takes: as a file again, or as text.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use memchr::memmem;
use serde_json::{Map, Value};

use super::TaskRequestError;
use crate::framing::multipart::FormReader;

/// Fields that are JSON texts in a form.
const DOCUMENTS: [&str; 1] = ["metadata"];
const BROKEN: TaskRequestError = TaskRequestError("the form cannot be read");
const BOUNDARY: &str = "weirgate-form-";
/// The beginnings of the files that videos are made from, and their types.
const KINDS: [(&[u8], usize, &str, &str); 6] = [
    (b"\x89PNG", 0, "image/png", "png"),
    (b"\xff\xd8\xff", 0, "image/jpeg", "jpg"),
    (b"GIF8", 0, "image/gif", "gif"),
    (b"WEBP", 8, "image/webp", "webp"),
    (b"ftyp", 4, "video/mp4", "mp4"),
    (b"\x1a\x45\xdf\xa3", 0, "video/webm", "webm"),
];

/// Reads a form into an object; `None` when the content type is no form's. A name that comes again makes a list.
///
/// # Errors
/// The form is broken, or a text is not UTF-8.
pub fn object_of(
    content_type: &str,
    body: &[u8],
) -> Option<Result<Map<String, Value>, TaskRequestError>> {
    let reader = FormReader::new(content_type)?;
    Some(reader.map_err(|_boundary| BROKEN).and_then(|mut reader| {
        reader.push(body).map_err(|_broken| BROKEN)?;
        let form = reader.finish().map_err(|_broken| BROKEN)?;
        let mut object = Map::new();
        for part in form.parts {
            let content = body.get(part.content.clone()).ok_or(BROKEN)?;
            let value = if part.is_file {
                Value::String(data_url(content))
            } else {
                text_value(&part.name, content)?
            };
            insert(&mut object, part.name.trim_end_matches("[]"), value);
        }
        Ok(object)
    }))
}

/// Returns an object without its files, for everything that only reads texts.
pub fn without_files(object: &Map<String, Value>) -> Map<String, Value> {
    let kept = object.iter().filter(|(_, value)| !is_file(value));
    kept.map(|(name, value)| (name.clone(), value.clone()))
        .collect()
}

/// Says whether a value is a file as this module writes them.
pub(crate) fn is_file(value: &Value) -> bool {
    match value {
        Value::String(text) => text.starts_with("data:"),
        Value::Array(list) => list.iter().any(is_file),
        _ => false,
    }
}

/// Writes an object as a form; returns its content type and body. Data URLs become files.
pub fn form_of(object: &Map<String, Value>) -> (String, Vec<u8>) {
    let mut parts = Vec::new();
    for (name, value) in object {
        match value {
            Value::Null => {}
            Value::Array(list) => parts.extend(list.iter().map(|value| part(name, value))),
            other => parts.push(part(name, other)),
        }
    }
    written(&parts)
}

fn written(parts: &[Written]) -> (String, Vec<u8>) {
    let boundary = boundary(parts);
    let mut body = Vec::new();
    for (head, content) in parts {
        body.extend_from_slice(format!("--{boundary}\r\n{head}\r\n\r\n").as_bytes());
        body.extend_from_slice(content);
        body.extend_from_slice(b"\r\n");
    }
    body.extend_from_slice(format!("--{boundary}--\r\n").as_bytes());
    (format!("multipart/form-data; boundary={boundary}"), body)
}

/// Writes a form of texts and one file (field, file name, content type); returns its content type and body. A file name
/// loses what would end its place in the form.
pub(crate) fn form_with(
    texts: &[(&str, &str)],
    (field, name, kind): (&str, &str, &str),
    content: Vec<u8>,
) -> (String, Vec<u8>) {
    let plain = |text: &str| -> String {
        let is_plain = |letter: &char| !letter.is_control() && !matches!(letter, '"' | '\\');
        text.chars().filter(is_plain).take(MOST_NAME).collect()
    };
    let mut parts: Vec<Written> = Vec::with_capacity(texts.len() + 1);
    for (name, text) in texts {
        let head = format!("Content-Disposition: form-data; name=\"{name}\"");
        parts.push((head, text.as_bytes().to_vec()));
    }
    let (name, kind) = (plain(name), plain(kind));
    let head = format!(
        "Content-Disposition: form-data; name=\"{field}\"; filename=\"{name}\"\r\nContent-Type: {kind}"
    );
    parts.push((head, content));
    written(&parts)
}

/// The longest name of a file, in letters.
const MOST_NAME: usize = 200;

type Written = (String, Vec<u8>);

fn part(name: &str, value: &Value) -> Written {
    let name: String = name
        .chars()
        .filter(|letter| !matches!(letter, '"' | '\r' | '\n'))
        .collect();
    let disposition = format!("Content-Disposition: form-data; name=\"{name}\"");
    if let Value::String(text) = value
        && let Some((kind, content)) = file_of(text)
    {
        let known = KINDS.iter().find(|(_, _, known, _)| *known == kind);
        let ending = known.map_or("bin", |(_, _, _, ending)| ending);
        let head = format!("{disposition}; filename=\"{name}.{ending}\"\r\nContent-Type: {kind}");
        return (head, content);
    }
    let text = match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    (disposition, text.into_bytes())
}

/// Reads a data URL with base64 in it.
fn file_of(text: &str) -> Option<(&str, Vec<u8>)> {
    let (kind, content) = text.strip_prefix("data:")?.split_once(";base64,")?;
    let is_plain = !kind.is_empty()
        && kind
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"/+.-".contains(&byte));
    let content = BASE64_STANDARD.decode(content).ok()?;
    is_plain.then_some((kind, content))
}

/// Returns a boundary that none of the parts holds.
fn boundary(parts: &[Written]) -> String {
    let is_free = |boundary: &String| {
        let finder = memmem::Finder::new(boundary.as_bytes());
        parts
            .iter()
            .all(|(_, content)| finder.find(content).is_none())
    };
    let tried = (0_u64..).map(|number| format!("{BOUNDARY}{number:016x}"));
    tried.take(1 << 20).find(is_free).unwrap_or_default()
}

fn data_url(content: &[u8]) -> String {
    let kind = KINDS.iter().find(|(mark, at, _, _)| {
        content
            .get(*at..)
            .is_some_and(|rest| rest.starts_with(mark))
    });
    let kind = kind.map_or("application/octet-stream", |(_, _, kind, _)| *kind);
    format!("data:{kind};base64,{}", BASE64_STANDARD.encode(content))
}

fn text_value(name: &str, content: &[u8]) -> Result<Value, TaskRequestError> {
    let text = std::str::from_utf8(content).map_err(|_bytes| BROKEN)?;
    if DOCUMENTS.contains(&name)
        && let Ok(document) = serde_json::from_str(text)
    {
        return Ok(document);
    }
    Ok(text.into())
}

fn insert(object: &mut Map<String, Value>, name: &str, value: Value) {
    match object.get_mut(name) {
        None => {
            object.insert(name.to_owned(), value);
        }
        Some(Value::Array(list)) => list.push(value),
        Some(first) => {
            let both = vec![first.take(), value];
            *first = Value::Array(both);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const FORM: &str = "multipart/form-data; boundary=xx";

    fn read(body: &[u8]) -> Map<String, Value> {
        object_of(FORM, body).expect("a form").expect("readable")
    }

    fn object(value: Value) -> Map<String, Value> {
        match value {
            Value::Object(fields) => fields,
            _ => Map::new(),
        }
    }

    #[test]
    fn texts_documents_lists_and_files_are_read() {
        let body = b"--xx\r\nContent-Disposition: form-data; name=\"model\"\r\n\r\nsora-2\r\n\
            --xx\r\nContent-Disposition: form-data; name=\"metadata\"\r\n\r\n{\"a\":1}\r\n\
            --xx\r\nContent-Disposition: form-data; name=\"images[]\"\r\n\r\nhttp://a\r\n\
            --xx\r\nContent-Disposition: form-data; name=\"images[]\"\r\n\r\nhttp://b\r\n\
            --xx\r\nContent-Disposition: form-data; name=\"input_reference\"; filename=\"a.png\"\r\n\
            Content-Type: image/png\r\n\r\n\x89PNG\r\n--xx--\r\n";
        let found = read(body);
        let image = format!(
            "data:image/png;base64,{}",
            BASE64_STANDARD.encode(b"\x89PNG")
        );
        let wanted = json!({
            "model": "sora-2", "metadata": {"a": 1}, "images": ["http://a", "http://b"],
            "input_reference": image,
        });
        assert_eq!(found, object(wanted));
        assert!(!without_files(&found).contains_key("input_reference"));
    }

    #[test]
    fn what_is_written_reads_the_same() {
        let file = data_url(b"\xff\xd8\xff--weirgate-form-0000000000000000\r\n");
        let given = object(json!({"model": "m", "seconds": "4", "input_reference": file}));
        let (kind, body) = form_of(&given);
        let again = object_of(&kind, &body).expect("a form").expect("readable");
        assert_eq!(again, given);
    }

    #[test]
    fn what_is_no_form_or_a_broken_one_is_told_apart() {
        assert!(object_of("application/json", b"{}").is_none());
        assert!(
            object_of(FORM, b"--xx\r\nnothing")
                .expect("a form")
                .is_err()
        );
        assert!(
            object_of("multipart/form-data", b"")
                .expect("a form")
                .is_err()
        );
    }
}
