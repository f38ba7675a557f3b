//! Station 3: may this caller use this model, and is the money there? The hold is taken from wallet
//! and key at once and written to the journal; without that record nothing is asked of a provider.

use std::sync::Arc;

use bytes::Bytes;
use serde_json::{Map, Value};
use weirgate_policy::price::{self, Sheet};
use weirgate_policy::{Ratio, Refusal, keys};
use weirgate_wire::{Endpoint, Envelope};

use super::gate::Gate;
use super::identify::Identified;
use super::plan::Planned;
use super::pricing;
use super::receive::Received;
use super::route::Arrival;
use super::settle::{End, Running, Stake};
use crate::accounts::{HoldRefused, Prepaid};
use crate::error::{Error, ErrorKind};
use crate::journal::{EndReason, UsageRow};
use crate::state::live::BYTES_PER_TOKEN;
use crate::state::published::Routing;
use crate::state::shared::{Phase, Shared};
use crate::worker::Worker;

/// Seconds after which a node that could not write may be asked again.
const RETRY_AFTER_S: u32 = 2;

/// Checks the model against the key's own limits.
pub(crate) fn check(identified: &Identified, envelope: &Envelope) -> Result<(), Error> {
    let Identified {
        caller,
        key,
        routing,
    } = identified;
    keys::check_model(caller, key, &envelope.model, &routing.snapshot)?;
    Ok(())
}

/// Checks a body's texts against the operator's words; costs nothing while there are none.
pub(crate) fn check_words(routing: &Routing, body: &[u8]) -> Result<(), Error> {
    let Some(guard) = &routing.guard else {
        return Ok(());
    };
    if !guard.is_surely_clean(body) && weirgate_wire::any_text(body, |text| guard.is_in(text)) {
        return Err(Refusal::SensitiveWords.into());
    }
    Ok(())
}

/// What a call brings to its admission beside its body.
pub(crate) struct Entry<'a> {
    /// Its place under the limits; none where there are none.
    pub(crate) gate: Option<Box<Gate>>,
    /// The client's headers, where some price or channel asks for them.
    pub(crate) headers: &'a Map<String, Value>,
    /// Its hold, where that had to wait for a lease.
    pub(crate) prepaid: Option<Prepaid>,
}

/// Takes a hold that may wait for a lease; only on a node among several.
pub(crate) async fn prepay(
    worker: &Arc<Worker>,
    arrival: &Arrival,
    identified: &Identified,
    headers: &Map<String, Value>,
    received: &Received,
    planned: &Planned,
) -> Result<Option<Prepaid>, Error> {
    serving(&worker.shared)?;
    let asked = pricing::Asked {
        body: &received.body,
        headers: Some(headers),
        started_ms: arrival.started_ms,
    };
    let sheet = sheet(identified, received, &asked)?;
    let amount = amount(identified, received, &sheet, planned.first_ratio());
    prepay_amount(worker, identified, amount).await
}

/// As `prepay`, of a price that is known.
pub(crate) async fn prepay_amount(
    worker: &Arc<Worker>,
    identified: &Identified,
    amount: i64,
) -> Result<Option<Prepaid>, Error> {
    let (accounts, caller) = (&worker.shared.accounts, &identified.caller);
    let prepaid = accounts.prepay(caller.user_id, caller.key_id, amount).await;
    prepaid.map(Some).map_err(refusal)
}

/// Takes the hold of a call.
pub(crate) fn hold(
    worker: &Arc<Worker>,
    arrival: &Arrival,
    identified: &Identified,
    entry: Entry<'_>,
    received: &Received,
    planned: &Planned,
) -> Result<Box<Running>, Error> {
    serving(&worker.shared)?;
    let group_ratio = planned.first_ratio();
    let asked = pricing::Asked {
        body: &received.body,
        headers: Some(entry.headers),
        started_ms: arrival.started_ms,
    };
    let sheet = sheet(identified, received, &asked)?;
    let amount = amount(identified, received, &sheet, group_ratio);
    let asked = Asked {
        model: &received.envelope.model,
        path: received.endpoint.path().to_owned(),
        is_stream: received.envelope.stream,
        amount,
        sheet,
        group_ratio,
        endpoint: received.endpoint,
        body: received.body.clone(),
        prompt_bytes: received.envelope.input_bytes,
        tokens: entry
            .gate
            .as_ref()
            .map_or(0, |_| tokens(identified, received)),
        group: planned.candidates.first().map(|first| &first.group),
        gate: entry.gate,
        prepaid: entry.prepaid,
    };
    take(worker, arrival, identified, asked)
}

/// What money is held for.
pub(crate) struct Asked<'a> {
    pub(crate) model: &'a str,
    /// The row's name of the endpoint.
    pub(crate) path: String,
    pub(crate) is_stream: bool,
    /// In quota.
    pub(crate) amount: i64,
    pub(crate) sheet: Arc<Sheet>,
    pub(crate) group_ratio: Ratio,
    pub(crate) endpoint: Endpoint,
    pub(crate) body: Bytes,
    /// What the body counts for as a prompt, in bytes of text.
    pub(crate) prompt_bytes: usize,
    /// What it will use, for limits.
    pub(crate) tokens: u64,
    /// The group that it will be served from.
    pub(crate) group: Option<&'a Arc<str>>,
    pub(crate) gate: Option<Box<Gate>>,
    pub(crate) prepaid: Option<Prepaid>,
}

/// Takes a hold: in memory first, then in the journal.
pub(crate) fn take(
    worker: &Arc<Worker>,
    arrival: &Arrival,
    identified: &Identified,
    mut asked: Asked<'_>,
) -> Result<Box<Running>, Error> {
    let shared = &worker.shared;
    if let Some(gate) = &mut asked.gate {
        gate.ask(asked.model, asked.group, asked.tokens, asked.amount)?;
    }
    let row = row(worker, arrival, identified, &mut asked);
    let slot = shared
        .journal
        .reserve_hold()
        .map_err(|error| unavailable(arrival, &error))?;
    let caller = &identified.caller;
    let hold = match asked.prepaid.and_then(Prepaid::into_hold) {
        Some(hold) => hold,
        None => shared
            .accounts
            .hold(caller.user_id, caller.key_id, asked.amount)
            .map_err(refusal)?,
    };
    let stake = Stake {
        hold,
        gate: asked.gate,
        sheet: asked.sheet,
        group_ratio: asked.group_ratio,
        started: arrival.started,
        endpoint: asked.endpoint,
        body: asked.body,
        prompt_bytes: asked.prompt_bytes,
    };
    Running::begin(worker, row, stake, slot).map_err(|error| unavailable(arrival, &error))
}

/// Refuses what would begin while the node starts or stops.
pub(crate) fn serving(shared: &Shared) -> Result<(), Error> {
    match shared.phase() {
        Phase::Ready => Ok(()),
        Phase::Draining | Phase::Cutting | Phase::Stopped => Err(Refusal::Draining.into()),
        Phase::Starting => Err(Error::gateway(ErrorKind::NotReady, Some(1))),
    }
}

/// Waits until the hold's record is in the journal's file; nothing is asked of a provider before.
pub(crate) async fn written(
    worker: &Worker,
    arrival: &Arrival,
    mut running: Box<Running>,
) -> Result<Box<Running>, Error> {
    match worker.gather.written().await {
        Ok(()) => Ok(running),
        Err(error) => {
            running.close(&End::free(EndReason::InternalError));
            Err(unavailable(arrival, &error))
        }
    }
}

/// Returns the sheet of a call, by its images' size and quality where they count.
fn sheet(
    identified: &Identified,
    received: &Received,
    asked: &pricing::Asked<'_>,
) -> Result<Arc<Sheet>, Error> {
    let envelope = &received.envelope;
    let sheet = pricing::sheet(identified, &envelope.model, asked)?;
    let of_image = envelope.media.as_ref().and_then(|media| {
        sheet.for_image(
            &envelope.model,
            media.size.as_deref(),
            media.quality.as_deref(),
        )
    });
    Ok(of_image.map_or(sheet, Arc::new))
}

/// Returns the quota to hold: what a call for media will use, else the body as prompt and the stated or default output,
/// times n.
pub(crate) fn amount(
    identified: &Identified,
    received: &Received,
    sheet: &Sheet,
    group_ratio: Ratio,
) -> i64 {
    let envelope = &received.envelope;
    if let Some(media) = &envelope.media {
        return price::charge(sheet, group_ratio, &media.expected).sale;
    }
    let default_output = if received.endpoint.is_generation() {
        identified.routing.snapshot.options.default_output_tokens
    } else {
        0
    };
    price::hold_amount(
        sheet,
        group_ratio,
        envelope.input_bytes,
        envelope.max_output_tokens,
        default_output,
        envelope.n,
    )
}

/// Returns the tokens that limits of them are asked for: what the money is held for, by the same estimate.
fn tokens(identified: &Identified, received: &Received) -> u64 {
    let envelope = &received.envelope;
    let options = &identified.routing.snapshot.options;
    let default_output = if received.endpoint.is_generation() {
        options.default_output_tokens
    } else {
        0
    };
    let output = envelope.max_output_tokens.unwrap_or(default_output);
    let prompt = (envelope.input_bytes as u64).div_ceil(BYTES_PER_TOKEN);
    prompt.saturating_add(output.saturating_mul(envelope.n))
}

pub(crate) fn refusal(refused: HoldRefused) -> Error {
    match refused {
        HoldRefused::Wallet => Refusal::WalletTooSmall.into(),
        HoldRefused::Key => Refusal::KeyTooSmall.into(),
        HoldRefused::NoSuch => Refusal::KeyUnknown.into(),
        HoldRefused::Budget => Refusal::KeyTooSmall.into(),
        HoldRefused::Lapsed | HoldRefused::Pending => Refusal::LedgerUnavailable.into(),
    }
}

fn unavailable(arrival: &Arrival, error: &crate::journal::JournalError) -> Error {
    tracing::warn!(request_id = %arrival.id_text(), %error, "no hold could be written");
    Error::gateway(
        ErrorKind::Refused(Refusal::LedgerUnavailable),
        Some(RETRY_AFTER_S),
    )
}

/// The row as far as it is known when the money is set aside.
fn row(
    worker: &Worker,
    arrival: &Arrival,
    identified: &Identified,
    asked: &mut Asked<'_>,
) -> Box<UsageRow> {
    let caller = &identified.caller;
    let ip = if caller.record_ip {
        arrival.client_ip.to_string()
    } else {
        String::new()
    };
    Box::new(UsageRow {
        request_id: arrival.id,
        user_id: caller.user_id,
        key_id: caller.key_id,
        username: caller.username.as_ref().to_owned(),
        key_name: caller.key_name.as_ref().to_owned(),
        model: asked.model.to_owned(),
        endpoint: std::mem::take(&mut asked.path),
        is_stream: asked.is_stream,
        started_ms: arrival.started_ms,
        hold: asked.amount,
        node: worker.shared.config.node,
        ip,
        ..UsageRow::default()
    })
}
