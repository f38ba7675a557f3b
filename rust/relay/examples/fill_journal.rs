//! Writes settled calls into a journal folder, for `tests/figures/cost.py` to drain.
//!
//! Usage: `fill_journal FOLDER CALLS USERS`. Every call is a hold and a settle as the relay writes
//! them: one good attempt, a price stamp of a real length, four models.

use std::error::Error;
use std::path::Path;
use std::time::Duration;

use weirgate_relay::journal::{
    Attempt, EndReason, Journal, JournalConfig, Position, UsageRow, UsageSource,
};

const MODELS: [&str; 4] = ["gpt-4o", "gpt-4.1", "o1", "claude-sonnet-4-5"];
const PRICE: &str = r#"{"model_ratio":"1.25","completion_ratio":"4","cache_ratio":"0.5","create_cache_ratio":"1.25","create_cache_ratio_1h":"2","audio_ratio":"1","audio_completion_ratio":"1","image_ratio":"1","group_ratio":"1","model":"@"}"#;

fn main() -> Result<(), Box<dyn Error>> {
    let given: Vec<String> = std::env::args().skip(1).collect();
    let [folder, calls, users] = given.as_slice() else {
        return Err("usage: fill_journal FOLDER CALLS USERS".into());
    };
    let (journal, _) = Journal::open(Path::new(folder), JournalConfig::default())?;
    let (calls, users): (u64, u64) = (calls.parse()?, users.parse()?);
    for number in 0..calls {
        let row = call(number, users)?;
        journal.append_hold(&row)?;
        journal.append_settle(&row)?;
    }
    let end = journal.end();
    let mut synced = Position::START;
    while synced < end {
        synced = journal.wait_synced(synced, Duration::from_secs(10));
    }
    journal.close();
    Ok(())
}

fn call(number: u64, users: u64) -> Result<UsageRow, Box<dyn Error>> {
    let payer = i64::try_from(number % users.max(1))? + 1;
    let model = MODELS
        .iter()
        .cycle()
        .nth(usize::try_from(number % 4)?)
        .copied()
        .unwrap_or_default();
    let mixed = number.wrapping_mul(0x9E37_79B9_7F4A_7C15);
    let mut request_id = [0; 16];
    for (to, from) in request_id
        .iter_mut()
        .zip(mixed.to_be_bytes().into_iter().chain(number.to_be_bytes()))
    {
        *to = from;
    }
    let (tokens, began_ms) = (
        i64::try_from(mixed % 4096)?,
        1_795_262_400_000 + i64::try_from(number / 20)?,
    );
    Ok(UsageRow {
        user_id: payer,
        key_id: payer,
        channel_id: 1,
        quota: 1,
        ended_ms: began_ms + tokens,
        request_id,
        username: format!("user{payer}"),
        key_name: format!("key {payer}"),
        model: model.into(),
        upstream_model: model.into(),
        group: "default".into(),
        endpoint: "/v1/chat/completions".into(),
        is_stream: number.is_multiple_of(2),
        started_ms: began_ms,
        first_byte_ms: began_ms + tokens / 2,
        prompt: tokens,
        completion: tokens / 4,
        hold: 500,
        quota_list: 1,
        quota_cost: 1,
        end_reason: EndReason::Completed,
        usage_source: UsageSource::Provider,
        status: 200,
        attempts: vec![Attempt {
            channel_id: 1,
            key_index: 0,
            status: 200,
            ms: u32::try_from(tokens / 2)?,
            error: String::new(),
        }],
        price: PRICE.replace('@', model),
        ..UsageRow::default()
    })
}
