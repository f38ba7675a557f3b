//! What every service's writer asks of a request for rankings or images: documents as texts, a size as a ratio or as two
//! numbers, and which fields it has that the service lacks.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Number, Value};

use crate::canon::{EncodeError, ImagesRequest, Made, Ranked, RerankRequest};

/// Fields of a rerank that only tune it; others that a service lacks are refused.
const RERANK_TUNING: [&str; 5] = [
    "max_chunks_per_doc",
    "max_tokens_per_doc",
    "overlap_tokens",
    "truncation",
    "user",
];

/// Fields of an image request that only tune it.
const IMAGE_TUNING: [&str; 9] = [
    "quality",
    "style",
    "user",
    "background",
    "moderation",
    "output_format",
    "output_compression",
    "watermark",
    "seed",
];

/// What an image begins with.
const KINDS: [(&[u8], &str); 4] = [
    (b"\x89PNG", "image/png"),
    (b"\xFF\xD8\xFF", "image/jpeg"),
    (b"RIFF", "image/webp"),
    (b"GIF8", "image/gif"),
];
/// Returns the media type of an image, by its first bytes.
pub(super) fn kind_of_image(start: &[u8]) -> Option<&'static str> {
    let found = KINDS.iter().find(|(magic, _)| start.starts_with(magic));
    found.map(|(_, mime)| *mime)
}

/// The same of an image in base64.
pub(super) fn image_mime(data: &str) -> Option<&'static str> {
    kind_of_image(&STANDARD.decode(data.get(..16)?).ok()?)
}

/// Returns the question as text.
pub(super) fn query(request: &RerankRequest) -> Result<&str, EncodeError> {
    let query = text(&request.query);
    query.ok_or(EncodeError::Unsupported { field: "query" })
}

/// Returns the documents as texts; what has no text (an image) is refused.
pub(super) fn documents(request: &RerankRequest) -> Result<Vec<&str>, EncodeError> {
    let texts = request.documents.iter().map(text);
    let texts: Option<Vec<&str>> = texts.collect();
    texts.ok_or(EncodeError::Unsupported { field: "documents" })
}

fn text(value: &Value) -> Option<&str> {
    value.as_str().or_else(|| value.get("text")?.as_str())
}

/// Returns the fields of a rerank that are left out, beyond those that the service `says`; what decides over the ranking is
/// refused.
pub(super) fn rerank_left_out(
    request: &RerankRequest,
    says: &[&str],
) -> Result<Vec<&'static str>, EncodeError> {
    // Which fields of an object count decides over the ranking.
    if request.rest.contains_key("rank_fields") {
        let field = "rank_fields";
        return Err(EncodeError::Unsupported { field });
    }
    Ok(missing(&request.rest, &RERANK_TUNING, says))
}

/// Returns the fields of an image request that are left out, beyond those that the service `says`. A stream of images is
/// refused, since no service here makes one.
pub(super) fn images_left_out(
    request: &ImagesRequest,
    says: &[&str],
) -> Result<Vec<&'static str>, EncodeError> {
    if request.rest.get("stream") == Some(&Value::Bool(true)) {
        return Err(EncodeError::Unsupported { field: "stream" });
    }
    let size = request.size.as_deref().unwrap_or("auto");
    if size != "auto" && pixels(size).is_none() && ratio(size, &["1:1"]).is_none() {
        return Err(EncodeError::Unsupported { field: "size" });
    }
    let mut drops = missing(&request.rest, &IMAGE_TUNING, says);
    if request.size.is_some() && !says.contains(&"size") {
        drops.push("size");
    }
    if request.n.is_some_and(|n| n > 1) && !says.contains(&"n") {
        return Err(EncodeError::Unsupported { field: "n" });
    }
    Ok(drops)
}

fn missing(rest: &Map<String, Value>, tuning: &[&'static str], says: &[&str]) -> Vec<&'static str> {
    let known = tuning.iter().copied();
    let mut drops: Vec<&'static str> = known
        .filter(|name| rest.contains_key(*name) && !says.contains(name))
        .collect();
    let is_other = |name: &String| {
        let name = name.as_str();
        !tuning.contains(&name) && !says.contains(&name) && name != "stream"
    };
    if rest.keys().any(is_other) {
        drops.push("extra_fields");
    }
    drops
}

/// Refuses base64 for vendors that give addresses only.
pub(super) fn only_urls(request: &ImagesRequest) -> Result<(), EncodeError> {
    match request.response_format.as_deref() {
        Some("b64_json") => Err(EncodeError::Unsupported {
            field: "response_format",
        }),
        _ => Ok(()),
    }
}

/// Reads `1024x768`, or `1024*768`.
pub(super) fn pixels(size: &str) -> Option<(u64, u64)> {
    let (width, height) = size.split_once(['x', 'X', '*', '×'])?;
    let (width, height) = (width.trim().parse().ok()?, height.trim().parse().ok()?);
    (width > 0 && height > 0).then_some((width, height))
}

/// Returns the ratio that is nearest to a size, of those that a vendor has; a ratio among them stays.
pub(super) fn ratio(size: &str, known: &[&'static str]) -> Option<&'static str> {
    let sides = |ratio: &str| {
        let (width, height) = ratio.split_once(':')?;
        let (width, height): (u64, u64) = (width.parse().ok()?, height.parse().ok()?);
        (width > 0 && height > 0).then_some((width, height))
    };
    let (width, height) = pixels(size).or_else(|| sides(size))?;
    let wanted = shape(width, height);
    let distance = |ratio: &&'static str| {
        let (width, height) = sides(ratio).unwrap_or((1, 1));
        (shape(width, height) - wanted).abs()
    };
    known
        .iter()
        .copied()
        .min_by(|first, second| distance(first).total_cmp(&distance(second)))
}

/// How wide something is: the logarithm, so that 2:1 is as far from a square as 1:2.
fn shape(width: u64, height: u64) -> f64 {
    (width as f64).ln() - (height as f64).ln()
}

/// Puts fields of a request that a service knows by the same name into its body.
pub(super) fn copy(from: &Map<String, Value>, names: &[&str], to: &mut Map<String, Value>) {
    for name in names {
        if let Some(value) = from.get(*name) {
            to.insert((*name).to_owned(), value.clone());
        }
    }
}

/// Reads a list of results, each with its place and score under these names.
pub(super) fn ranked(results: Option<&Value>, index: &str, score: &str) -> Option<Vec<Ranked>> {
    let results = results?.as_array()?.iter();
    let read = results.map(|one| {
        let score: &Number = one.get(score)?.as_number()?;
        Some(Ranked {
            index: one.get(index)?.as_u64()?,
            score: score.clone(),
            document: one.get("document").filter(|it| !it.is_null()).cloned(),
        })
    });
    read.collect()
}

/// Reads a list of addresses, or of objects with one under `url`.
pub(super) fn addresses(list: Option<&Value>) -> Vec<Made> {
    let items = match list {
        Some(Value::Array(items)) => items.as_slice(),
        Some(one) => std::slice::from_ref(one),
        None => &[],
    };
    let urls = items.iter().filter_map(|item| {
        let url = item.as_str().or_else(|| item.get("url")?.as_str())?;
        Some(Made::Url(url.to_owned()))
    });
    urls.collect()
}
