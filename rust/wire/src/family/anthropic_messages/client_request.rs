//! Client bytes to the hub. Used when the upstream speaks another family.
//! Must keep every field: what the hub has no word for goes to `rest`.

use crate::canon::Request;
use crate::endpoint::Endpoint;
use crate::envelope::RequestError;

/// Reads a body; `path_model` is the model of the path, for endpoints that have it there.
pub fn read(
    _endpoint: Endpoint,
    _path_model: Option<&str>,
    _body: &[u8],
) -> Result<Request, RequestError> {
    Err(RequestError::Unreadable("not spoken yet".to_owned()))
}
