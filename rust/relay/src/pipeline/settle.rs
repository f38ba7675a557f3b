//! Station 7: usage → price → Settle record → hold back to the accounts → metrics.
//!
//! `Running` is the guard of one call's money. However the call ends, and be it by a panic or a
//! cancelled task, exactly one Settle record is written and the hold is given back.

use std::sync::Arc;
use std::time::Instant;

use bytes::Bytes;
use weirgate_policy::Ratio;
use weirgate_policy::price::{self, Charge, Sheet};
use weirgate_policy::routing::Candidate;
use weirgate_policy::snapshot::MidstreamExhausted;
use weirgate_wire::Endpoint;
use weirgate_wire::canon::{ToolCalls, Usage};

use super::gate::Gate;
use super::spare;
use crate::accounts::{Hold, HoldRefused};
use crate::journal::{
    EndReason, FLAG_COST_UNKNOWN, FLAG_SATURATED, HoldSlot, Journal, JournalError, Position,
    TaskFacts, UsageRow, UsageSource,
};
use crate::state::clock;
use crate::state::live::Meter;
use crate::state::published::Stamps;
use crate::state::shared::Phase;
use crate::telemetry::access_log;
use crate::worker::Worker;

/// What a call stakes when it begins.
pub(crate) struct Stake {
    pub(crate) hold: Hold,
    /// What limits gave; none when nothing limits the call.
    pub(crate) gate: Option<Box<Gate>>,
    pub(crate) sheet: Arc<Sheet>,
    pub(crate) group_ratio: Ratio,
    pub(crate) started: Instant,
    pub(crate) endpoint: Endpoint,
    pub(crate) body: Bytes,
    /// What the body counts for as a prompt, in bytes of text.
    pub(crate) prompt_bytes: usize,
}

/// How a call ended.
#[derive(Clone, Copy, Debug)]
pub(crate) struct End {
    pub(crate) reason: EndReason,
    pub(crate) usage: Usage,
    pub(crate) source: UsageSource,
}

impl End {
    /// An end at which nothing is charged.
    pub(crate) fn free(reason: EndReason) -> Self {
        Self {
            reason,
            usage: Usage::default(),
            source: UsageSource::None,
        }
    }
}

/// A settle that the journal could not take; kept with its hold until it can.
#[derive(Debug)]
pub(crate) struct Owed {
    pub(crate) row: Box<UsageRow>,
    pub(crate) task: Option<Box<TaskFacts>>,
    pub(crate) hold: Hold,
}

/// A task that a provider has accepted, with its full price.
pub(crate) struct Begun {
    pub(crate) facts: Box<TaskFacts>,
    pub(crate) charge: Charge,
}

/// The money of one running call.
pub(crate) struct Running {
    worker: Arc<Worker>,
    /// None once closed.
    hold: Option<Hold>,
    gate: Option<Box<Gate>>,
    row: Box<UsageRow>,
    sheet: Arc<Sheet>,
    /// What the channel that was asked last costs us, where that is known.
    cost: Option<Arc<Sheet>>,
    meter: Arc<Meter>,
    is_live: bool,
    /// Speech was asked for as bare samples.
    pub(crate) is_pcm: bool,
    /// Images that the answer brings, for models priced by them.
    pub(crate) images: u64,
    /// Calls of the provider's own tools that were seen, should no usage state them.
    pub(crate) tools: ToolCalls,
    task: Option<Begun>,
    pub(crate) started: Instant,
    pub(crate) endpoint: Endpoint,
    pub(crate) body: Bytes,
    prompt_bytes: usize,
}

impl std::fmt::Debug for Running {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("Running")
            .field("endpoint", &self.endpoint)
            .finish_non_exhaustive()
    }
}

impl Running {
    /// Appends the Hold record, which `admit::written` waits for; on error the hold goes back as if it had never been.
    pub(crate) fn begin(
        worker: &Arc<Worker>,
        row: Box<UsageRow>,
        stake: Stake,
        slot: HoldSlot,
    ) -> Result<Box<Self>, JournalError> {
        if let Err(error) = slot.append_soon(&row) {
            stake.hold.settle(0);
            return Err(error);
        }
        let meter = Meter::new(&row, stake.prompt_bytes, &stake.sheet, stake.group_ratio);
        Ok(Box::new(Self {
            worker: Arc::clone(worker),
            hold: Some(stake.hold),
            gate: stake.gate,
            row,
            sheet: stake.sheet,
            cost: None,
            meter: Arc::new(meter),
            is_live: false,
            is_pcm: false,
            images: 0,
            tools: ToolCalls::NONE,
            task: None,
            started: stake.started,
            endpoint: stake.endpoint,
            body: stake.body,
            prompt_bytes: stake.prompt_bytes,
        }))
    }

    pub(crate) fn meter(&self) -> &Meter {
        &self.meter
    }

    pub(crate) fn row(&mut self) -> &mut UsageRow {
        &mut self.row
    }

    /// Returns the model as the client asked for it; by its name tokens are counted.
    pub(crate) fn model(&self) -> &str {
        &self.row.model
    }

    pub(crate) fn has_begun_to_answer(&self) -> bool {
        self.row.first_byte_ms != 0
    }

    /// Takes the group of the candidate that is tried next; a dearer one raises the hold first.
    pub(crate) fn choose(
        &mut self,
        candidate: &Candidate,
        stamps: &Stamps,
        amount: impl FnOnce(&Sheet) -> i64,
    ) -> Result<(), HoldRefused> {
        if candidate.group_ratio != self.meter.group_ratio {
            let amount = amount(&self.sheet);
            if amount > self.row.hold {
                self.raise(amount)?;
            }
        }
        self.row.channel_id = candidate.channel.id;
        let prices = candidate.channel.prices.as_deref();
        self.cost = prices.and_then(|prices| prices.cost(&candidate.upstream_model).cloned());
        candidate
            .upstream_model
            .as_ref()
            .clone_into(&mut self.row.upstream_model);
        if self.row.price.is_empty() || candidate.group_ratio != self.meter.group_ratio {
            candidate.group.as_ref().clone_into(&mut self.row.group);
            let is_special = candidate.is_special_ratio;
            let stamp = stamps.get(&self.sheet, candidate.group_ratio, is_special);
            stamp.as_ref().clone_into(&mut self.row.price);
            let ratio = candidate.group_ratio;
            self.meter = Arc::new(Meter::new(&self.row, self.prompt_bytes, &self.sheet, ratio));
        }
        Ok(())
    }

    /// Raises the hold to a new total.
    pub(crate) fn raise(&mut self, total: i64) -> Result<(), HoldRefused> {
        if let Some(gate) = &mut self.gate
            && !gate.raise(total)
        {
            return Err(HoldRefused::Budget);
        }
        if let Some(hold) = &mut self.hold {
            hold.raise(total)?;
            self.row.hold = total;
            self.meter.set_hold(total);
        }
        Ok(())
    }

    /// Returns what happens to a stream whose money runs out.
    pub(crate) fn midstream_exhausted(&self) -> MidstreamExhausted {
        let routing = self.worker.shared.published.routing();
        routing
            .as_ref()
            .map_or_else(MidstreamExhausted::default, |routing| {
                routing.snapshot.options.midstream_exhausted
            })
    }

    /// Returns what limits gave, if any limit the call.
    pub(crate) fn gate(&mut self) -> Option<&mut Gate> {
        self.gate.as_deref_mut()
    }

    pub(crate) fn held(&self) -> i64 {
        self.row.hold
    }

    /// Notes that the answer's first byte goes out now.
    pub(crate) fn first_byte(&mut self, status: u16) {
        self.row.first_byte_ms = clock::now_ms();
        self.row.status = status;
        self.meter
            .begin_answer(self.row.channel_id, self.row.first_byte_ms);
        self.worker.metrics.first_byte(self.started.elapsed());
    }

    /// Lets the ticker report this call's progress from now on.
    pub(crate) fn go_live(&mut self) {
        self.worker
            .shared
            .live
            .enter(self.worker.index, &self.meter);
        self.is_live = true;
    }

    pub(crate) const fn is_closed(&self) -> bool {
        self.hold.is_none()
    }

    /// Makes the settle a task's: charged at its full price, written in one record with the task.
    pub(crate) fn begin_task(&mut self, task: Begun) {
        self.task = Some(task);
    }

    /// Settles: the record is written before this returns, then the hold goes back.
    pub(crate) fn close(&mut self, end: &End) {
        self.close_with(end, Journal::append_settle);
    }

    /// The same, but the record is in the file only after the worker's next gathered write.
    pub(crate) async fn close_gathered(&mut self, end: &End) {
        self.close_with(end, Journal::append_settle_soon);
        if let Err(error) = self.worker.gather.written().await {
            tracing::error!(%error, "a settle goes to the journal's next segment");
        }
    }

    fn close_with(
        &mut self,
        end: &End,
        append: fn(&Journal, &UsageRow) -> Result<Position, JournalError>,
    ) {
        let Some(hold) = self.hold.take() else { return };
        if std::mem::take(&mut self.is_live) {
            self.worker
                .shared
                .live
                .leave(self.worker.index, self.row.request_id);
        }
        self.finish_row(end);
        if let Some(mut gate) = self.gate.take() {
            gate.settle(&self.row);
        }
        let task = self.task.take().map(|task| task.facts);
        let shared = &self.worker.shared;
        let charge = self.row.quota;
        let written = match &task {
            Some(facts) => shared.journal.append_task(&self.row, facts),
            None => append(&shared.journal, &self.row),
        };
        match written {
            Ok(_position) => {
                hold.settle(charge);
                if let Some(facts) = &task {
                    shared.recent_tasks.note(&self.row, facts);
                }
            }
            Err(error) => {
                tracing::error!(%error, "a settle waits for the journal");
                let row = std::mem::take(&mut self.row);
                shared.owe(Owed { row, task, hold });
                return;
            }
        }
        self.worker
            .metrics
            .settled(&self.row, self.started.elapsed());
        if shared.config.access_log {
            access_log::write(&self.row);
        }
    }

    fn finish_row(&mut self, end: &End) {
        let is_late = self.worker.shared.accounts.is_overdue();
        let row = &mut self.row;
        row.end_reason = end.reason;
        row.usage_source = end.source;
        row.ended_ms = clock::now_ms();
        if end.source == UsageSource::None {
            return;
        }
        let usage = &Usage {
            images: end.usage.images.max(self.images),
            tools: end.usage.tools.at_least(self.tools),
            ..end.usage
        };
        let count = |tokens: u64| i64::try_from(tokens).unwrap_or(i64::MAX);
        row.prompt = count(usage.prompt);
        row.completion = count(usage.completion);
        row.cached_read = count(usage.cached_read);
        row.cache_write_5m = count(usage.cache_write_5m);
        row.cache_write_1h = count(usage.cache_write_1h);
        row.reasoning = count(usage.reasoning);
        row.audio_in = count(usage.audio_in);
        row.audio_out = count(usage.audio_out);
        row.image_in = count(usage.image_in);
        let charge = match &self.task {
            Some(task) => task.charge,
            None => self.meter.charge(usage),
        };
        let charge = match &self.cost {
            Some(sheet) if self.task.is_none() => charge.with_cost(sheet, usage),
            _ => charge,
        };
        if charge.cost_known {
            price::stamp::add_field(&mut row.price, "cost_known", &true.into());
        }
        if usage.images > 1 {
            price::stamp::add_images(&mut row.price, usage.images);
        }
        if usage.image_out > 0 {
            price::stamp::add_field(&mut row.price, "image_output", &usage.image_out.into());
        }
        if let Some(tools) = self.sheet.tool_snapshot(usage) {
            price::stamp::add_field(&mut row.price, "tools", &tools);
        }
        if let Some(tier) = self.sheet.matched_tier(usage) {
            price::stamp::add_field(&mut row.price, "matched_tier", &tier.into());
        }
        row.quota = charge.sale;
        row.quota_list = charge.list;
        row.quota_cost = charge.cost;
        row.overrun = charge.sale > row.hold || (charge.sale > 0 && is_late);
        row.flags |= if charge.saturated { FLAG_SATURATED } else { 0 };
        row.flags |= if charge.cost_known {
            0
        } else {
            FLAG_COST_UNKNOWN
        };
    }

    /// The end of a call whose task was dropped: by a panic, by the drain deadline, or because its
    /// client went away. Counted by what was delivered.
    pub(crate) fn reason_when_dropped(&self) -> EndReason {
        match self.worker.shared.phase() {
            _ if std::thread::panicking() => EndReason::InternalError,
            Phase::Cutting | Phase::Stopped => EndReason::GatewayRestart,
            _ if self.has_begun_to_answer() => EndReason::ClientGoneMidstream,
            _ => EndReason::ClientGoneBeforeFirstByte,
        }
    }

    /// An end that charges what the meter has seen go out.
    pub(crate) fn end_by_meter(&self, reason: EndReason) -> End {
        match self.meter.usage_so_far() {
            Some(usage) => End {
                reason,
                usage,
                source: UsageSource::Estimate,
            },
            None => End::free(reason),
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if self.hold.is_some() {
            let end = self.end_by_meter(self.reason_when_dropped());
            self.close(&end);
        }
        spare::give_back(std::mem::take(&mut self.body));
    }
}

/// How usage was learnt, and whether somebody still has to count.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Verdict {
    /// Everything is known.
    Known(End),
    /// Text went out without a usage: tokens must be counted.
    Count(EndReason),
}

impl Verdict {
    /// Raises a stated completion to what was delivered; the prompt stays as stated.
    pub(crate) fn at_least(self, completion: u64) -> Self {
        match self {
            Self::Known(end) if end.usage.completion < completion => Self::Known(End {
                usage: Usage {
                    completion,
                    ..end.usage
                },
                source: UsageSource::Estimate,
                ..end
            }),
            other => other,
        }
    }
}

/// Decides what is charged: a stated usage always, zeros included; else a count of what was
/// delivered; nothing when nothing was delivered and the call did not complete.
pub(crate) fn verdict(reason: EndReason, usage: Option<Usage>, has_delivered: bool) -> Verdict {
    match usage {
        Some(usage) => Verdict::Known(End {
            reason,
            usage,
            source: UsageSource::Provider,
        }),
        None if reason == EndReason::Completed => Verdict::Count(EndReason::CompletedNoUsage),
        None if has_delivered => Verdict::Count(reason),
        None => Verdict::Known(End::free(reason)),
    }
}
