//! The two applications: a desk that sends orders, a venue that executes them; and a store that shows what leaves.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use sansfix::wire::{Message, Precision};
use sansfix::{Batch, BusinessRejectReason, SeqNum, SeqRange, Snapshot, Verdict};
use sansfix_registry::Bell;
use sansfix_runtime::blocking::Application;
use sansfix_runtime::{Outlet, Store, StoreError, Stored};

use super::timeline::{CL_ORD_ID, CUM_QTY, ORD_STATUS, ORDER_QTY, SYMBOL, Side, Timeline};

/// Orders leave this far apart, so that the timeline can be read.
const PACE: Duration = Duration::from_millis(140);

/// Each order is answered twice: taken, then filled. So the numbers of the two directions differ.
pub(super) const REPORTS_EACH: u64 = 2;

/// How many orders the desk is to send in this run, and how many reports on them have come back.
#[derive(Default)]
pub(super) struct Orders {
    pub(super) wanted: AtomicU64,
    pub(super) reports: AtomicU64,
    bell: OnceLock<Bell>,
}

impl Orders {
    /// Has the desk look whether an order is due.
    pub(super) fn ring(&self) {
        if let Some(bell) = self.bell.get() {
            bell.ring();
        }
    }
}

/// What an order's ClOrdID begins with; its number follows.
const ORDER: &str = "order-";

fn order_number(cl_ord_id: &[u8]) -> Option<u64> {
    std::str::from_utf8(cl_ord_id).ok()?.strip_prefix(ORDER)?.parse().ok()
}

/// Sends orders while it is logged on, until as many have left as are wanted.
pub(super) struct Desk {
    pub(super) timeline: Timeline,
    pub(super) orders: Arc<Orders>,
    /// Orders of earlier runs have numbers up to this one, at most.
    pub(super) before: u64,
    pub(super) sent: u64,
    pub(super) last: Option<Instant>,
}

impl Application for Desk {
    fn started(&mut self, bell: &Bell) {
        // A session is started once, so there is no other bell.
        let _ = self.orders.bell.set(bell.clone());
    }

    fn turn(&mut self, outlet: &mut Outlet<'_>) {
        let due = self.last.is_none_or(|last| last.elapsed() >= PACE);
        if !due || self.sent >= self.orders.wanted.load(Ordering::SeqCst) {
            return;
        }
        let order = format!("{ORDER}{}", self.before + self.sent + 1);
        let now = outlet.now().utc_ns;
        let result = outlet.send(b"D", |body| {
            body.field(CL_ORD_ID, order.as_str()).field(21, "1").field(ORDER_QTY, "100").field(40, "2");
            body.field(44, "101.5").field(54, "1").field(SYMBOL, "FIX");
            body.timestamp(60, now, Precision::Milliseconds);
        });
        match result {
            Ok(_) => self.sent += 1,
            Err(refused) => self.timeline.note("desk", &format!("order not sent: {refused}")),
        }
        self.last = Some(Instant::now());
    }

    fn message<'a>(&'a mut self, message: Message<'a>, _outlet: &mut Outlet<'_>) -> Verdict<'a> {
        self.timeline.received(Side::Desk, &message);
        if message.get(CL_ORD_ID).and_then(order_number).is_some_and(|order| order > self.before) {
            self.orders.reports.fetch_add(1, Ordering::SeqCst);
        }
        Verdict::Accept
    }

    fn logon<'a>(&'a mut self, logon: Message<'a>) -> Verdict<'a> {
        self.timeline.received(Side::Desk, &logon);
        Verdict::Accept
    }

    fn admin<'a>(&'a mut self, message: Message<'a>, _outlet: &mut Outlet<'_>) -> Verdict<'a> {
        self.timeline.received(Side::Desk, &message);
        Verdict::Accept
    }

    fn duplicate(&mut self, message: Message<'_>) {
        self.timeline.received(Side::Desk, &message);
    }
}

/// Takes each order and fills it at once.
pub(super) struct Venue {
    pub(super) timeline: Timeline,
    pub(super) executions: u64,
}

impl Application for Venue {
    fn message<'a>(&'a mut self, order: Message<'a>, outlet: &mut Outlet<'_>) -> Verdict<'a> {
        self.timeline.received(Side::Venue, &order);
        let (Some(id), Some(symbol), Some(quantity)) =
            (order.get(CL_ORD_ID), order.get(SYMBOL), order.get(ORDER_QTY))
        else {
            let reason = BusinessRejectReason::ConditionallyRequiredFieldMissing;
            return Verdict::BusinessReject { reason, ref_id: "", text: "no order" };
        };
        for (exec_type, filled, left) in [("0", &b"0"[..], quantity), ("F", quantity, b"0")] {
            self.executions += 1;
            let result = outlet.send(b"8", |body| {
                body.field(6, "101.5").field(CL_ORD_ID, id).field(CUM_QTY, filled);
                body.field(17, &self.executions).field(37, id).field(ORD_STATUS, status_of(exec_type));
                body.field(54, "1").field(SYMBOL, symbol).field(150, exec_type).field(151, left);
            });
            if let Err(refused) = result {
                self.timeline.note("venue", &format!("report not sent: {refused}"));
            }
        }
        Verdict::Accept
    }

    fn logon<'a>(&'a mut self, logon: Message<'a>) -> Verdict<'a> {
        self.timeline.received(Side::Venue, &logon);
        Verdict::Accept
    }

    fn admin<'a>(&'a mut self, message: Message<'a>, _outlet: &mut Outlet<'_>) -> Verdict<'a> {
        self.timeline.received(Side::Venue, &message);
        Verdict::Accept
    }

    fn duplicate(&mut self, message: Message<'_>) {
        self.timeline.received(Side::Venue, &message);
    }
}

/// OrdStatus(39) that goes with ExecType(150): new, or filled.
fn status_of(exec_type: &str) -> &'static str {
    if exec_type == "F" { "2" } else { "0" }
}

/// A store that shows every message that has been saved: each is, before it leaves.
pub(super) struct ShownStore {
    pub(super) side: Side,
    pub(super) timeline: Timeline,
    pub(super) store: Box<dyn Store>,
}

impl Store for ShownStore {
    fn load(&mut self) -> Result<Option<Snapshot>, StoreError> {
        self.store.load()
    }

    fn save(&mut self, batch: &Batch<'_>) -> Result<(), StoreError> {
        self.store.save(batch)?;
        for record in batch.records() {
            match record.raw {
                Some(raw) => self.timeline.sent(self.side, raw),
                // The one message that no store sees; nobody leaves numbers out here.
                None => self.timeline.sent_logon(self.side, record.range.begin.get()),
            }
        }
        Ok(())
    }

    fn fetch(
        &mut self,
        range: SeqRange,
        limit: u32,
        sink: &mut dyn FnMut(Stored<'_>),
    ) -> Result<SeqNum, StoreError> {
        self.store.fetch(range, limit, sink)
    }

    fn waits(&self) -> bool {
        self.store.waits()
    }

    fn sync_due(&self) -> Option<Duration> {
        self.store.sync_due()
    }

    fn sync(&mut self) -> Result<(), StoreError> {
        self.store.sync()
    }
}
