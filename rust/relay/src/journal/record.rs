//! What a journal record says, and its bytes: one version byte, then postcard. Every record is
//! complete in itself and at most [`MAX_PAYLOAD`] long; a row that would be longer is clipped and
//! flagged, never refused, because a settle must always fit. The order of the fields is the format.

use serde::{Deserialize, Serialize};

use super::error::JournalError;
use super::task::{TaskRecord, TaskRef};

/// Newest version byte in front of a record; older ones are read, newer ones refused. A record
/// carries the version that first had its kind, so what an older gateway knows it can still read.
pub const RECORD_VERSION: u8 = 2;
/// The version of every kind but [`Record::Task`].
const FIRST_VERSION: u8 = 1;
/// Bytes that one record may take in a segment, frame included.
pub const MAX_RECORD: usize = 4096;
/// Bytes of the frame in front of a record: length and CRC.
pub(crate) const FRAME: usize = 8;
/// Longest record without its frame.
pub(crate) const MAX_PAYLOAD: usize = MAX_RECORD - FRAME;
/// Progress entries that surely fit one record.
pub const PROGRESS_PER_RECORD: usize = 40;
/// Refusal counts that surely fit one record.
pub const REFUSED_PER_RECORD: usize = 40;
/// [`UsageRow::flags`]: texts or attempts were shortened so that the record fits.
pub const FLAG_CLIPPED: u32 = 1;
/// [`UsageRow::flags`]: the price of a token class ran into the largest amount.
pub const FLAG_SATURATED: u32 = 1 << 1;
/// [`UsageRow::flags`]: what the channel costs us is not known; `quota_cost` is 0.
pub const FLAG_COST_UNKNOWN: u32 = 1 << 2;

/// Why a call ended; every row carries one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum EndReason {
    /// The upstream finished and said its usage.
    Completed,
    /// The upstream finished without usage; tokens are counted by us.
    CompletedNoUsage,
    /// The upstream said that its answer is incomplete.
    UpstreamIncomplete,
    /// An error object came inside a stream that had begun.
    UpstreamErrorMidstream,
    /// The upstream closed the stream before its end mark.
    UpstreamEof,
    /// The client went away before its first byte.
    ClientGoneBeforeFirstByte,
    /// The client went away within the stream.
    ClientGoneMidstream,
    /// No first token within the limit.
    FirstTokenTimeout,
    /// Silence within the stream for longer than the limit.
    IdleTimeout,
    /// The call as a whole took longer than the limit.
    TotalTimeout,
    /// The hold could not be raised and the stream was cut.
    QuotaExhaustedMidstream,
    /// The call ended in a fault of ours.
    InternalError,
    /// The gateway stopped while the call was in flight.
    GatewayRestart,
    /// No candidate answered; nothing was delivered.
    UpstreamError,
}

impl EndReason {
    /// Returns the word that rows and metrics carry.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Completed => "completed",
            Self::CompletedNoUsage => "completed_no_usage",
            Self::UpstreamIncomplete => "upstream_incomplete",
            Self::UpstreamErrorMidstream => "upstream_error_midstream",
            Self::UpstreamEof => "upstream_eof",
            Self::ClientGoneBeforeFirstByte => "client_gone_before_first_byte",
            Self::ClientGoneMidstream => "client_gone_midstream",
            Self::FirstTokenTimeout => "first_token_timeout",
            Self::IdleTimeout => "idle_timeout",
            Self::TotalTimeout => "total_timeout",
            Self::QuotaExhaustedMidstream => "quota_exhausted_midstream",
            Self::InternalError => "internal_error",
            Self::GatewayRestart => "gateway_restart",
            Self::UpstreamError => "upstream_error",
        }
    }
}

/// Who counted the tokens of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum UsageSource {
    /// The upstream's usage object.
    Provider,
    /// The upstream's usage object, read after the client had gone.
    Drained,
    /// Our own count.
    Estimate,
    /// Nothing was delivered, nothing is counted.
    None,
}

impl UsageSource {
    /// Returns the word that rows and metrics carry.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Provider => "provider",
            Self::Drained => "drained",
            Self::Estimate => "estimate",
            Self::None => "none",
        }
    }
}

/// One call of one upstream, in the order in which they were tried.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attempt {
    /// Channel that was called.
    pub channel_id: i64,
    /// Which of the channel's keys, counted from 0.
    pub key_index: u32,
    /// HTTP status of the upstream; 0 when none came.
    pub status: u16,
    /// Milliseconds from the call to its headers or failure.
    pub ms: u32,
    /// Short code of the failure; empty when it went well.
    pub error: String,
}

/// What becomes one usage row. The first five fields are what the ledger sums, in front so that it
/// need not read the rest.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UsageRow {
    /// Payer.
    pub user_id: i64,
    /// Key that was used; 0 for none.
    pub key_id: i64,
    /// Channel that answered, else the last one tried; 0 for none.
    pub channel_id: i64,
    /// What the user pays (sale), in quota; in a hold: the charge so far.
    pub quota: i64,
    /// End of the call, Unix milliseconds; in a hold: 0.
    pub ended_ms: i64,
    /// Our id of the request, 128 random bits.
    pub request_id: [u8; 16],
    /// Payer's name at the time.
    pub username: String,
    /// Key's name at the time.
    pub key_name: String,
    /// Model as the client asked for it.
    pub model: String,
    /// Model as the upstream was asked for it.
    pub upstream_model: String,
    /// Group whose channel and ratio were used.
    pub group: String,
    /// Path of the family's endpoint, such as `/v1/chat/completions`.
    pub endpoint: String,
    /// Whether the client asked for a stream.
    pub is_stream: bool,
    /// Arrival of the request, Unix milliseconds.
    pub started_ms: i64,
    /// First byte to the client, Unix milliseconds; 0 when none went.
    pub first_byte_ms: i64,
    /// Input tokens, cached, audio and image ones included.
    pub prompt: i64,
    /// Output tokens, reasoning included.
    pub completion: i64,
    /// Input tokens read from the upstream's cache.
    pub cached_read: i64,
    /// Input tokens written to the five minute cache.
    pub cache_write_5m: i64,
    /// Input tokens written to the one hour cache.
    pub cache_write_1h: i64,
    /// Output tokens spent on reasoning.
    pub reasoning: i64,
    /// Audio tokens in.
    pub audio_in: i64,
    /// Audio tokens out.
    pub audio_out: i64,
    /// Image tokens in.
    pub image_in: i64,
    /// Quota held when the call ended.
    pub hold: i64,
    /// List price, in quota.
    pub quota_list: i64,
    /// What the channel costs us, in quota.
    pub quota_cost: i64,
    /// Why the call ended.
    pub end_reason: EndReason,
    /// Who counted the tokens.
    pub usage_source: UsageSource,
    /// HTTP status that the client saw; 0 when none went.
    pub status: u16,
    /// The charge passed the hold.
    pub overrun: bool,
    /// Client's address; empty unless the user records it.
    pub ip: String,
    /// Upstream calls in order.
    pub attempts: Vec<Attempt>,
    /// Price stamp as JSON text, at most 1 KiB.
    pub price: String,
    /// Number of the gateway node.
    pub node: u16,
    /// `FLAG_*` bits.
    pub flags: u32,
}

impl Default for UsageRow {
    fn default() -> Self {
        Self {
            user_id: 0,
            key_id: 0,
            channel_id: 0,
            quota: 0,
            ended_ms: 0,
            request_id: [0; 16],
            username: String::new(),
            key_name: String::new(),
            model: String::new(),
            upstream_model: String::new(),
            group: String::new(),
            endpoint: String::new(),
            is_stream: false,
            started_ms: 0,
            first_byte_ms: 0,
            prompt: 0,
            completion: 0,
            cached_read: 0,
            cache_write_5m: 0,
            cache_write_1h: 0,
            reasoning: 0,
            audio_in: 0,
            audio_out: 0,
            image_in: 0,
            hold: 0,
            quota_list: 0,
            quota_cost: 0,
            end_reason: EndReason::GatewayRestart,
            usage_source: UsageSource::None,
            status: 0,
            overrun: false,
            ip: String::new(),
            attempts: Vec::new(),
            price: String::new(),
            node: 0,
            flags: 0,
        }
    }
}

/// A hold is the row as far as it is known when the money is set aside.
pub type HoldRecord = UsageRow;
/// A settle is the finished row.
pub type SettleRecord = UsageRow;

/// How far one running call is; written once a second for those that moved.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProgressEntry {
    /// The call's request id.
    pub request_id: [u8; 16],
    /// Quota held by now (raises included).
    pub hold: i64,
    /// Channel that answers.
    pub channel_id: i64,
    /// First byte to the client, Unix milliseconds; 0 when none went yet.
    pub first_byte_ms: i64,
    /// Input tokens so far.
    pub prompt: i64,
    /// Output tokens so far.
    pub completion: i64,
    /// List price so far, in quota.
    pub quota_list: i64,
    /// Charge so far, in quota.
    pub quota: i64,
    /// Cost so far, in quota.
    pub quota_cost: i64,
}

impl ProgressEntry {
    /// Writes what is known by now into the hold's row.
    pub fn apply_to(&self, row: &mut UsageRow) {
        row.hold = self.hold;
        row.channel_id = self.channel_id;
        row.first_byte_ms = self.first_byte_ms;
        row.prompt = self.prompt;
        row.completion = self.completion;
        row.quota_list = self.quota_list;
        row.quota = self.quota;
        row.quota_cost = self.quota_cost;
        row.overrun = self.quota > self.hold;
        if self.prompt > 0 || self.completion > 0 {
            row.usage_source = UsageSource::Estimate;
        }
    }
}

/// How often one reason refused one key in one minute.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefusedCount {
    /// Bounded word for the reason.
    pub reason: String,
    /// Key that was used; 0 when none was recognised.
    pub key_id: i64,
    /// Requests refused.
    pub count: u64,
}

/// Requests of one minute that were refused before a hold.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefusedMinute {
    /// Unix time of the minute's beginning, seconds.
    pub minute_s: i64,
    /// Counts by reason and key.
    pub counts: Vec<RefusedCount>,
}

/// One journal record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Record {
    /// Money was set aside; nothing has been asked of an upstream yet.
    Hold(Box<HoldRecord>),
    /// How far running calls are.
    Progress(Vec<ProgressEntry>),
    /// A call ended; the only record that becomes a row and money.
    Settle(Box<SettleRecord>),
    /// Refusals of a minute.
    Refused(RefusedMinute),
    /// A hold that is still open, written again so that its old segment can go.
    Checkpoint(Box<HoldRecord>),
    /// A call ended that began a task: its settle and the task in one.
    Task(Box<TaskRecord>),
}

/// [`Record`] without ownership; the order of the variants is the same, so are the bytes.
#[derive(Clone, Copy, Debug, Serialize)]
pub(crate) enum RecordRef<'a> {
    Hold(&'a UsageRow),
    Progress(&'a [ProgressEntry]),
    Settle(&'a UsageRow),
    Refused(&'a RefusedMinute),
    Checkpoint(&'a UsageRow),
    Task(TaskRef<'a>),
}

/// The five fields in front of a settle: what the ledger sums.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub(crate) struct SettleHead {
    pub(crate) user_id: i64,
    pub(crate) key_id: i64,
    pub(crate) channel_id: i64,
    pub(crate) quota: i64,
    pub(crate) ended_ms: i64,
}

/// Numbers that some variants of [`Record`] have in the bytes.
pub(crate) mod tag {
    pub(crate) const SETTLE: u8 = 2;
    pub(crate) const REFUSED: u8 = 3;
    pub(crate) const TASK: u8 = 5;
}

/// Appends version and record to `out`, which holds only the room for the frame; clips a row that
/// does not fit.
pub(crate) fn encode(record: RecordRef<'_>, out: Vec<u8>) -> Result<Vec<u8>, JournalError> {
    let start = out.len();
    let mut out = encode_whole(record, out)?;
    if out.len() - start <= MAX_PAYLOAD {
        return Ok(out);
    }
    out.truncate(start);
    match record {
        RecordRef::Hold(row) => encode_whole(RecordRef::Hold(&clipped(row)), out),
        RecordRef::Settle(row) => encode_whole(RecordRef::Settle(&clipped(row)), out),
        RecordRef::Checkpoint(row) => encode_whole(RecordRef::Checkpoint(&clipped(row)), out),
        RecordRef::Task(task) => {
            let short = task.clipped();
            let task = TaskRef {
                row: &short.row,
                facts: &short.facts,
            };
            encode_whole(RecordRef::Task(task), out)
        }
        RecordRef::Progress(entries) => Err(JournalError::TooLong {
            entries: entries.len(),
        }),
        RecordRef::Refused(minute) => Err(JournalError::TooLong {
            entries: minute.counts.len(),
        }),
    }
}

fn encode_whole(record: RecordRef<'_>, mut out: Vec<u8>) -> Result<Vec<u8>, JournalError> {
    out.push(match record {
        RecordRef::Task(_) => RECORD_VERSION,
        _ => FIRST_VERSION,
    });
    postcard::to_extend(&record, out).map_err(JournalError::Encode)
}

/// Reads one record; `payload` is what lies between frame and next frame.
pub(crate) fn decode(payload: &[u8]) -> Result<Record, JournalError> {
    let body = body_of(payload)?;
    postcard::from_bytes(body).map_err(JournalError::Decode)
}

/// Returns the record's bytes behind the version byte, and refuses newer versions.
pub(crate) fn body_of(payload: &[u8]) -> Result<&[u8], JournalError> {
    match payload.split_first() {
        Some((&(FIRST_VERSION..=RECORD_VERSION), body)) => Ok(body),
        Some((&version, _)) => Err(JournalError::NewerRecord { version }),
        None => Err(JournalError::Decode(
            postcard::Error::DeserializeUnexpectedEnd,
        )),
    }
}

/// Reads only what the ledger sums; `None` when the record is not a settle.
pub(crate) fn decode_head(payload: &[u8]) -> Result<Option<SettleHead>, JournalError> {
    let body = body_of(payload)?;
    match body.split_first() {
        Some((&(tag::SETTLE | tag::TASK), rest)) => postcard::take_from_bytes(rest)
            .map(|(head, _)| Some(head))
            .map_err(JournalError::Decode),
        _ => Ok(None),
    }
}

/// Texts of a clipped row are at most this long, in bytes.
const CLIPPED_TEXT: usize = 128;
/// Attempts that a clipped row keeps: the last ones, which decided.
const CLIPPED_ATTEMPTS: usize = 8;
/// Bytes of an attempt's error in a clipped row.
const CLIPPED_ERROR: usize = 32;
/// Bytes of the price stamp in a clipped row; a longer one becomes an empty object.
const CLIPPED_PRICE: usize = 1024;

/// Returns a row short enough for one record whatever it held; amounts and ids stay.
pub(crate) fn clipped(row: &UsageRow) -> UsageRow {
    let mut row = row.clone();
    row.flags |= FLAG_CLIPPED;
    for text in [
        &mut row.username,
        &mut row.key_name,
        &mut row.model,
        &mut row.upstream_model,
        &mut row.group,
        &mut row.endpoint,
        &mut row.ip,
    ] {
        clip(text, CLIPPED_TEXT);
    }
    if row.price.len() > CLIPPED_PRICE {
        "{}".clone_into(&mut row.price);
    }
    let surplus = row.attempts.len().saturating_sub(CLIPPED_ATTEMPTS);
    row.attempts.drain(..surplus);
    for attempt in &mut row.attempts {
        clip(&mut attempt.error, CLIPPED_ERROR);
    }
    row
}

pub(crate) fn clip(text: &mut String, longest: usize) {
    if text.len() > longest {
        let end = (0..=longest).rev().find(|&at| text.is_char_boundary(at));
        text.truncate(end.unwrap_or(0));
    }
}
