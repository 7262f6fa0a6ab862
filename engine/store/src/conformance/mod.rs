//! What every store must do, as cases that run against any store. A store's tests name themselves once:
//!
//! ```ignore
//! store::conformance!(make_a_fresh_store);
//! ```
//!
//! where `make_a_fresh_store` is an `async fn() -> Box<dyn store::conformance::Subject>`. Each case becomes a test.

// Everything in here is a test.
#![allow(clippy::unwrap_used)]

pub mod asks;
pub mod blobs;
pub mod floor;
pub mod journals;
pub mod lists;
pub mod model;
pub mod people;
pub mod rows;
pub mod runs;
pub mod samples;
pub mod search;
pub mod units;

use crate::rows::RunId;
use crate::rows::Write;
use crate::{AnyStore, Unit};
use async_trait::async_trait;

/// An empty store under test, and a way to spoil it behind its back.
#[async_trait]
pub trait Subject: Send + Sync {
    fn store(&self) -> AnyStore;
    async fn spoil(&self, how: Spoil);
}

/// What someone with a database tool might do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Spoil {
    /// Another body, the hash left as it was.
    ChangeBody {
        run: RunId,
        seq: u64,
    },
    RemoveEntry {
        run: RunId,
        seq: u64,
    },
    /// Two entries change their numbers.
    SwapEntries {
        run: RunId,
        seqs: (u64, u64),
    },
    /// The run's head becomes all zeros.
    ChangeHead {
        run: RunId,
    },
    /// Another body of the audit journal, the hash left as it was.
    ChangeAudit {
        seq: u64,
    },
    /// The run goes, its journal stays.
    RemoveRun {
        run: RunId,
    },
}

/// Writes in a unit of their own and commits.
pub async fn commit(store: &AnyStore, writes: Vec<Write>) {
    let mut unit = store.begin().await.expect("a unit begins");
    unit.write(writes).await.expect("it is written");
    unit.commit().await.expect("it is committed");
}

/// Writes into a unit that must refuse it, and drops the unit.
pub async fn refused(store: &AnyStore, writes: Vec<Write>) -> crate::Error {
    let mut unit: Box<dyn Unit> = store.begin().await.expect("a unit begins");
    unit.write(writes).await.expect_err("it is refused")
}

/// Makes a test of each case.
#[macro_export]
macro_rules! conformance {
    ($make:path) => {
        $crate::conformance!(@cases $make;
            units::dropped_units_leave_nothing
            units::reads_inside_see_own_writes
            units::reads_outside_see_only_what_is_committed
            units::one_writer_at_a_time
            units::nothing_is_committed_after_a_failed_write
            units::too_large_is_refused_by_name
            units::nonsense_is_refused
            units::closed_is_closed
            runs::an_update_needs_the_right_number
            runs::updates_of_one_unit_follow_each_other
            runs::what_never_changes_does_not
            runs::a_run_is_inserted_once
            runs::many_runs_in_one_unit
            runs::runs_are_listed_newest_first
            runs::run_pages_are_stable
            search::runs_are_found_by_what_they_say
            search::runs_are_found_by_the_beginning_of_their_id
            search::a_search_goes_on_where_it_stopped
            floor::the_floor_shows_what_is_open
            floor::what_is_left_off_is_counted
            lists::task_filters
            lists::tasks_are_listed_by_urgency
            lists::task_pages_are_stable
            lists::a_task_that_changes_is_listed_anew
            lists::dropping_a_task_drops_its_draft
            lists::the_last_answers_of_a_place_are_kept
            lists::who_was_given_a_step_is_kept
            lists::what_people_have_in_hand_is_counted
            lists::files_beside_an_app_are_of_a_version
            rows::timers_come_in_order
            rows::listeners_by_message
            rows::answers_are_given_once
            rows::answers_are_forgotten
            rows::records_count_versions
            rows::removed_records_are_gone
            rows::numbers_have_no_gap
            rows::records_are_found_by_typed_values
            rows::records_change_their_values
            rows::records_are_paged_by_key
            rows::several_runs_hold_one_target
            rows::notices_are_filtered
            rows::outbox_keeps_order_and_never_repeats_a_number
            rows::what_was_given_up_is_kept_until_someone_decides
            asks::asks_come_by_lane_and_go
            asks::an_ask_put_again_is_new
            asks::an_ask_that_has_begun_is_known
            asks::asks_have_limits
            rows::apps_have_versions
            rows::counts_follow
            people::tokens_come_and_go
            people::people_change_and_stay
            people::a_badge_is_one_persons
            people::sessions_come_and_go
            people::signing_out_ends_what_was_put_before
            people::stations_come_and_go
            people::the_last_reading_of_a_signal_is_kept
            people::secrets_come_and_go
            people::secrets_are_listed_by_name
            people::the_audit_journal_is_a_chain
            people::verify_finds_a_changed_audit_entry
            people::rights_have_limits
            blobs::same_bytes_same_id
            blobs::what_is_no_blob
            blobs::blobs_have_limits
            journals::hashes_are_as_documented
            journals::journals_are_read_in_order
            journals::an_entry_is_written_once
            journals::verify_passes_what_is_whole
            journals::verify_finds_a_changed_body
            journals::verify_finds_a_removed_entry
            journals::verify_finds_swapped_entries
            journals::verify_finds_a_wrong_head
            journals::verify_finds_a_removed_run
            model::reads_are_those_of_the_model
        );
    };
    (@cases $make:path; $($module:ident::$case:ident)+) => {
        $(
            #[tokio::test]
            async fn $case() {
                let subject = $make().await;
                $crate::conformance::$module::$case(subject.as_ref()).await;
                subject.store().close().await;
            }
        )+
    };
}
