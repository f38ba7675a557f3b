//! Media both ways: `inlineData` and `fileData` on the wire, images, sounds, videos and documents in the hub.
//! Nothing is fetched: an address goes to Google as it is, where Google fetches such, else it is refused by name.

use super::types::{BlobBody, FileBody, PartBody};
use crate::canon::{EncodeError, MediaSource, Part, PartKind};

/// The most base64 of one inline part; a request's inline data may be 100 MB (documented January 2026).
const MAX_INLINE: usize = 140 * 1024 * 1024;

/// Endings of names and what they hold.
const ENDINGS: [(&str, &str); 26] = [
    ("png", "image/png"),
    ("jpg", "image/jpeg"),
    ("jpeg", "image/jpeg"),
    ("webp", "image/webp"),
    ("gif", "image/gif"),
    ("heic", "image/heic"),
    ("heif", "image/heif"),
    ("mp3", "audio/mp3"),
    ("wav", "audio/wav"),
    ("flac", "audio/flac"),
    ("aac", "audio/aac"),
    ("ogg", "audio/ogg"),
    ("m4a", "audio/m4a"),
    ("mp4", "video/mp4"),
    ("mov", "video/mov"),
    ("mpeg", "video/mpeg"),
    ("mpg", "video/mpg"),
    ("avi", "video/avi"),
    ("webm", "video/webm"),
    ("wmv", "video/wmv"),
    ("flv", "video/x-flv"),
    ("pdf", "application/pdf"),
    ("txt", "text/plain"),
    ("md", "text/plain"),
    ("csv", "text/csv"),
    ("html", "text/html"),
];

/// Returns inline data as the hub has it.
pub(super) fn from_blob(blob: BlobBody) -> PartKind {
    let mime = blob.mime_type;
    let url = || MediaSource::Url(format!("data:{mime};base64,{}", blob.data));
    match mime.split('/').next() {
        Some("image") => PartKind::Image {
            source: url(),
            detail: None,
        },
        Some("video") => PartKind::Video { source: url() },
        Some("audio") => PartKind::Audio {
            format: audio_format(&mime).to_owned(),
            data: blob.data,
        },
        _ => PartKind::File {
            source: url(),
            name: blob.display_name,
        },
    }
}

/// Returns a file's address as the hub has it; `None` for places that only Google can read.
pub(super) fn from_file(file: &FileBody) -> Option<PartKind> {
    let is_public = file.file_uri.starts_with("https://")
        && !file.file_uri.starts_with("https://generativelanguage.");
    if !is_public {
        return None;
    }
    let source = MediaSource::Url(file.file_uri.clone());
    let mime = file
        .mime_type
        .as_deref()
        .or_else(|| mime_of_name(&file.file_uri));
    Some(match mime.and_then(|mime| mime.split('/').next()) {
        Some("image") => PartKind::Image {
            source,
            detail: None,
        },
        Some("video") => PartKind::Video { source },
        None if is_film(&file.file_uri) => PartKind::Video { source },
        _ => PartKind::File { source, name: None },
    })
}

/// Writes a part of media. `field` names it in a refusal.
pub(super) fn write(kind: &PartKind, told: Option<&str>) -> Result<PartBody, EncodeError> {
    match kind {
        PartKind::Image { source, .. } => place(source, told, "image/jpeg", "image_url"),
        PartKind::Video { source } => place(source, told, "video/mp4", "video_url"),
        PartKind::File { source, name } => {
            let named = name.as_deref().and_then(mime_of_name);
            place(source, told.or(named), "application/pdf", "file")
        }
        PartKind::Audio { data, format } => {
            inline(&format!("audio/{}", format.as_str()), data, "input_audio")
        }
        _ => Err(EncodeError::Unsupported { field: "content" }),
    }
}

fn place(
    source: &MediaSource,
    told: Option<&str>,
    fallback: &str,
    field: &'static str,
) -> Result<PartBody, EncodeError> {
    let refused = Err(EncodeError::Unsupported { field });
    match source {
        MediaSource::Base64(data) => inline(told.unwrap_or(fallback), data, field),
        MediaSource::Url(url) => match url.strip_prefix("data:") {
            Some(data) => {
                let Some((head, data)) = data.split_once(',') else {
                    return refused;
                };
                let mut words = head.split(';');
                let mime = words.next().filter(|mime| !mime.is_empty());
                if words.all(|word| word != "base64") {
                    return refused;
                }
                inline(mime.or(told).unwrap_or(fallback), data, field)
            }
            None if url.starts_with("https://") || url.starts_with("gs://") => {
                Ok(file(url, told.or_else(|| mime_of_name(url)), fallback))
            }
            // A bare base64 text, as some clients put into `file_data`.
            None if !url.contains(':') => inline(told.unwrap_or(fallback), url, field),
            None => refused,
        },
        MediaSource::FileId(id) if id.starts_with("https://") || id.starts_with("gs://") => {
            Ok(file(id, told.or_else(|| mime_of_name(id)), fallback))
        }
        MediaSource::FileId(_) | MediaSource::Deposited(_) => refused,
    }
}

fn inline(mime: &str, data: &str, field: &'static str) -> Result<PartBody, EncodeError> {
    if data.len() > MAX_INLINE {
        return Err(EncodeError::Unsupported { field });
    }
    Ok(PartBody {
        inline_data: Some(BlobBody {
            mime_type: mime.to_owned(),
            data: data.to_owned(),
            display_name: None,
        }),
        ..PartBody::default()
    })
}

/// Films of `YouTube` need no type; everything else must have one.
fn file(address: &str, mime: Option<&str>, fallback: &str) -> PartBody {
    let mime = mime.or_else(|| (!is_film(address)).then_some(fallback));
    PartBody {
        file_data: Some(FileBody {
            mime_type: mime.map(str::to_owned),
            file_uri: address.to_owned(),
        }),
        ..PartBody::default()
    }
}

fn is_film(address: &str) -> bool {
    let hosts = [
        "https://www.youtube.com/",
        "https://youtube.com/",
        "https://m.youtube.com/",
        "https://youtu.be/",
    ];
    hosts.iter().any(|host| address.starts_with(host))
}

/// Returns the type that a name's or an address's ending tells.
fn mime_of_name(name: &str) -> Option<&'static str> {
    let path = name.split(['?', '#']).next().unwrap_or_default();
    let file = path.rsplit('/').next().unwrap_or_default();
    let (_, ending) = file.rsplit_once('.')?;
    let ending = ending.to_ascii_lowercase();
    let row = ENDINGS.iter().find(|(known, _)| *known == ending);
    row.map(|(_, mime)| *mime)
}

/// Returns the hub's word for a sound's type: `audio/x-wav` is `wav`, `audio/mpeg` is `mp3`.
fn audio_format(mime: &str) -> &str {
    let word = mime.strip_prefix("audio/").unwrap_or(mime);
    match word {
        "x-wav" | "wave" | "vnd.wave" => "wav",
        "mpeg" | "mpga" => "mp3",
        other => other,
    }
}

/// Splits text at pictures in Markdown (`![x](data:image/png;base64,..)`), which is how earlier answers of this family came
/// to clients of chat; they go back as pictures.
pub(super) fn split_pictures(text: &str) -> Vec<Part> {
    let mut parts = Vec::new();
    let mut rest = text;
    let mut from = 0;
    while let Some(found) = rest.get(from..).and_then(|open| open.find("](data:image/")) {
        let at = from + found;
        let start = rest.get(..at).and_then(|before| before.rfind("!["));
        let inside = rest.get(at + 2..).unwrap_or_default();
        let (Some(start), Some(length)) = (start, inside.find(')')) else {
            from = at + 2;
            continue;
        };
        let (before, url) = (rest.get(..start), inside.get(..length));
        push_text(&mut parts, before.unwrap_or_default());
        parts.push(Part::new(PartKind::Image {
            source: MediaSource::Url(url.unwrap_or_default().to_owned()),
            detail: None,
        }));
        rest = inside.get(length + 1..).unwrap_or_default();
        from = 0;
    }
    push_text(&mut parts, rest);
    parts
}

fn push_text(parts: &mut Vec<Part>, text: &str) {
    if !text.is_empty() {
        parts.push(Part::new(PartKind::Text(text.to_owned())));
    }
}
