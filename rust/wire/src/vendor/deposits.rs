//! Files that a client sends inline, at vendors that take them only after an upload: which they are, what each upload is, and
//! where its id goes. Between the reading and the writing of a call; the relay sends the uploads.
//! After docs.coze.cn (`upload_files`) and docs.dify.ai (files/upload), in excerpts, 2026-11-22.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

use super::dialect::Dialect;
use super::plain::{USER, text_at};
use super::service::document;
use super::state::vendor_error;
use crate::canon::{DecodeError, EncodeError, Input, MediaSource, PartKind, Request};
use crate::endpoint::Family;
use crate::task::form::form_with;

/// The most files of one call.
const MOST: usize = 20;

/// One upload, ready to be sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deposit {
    /// The body's content type.
    pub kind: String,
    /// A form with the file in it.
    pub body: Vec<u8>,
}

/// Says whether calls to this form may have files that must be uploaded first.
pub fn takes_deposits(to: Family) -> bool {
    matches!(to, Family::Vendor(Dialect::Coze | Dialect::Dify))
}

/// Returns where files are uploaded, from the address of the call itself.
pub fn deposit_address(to: Family, called: &str) -> Option<String> {
    let (path, upload) = match to {
        Family::Vendor(Dialect::Coze) => ("/v3/chat", "/v1/files/upload"),
        Family::Vendor(Dialect::Dify) => ("/chat-messages", "/files/upload"),
        _ => return None,
    };
    let root = called.strip_suffix(path)?;
    Some(format!("{root}{upload}"))
}

/// Reads the id out of the answer to an upload.
///
/// # Errors
/// The vendor refused the file, or says no id.
pub fn deposited(to: Family, answer: &[u8]) -> Result<String, DecodeError> {
    let document = document(answer)?;
    let place = match to {
        Family::Vendor(Dialect::Coze) => "/data/id",
        _ => "/id",
    };
    let code = document.get("code").filter(|code| code.as_i64() != Some(0));
    if let Some(code) = code {
        let why = vendor_error(Some(code), text_at(&document, "/msg"));
        return Err(DecodeError::Upstream(why));
    }
    let id = match document.pointer(place) {
        Some(Value::String(id)) if !id.is_empty() => id.clone(),
        Some(Value::Number(id)) => id.to_string(),
        _ => return Err(DecodeError::Unreadable("the file has no id".to_owned())),
    };
    Ok(id)
}

/// Returns the uploads that a call needs, in the order of its files.
pub(crate) fn deposits(request: &mut Request) -> Result<Vec<Deposit>, EncodeError> {
    let user = request.user.clone();
    let user = user.as_deref().unwrap_or(USER);
    let mut found = Vec::new();
    for (source, name) in inline(request) {
        let MediaSource::Url(url) = source else {
            continue;
        };
        if found.len() == MOST {
            return Err(EncodeError::Unsupported { field: "file" });
        }
        found.push(deposit(url, name, user)?);
    }
    Ok(found)
}

/// Puts the ids of uploads in the place of their files.
pub fn place(request: &mut Request, ids: &[String]) {
    for ((source, _), id) in inline(request).zip(ids) {
        *source = MediaSource::Deposited(id.clone());
    }
}

/// The files of a request that stand in it, with their names.
fn inline(request: &mut Request) -> impl Iterator<Item = (&mut MediaSource, Option<&str>)> {
    let messages = match &mut request.input {
        Input::Messages(messages) => messages.as_mut_slice(),
        Input::Prompt { .. } => &mut [],
    };
    let parts = messages.iter_mut().flat_map(|message| &mut message.parts);
    let files = parts.filter_map(|part| match &mut part.kind {
        PartKind::Image { source, .. } => Some((source, None)),
        PartKind::File { source, name } => Some((source, name.as_deref())),
        _ => None,
    });
    files.filter(|(source, _)| matches!(source, MediaSource::Url(url) if url.starts_with("data:")))
}

fn deposit(url: &str, name: Option<&str>, user: &str) -> Result<Deposit, EncodeError> {
    const REFUSED: EncodeError = EncodeError::Unsupported { field: "file" };
    let parts = url
        .strip_prefix("data:")
        .and_then(|url| url.split_once(','));
    let (head, data) = parts.ok_or(REFUSED)?;
    let mime = head.strip_suffix(";base64").ok_or(REFUSED)?;
    let mime = mime.split(';').next().unwrap_or_default();
    let content = STANDARD.decode(data).map_err(|_broken| REFUSED)?;
    let name = name.map_or_else(|| format!("file.{}", ending(mime)), str::to_owned);
    let (kind, body) = form_with(&[("user", user)], ("file", &name, mime), content);
    Ok(Deposit { kind, body })
}

/// What a file's name ends with: the vendors tell its kind by that.
fn ending(mime: &str) -> &str {
    match mime {
        "image/jpeg" => "jpg",
        "image/svg+xml" => "svg",
        "text/plain" => "txt",
        "text/markdown" => "md",
        "application/msword" => "doc",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document" => "docx",
        "application/vnd.ms-excel" => "xls",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet" => "xlsx",
        "application/vnd.ms-powerpoint" => "ppt",
        "application/vnd.openxmlformats-officedocument.presentationml.presentation" => "pptx",
        "application/octet-stream" => "bin",
        _ => mime.rsplit('/').next().unwrap_or("bin"),
    }
}
