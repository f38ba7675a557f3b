//! The hub to an upstream's body, with the vendor's rules applied.
//! What the family cannot say is refused by name or listed as dropped, never lost in silence.

use crate::canon::{EncodeError, Request};
use crate::translate::WireRequest;
use crate::vendor::Profile;

/// Writes a request for a vendor of this family.
pub fn write(_request: &Request, _profile: &Profile) -> Result<WireRequest, EncodeError> {
    Err(EncodeError::Unsupported { field: "model" })
}
