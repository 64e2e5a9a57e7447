//! `sansfix demo`: two sessions on loopback TCP, an operator who logs one out and on again, and a check of every
//! number on both sides.

mod data;
mod ledger;
mod sides;
mod timeline;

use std::net::TcpListener;
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use sansfix::config::{Config, Identity, Role};
use sansfix::{BeginString, PhaseName, Status};
use sansfix_registry::Registry;
use sansfix_runtime::blocking::{Acceptor, AcceptorOptions, Initiator, InitiatorOptions, SessionSetup};

use crate::cli::DemoArguments;
use data::Kept;
use sides::{Desk, Orders, REPORTS_EACH, ShownStore, Venue};
use timeline::{Side, Timeline};

/// Orders before the Logout, and as many after the Logon.
const ORDERS: u64 = 6;

/// How long the session stays down, so that one can see that it does.
const DOWN: Duration = Duration::from_millis(400);

/// Far longer than any step takes; a demo that hangs fails.
const PATIENCE: Duration = Duration::from_secs(10);

const REASON: &str = "maintenance, back in a moment";

pub(crate) fn run(arguments: &DemoArguments) -> ExitCode {
    match play(arguments.data.as_deref(), |line| println!("{line}")) {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("sansfix demo: {why}");
            ExitCode::FAILURE
        }
    }
}

/// Both sessions, and who commands them.
struct Stage {
    timeline: Timeline,
    orders: Arc<Orders>,
    registry: Registry,
    desk: Identity,
    venue: Identity,
}

fn play(data: Option<&Path>, print: impl FnMut(&str) + Send + 'static) -> Result<(), String> {
    let desk = Identity::new(BeginString::Fix44, "DESK", "VENUE");
    let stage = Stage {
        timeline: Timeline::new(print),
        orders: Arc::default(),
        registry: Registry::new(),
        venue: desk.reversed(),
        desk,
    };
    let [desk_kept, venue_kept] = [&stage.desk, &stage.venue].map(|id| Kept::open(data, id));
    let (desk_kept, venue_kept) = (desk_kept?, venue_kept?);
    stage.go_on(data, [&desk_kept, &venue_kept]);
    let taken_down = desk_kept.taken_down.clone();
    let listener =
        TcpListener::bind("127.0.0.1:0").map_err(|error| format!("no port to listen on: {error}"))?;
    let acceptor =
        Acceptor::start(listener, vec![stage.venue(venue_kept)], AcceptorOptions::default(), &stage.registry)
            .map_err(|error| error.to_string())?;
    stage.note(&format!("{} accepts on {}", stage.venue, acceptor.local_addr()));
    let options = InitiatorOptions::to(acceptor.local_addr());
    let initiator = Initiator::start(stage.desk(desk_kept), options, &stage.registry)
        .map_err(|error| error.to_string())?;
    if let Some(why) = taken_down {
        stage.note(&format!("the desk was taken down, \"{why}\", and stays down over a restart"));
        stage.timeline.note("operator", "logon");
        stage.registry.logon(&stage.desk).map_err(|error| error.to_string())?;
    }
    stage.act()?;
    initiator.stop();
    acceptor.stop();
    stage.verdict()
}

impl Stage {
    fn desk(&self, kept: Kept) -> SessionSetup {
        let config = Config::new(Role::Initiator, self.desk.clone());
        let (timeline, orders) = (self.timeline.clone(), self.orders.clone());
        let before = kept.next_sender - 1;
        let desk = Desk { timeline, orders, before, sent: 0, last: None };
        SessionSetup::new(config, desk).with_store(self.store(Side::Desk, kept))
    }

    fn venue(&self, kept: Kept) -> SessionSetup {
        let config = Config::new(Role::Acceptor, self.venue.clone());
        let venue = Venue { timeline: self.timeline.clone(), executions: kept.next_sender - 1 };
        SessionSetup::new(config, venue).with_store(self.store(Side::Venue, kept))
    }

    fn store(&self, side: Side, kept: Kept) -> ShownStore {
        ShownStore { side, timeline: self.timeline.clone(), store: kept.store }
    }

    /// Says where earlier runs have left the numbers.
    fn go_on(&self, data: Option<&Path>, [desk, venue]: [&Kept; 2]) {
        self.timeline
            .go_on_from([desk.next_sender, desk.next_target], [venue.next_sender, venue.next_target]);
        let Some(data) = data else { return };
        for (name, kept) in [("desk", desk), ("venue", venue)] {
            if let Some(torn) = &kept.torn {
                self.note(torn);
            }
            let (sender, target) = (kept.next_sender, kept.next_target);
            let what = if kept.is_new { "starts in" } else { "continues from" };
            let data = data.display();
            self.note(&format!("{name} {what} {data}: next number to send {sender}, next expected {target}"));
        }
    }

    fn note(&self, what: &str) {
        self.timeline.note("", what);
    }

    /// Trade, log out, wait, log on, trade, log out.
    fn act(&self) -> Result<(), String> {
        self.trade()?;
        let down = self.log_out(REASON)?;
        std::thread::sleep(DOWN);
        if self.numbers()? != down {
            return Err("the numbers moved while the session was down".into());
        }
        self.note(&format!("still down after {} ms: nobody dials", DOWN.as_millis()));
        self.timeline.note("operator", "logon");
        self.registry.logon(&self.desk).map_err(|error| error.to_string())?;
        self.trade()?;
        self.log_out("end of the demo")?;
        Ok(())
    }

    /// Lets the desk send its orders, and waits until each has been filled.
    fn trade(&self) -> Result<(), String> {
        for id in [&self.desk, &self.venue] {
            self.wait(id, "logged on", |status| status.logged_on)?;
        }
        self.orders.wanted.fetch_add(ORDERS, Ordering::SeqCst);
        let started = Instant::now();
        let reports = REPORTS_EACH * self.orders.wanted.load(Ordering::SeqCst);
        while self.orders.reports.load(Ordering::SeqCst) < reports {
            if started.elapsed() > PATIENCE {
                return Err("not every order was filled".into());
            }
            self.orders.ring();
            std::thread::sleep(Duration::from_millis(5));
        }
        Ok(())
    }

    /// Logs the desk out, and shows the numbers on both sides when the connection is gone.
    fn log_out(&self, reason: &str) -> Result<[u64; 4], String> {
        self.timeline.note("operator", &format!("logout, \"{reason}\""));
        self.registry.logout(&self.desk, reason).map_err(|error| error.to_string())?;
        if self.registry.is_logged_on(&self.desk) != Ok(false) {
            return Err("still logged on after the logout command returned".into());
        }
        for id in [&self.desk, &self.venue] {
            self.wait(id, "disconnected", |status| status.phase == PhaseName::Disconnected)?;
        }
        let numbers = self.numbers()?;
        let [desk_sender, desk_target, venue_sender, venue_target] = numbers;
        self.note(&format!("desk:   next number to send {desk_sender}, next expected {desk_target}"));
        self.note(&format!("venue:  next number to send {venue_sender}, next expected {venue_target}"));
        if (desk_sender, desk_target) != (venue_target, venue_sender) {
            return Err("the two sides do not agree on the next numbers".into());
        }
        if [desk_sender, venue_sender] != [Side::Desk, Side::Venue].map(|side| self.timeline.last(side) + 1) {
            return Err("the next numbers do not follow those that were used".into());
        }
        Ok(numbers)
    }

    /// Next sender and next target number, of the desk and of the venue.
    fn numbers(&self) -> Result<[u64; 4], String> {
        let status = |id| self.registry.status(id).map_err(|error| error.to_string());
        let (desk, venue) = (status(&self.desk)?, status(&self.venue)?);
        Ok([desk.next_sender, desk.next_target, venue.next_sender, venue.next_target].map(|seq| seq.get()))
    }

    fn wait(&self, id: &Identity, what: &str, until: impl Fn(&Status) -> bool) -> Result<(), String> {
        match self.registry.wait(id, PATIENCE, until) {
            Ok((_, true)) => Ok(()),
            Ok((status, false)) => Err(format!("{id} was not {what} in time: {:?}", status.phase)),
            Err(error) => Err(error.to_string()),
        }
    }

    fn verdict(&self) -> Result<(), String> {
        let faults = self.timeline.faults();
        if !faults.is_empty() {
            return Err(faults.join("; "));
        }
        let [desk, venue] = [Side::Desk, Side::Venue]
            .map(|side| format!("{} to {}", self.timeline.first(side), self.timeline.last(side)));
        self.note(&format!("every number once, none lost, none used again: desk {desk}, venue {venue}"));
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    #[test]
    fn the_demo_shows_continuity_over_logout_and_logon() {
        let lines = Arc::new(Mutex::new(Vec::new()));
        let shown = lines.clone();
        super::play(None, move |line| shown.lock().unwrap().push(line.to_owned())).unwrap();
        let lines = lines.lock().unwrap();
        let text = lines.join("\n");
        assert_eq!(text.matches("NewOrderSingle").count() as u64, 2 * super::ORDERS, "{text}");
        assert_eq!(text.matches("ExecutionReport").count() as u64, 4 * super::ORDERS, "{text}");
        assert!(text.contains(&format!("Logout           Text={}", super::REASON)), "{text}");
        // Logon, orders, Logout, then Logon with exactly the next number.
        let second_logon =
            lines.iter().filter(|line| line.contains("desk > venue") && line.contains("Logon")).nth(1);
        assert!(
            second_logon.is_some_and(|line| line.contains(&format!("34={} ", super::ORDERS + 3))),
            "{text}"
        );
        assert!(text.ends_with("desk 1 to 16, venue 1 to 28"), "{text}");
    }
}
