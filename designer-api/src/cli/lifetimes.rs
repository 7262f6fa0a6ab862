//! How long people stay signed in: flags of `gemba serve`.

use clap::value_parser;
use std::time::Duration;

use crate::identity::Lifetimes;

#[derive(clap::Args)]
pub(super) struct LifetimeArgs {
    /// After so many hours everyone signs in anew
    #[arg(long, value_name = "N", default_value_t = 12, value_parser = value_parser!(u64).range(1..=24 * 30))]
    session_hours: u64,
    /// After so many minutes without a touch a person is signed out at a browser of their own
    #[arg(long, value_name = "N", default_value_t = 30, value_parser = value_parser!(u64).range(1..=24 * 60))]
    idle_minutes: u64,
    /// The same at an enrolled station, in seconds
    #[arg(long, value_name = "N", default_value_t = 120, value_parser = value_parser!(u64).range(10..=24 * 3600))]
    station_idle_seconds: u64,
}

impl LifetimeArgs {
    pub(super) fn lifetimes(&self) -> Lifetimes {
        Lifetimes {
            absolute: Duration::from_hours(self.session_hours),
            idle: Duration::from_mins(self.idle_minutes),
            idle_at_station: Duration::from_secs(self.station_idle_seconds),
        }
    }
}
