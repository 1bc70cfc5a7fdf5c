//! The type `Deadline`, and what is done with deadlines.

use super::case::Case;
use super::loader;
use super::mutations::run;
use crate::calendar::graphql::DueDateDerivation;
use crate::calendar::loaders::CalendarLoader;
use crate::cases::deadlines::{Adjustments, DeadlineStatus, period_of, policy, status, uncountable};
use crate::cases::loaders::AdjustmentsOf;
use crate::cases::service::extend_deadline::ExtendDeadline;
use crate::cases::service::pause_deadline::PauseDeadline;
use crate::cases::service::resume_deadline::ResumeDeadline;
use crate::identity::graphql::{Department, Staff, department, person};
use crate::platform::access::{Permission, access, inherits};
use crate::platform::error::Failure;
use crate::platform::ids::NodeKey;
use crate::platform::loader::Remembering;
use crate::platform::payload::payloads;
use crate::platform::refusal::Ability;
use crate::platform::scope::Scope;
use async_graphql::{Context, Description, ID, Object, Result};
use chrono::{DateTime, Utc};
use entity::calendar::CalendarName;
use entity::case_deadline::{self, PeriodUnit, StartEvent};
use entity::case_entry::ContactMeans;
use entity::{deadline_extension, deadline_pause};
use std::sync::Arc;

/// What must happen by when (办理时限).
#[derive(Clone, Description)]
pub struct Deadline {
    row: Arc<case_deadline::Model>,
    case: Case,
    status: DeadlineStatus,
}

impl Deadline {
    /// The deadline as it stands at an instant.
    pub fn new(row: case_deadline::Model, case: Case, now: DateTime<Utc>) -> Self {
        Self { status: status(&row, now), row: Arc::new(row), case }
    }

    async fn adjustments(&self, ctx: &Context<'_>) -> Result<Adjustments> {
        Ok(loader(ctx).load_one(AdjustmentsOf(self.row.id)).await?.unwrap_or_default())
    }
}

#[Object(use_type_description)]
impl Deadline {
    #[graphql(directive = inherits::apply())]
    async fn id(&self) -> ID {
        self.row.id.global()
    }

    /// Code of the deadline in the profile, for example `REPLY`.
    #[graphql(directive = inherits::apply())]
    async fn code(&self) -> &str {
        &self.row.code
    }

    /// The rule that sets it, for example `HK-8.2`.
    #[graphql(directive = inherits::apply())]
    async fn rule(&self) -> &str {
        &self.row.rule
    }

    /// Where it stands now.
    #[graphql(directive = inherits::apply())]
    async fn status(&self) -> DeadlineStatus {
        self.status
    }

    /// Who owes it; null while the case has no handler, and where a department owes it.
    #[graphql(directive = inherits::apply())]
    async fn owner(&self, ctx: &Context<'_>) -> Option<Result<Staff>> {
        let handler = self.case.0.case.handler_id.filter(|_| self.row.owner_department_id.is_none());
        Some(person(ctx, self.row.owner_id.or(handler)?).await)
    }

    /// The department that owes it, where one does: the one that helps with the case (HK-6.9).
    #[graphql(directive = inherits::apply())]
    async fn owner_department(&self, ctx: &Context<'_>) -> Option<Result<Department>> {
        Some(department(ctx, self.row.owner_department_id?).await)
    }

    /// What it is counted from.
    #[graphql(directive = inherits::apply())]
    async fn start_event(&self) -> StartEvent {
        self.row.start_event
    }

    /// When that was.
    #[graphql(directive = inherits::apply())]
    async fn started_at(&self) -> DateTime<Utc> {
        self.row.started_at
    }

    /// Length of the period, in `unit`, without extensions.
    #[graphql(directive = inherits::apply())]
    async fn length(&self) -> i32 {
        self.row.length
    }

    #[graphql(directive = inherits::apply())]
    async fn unit(&self) -> PeriodUnit {
        self.row.unit
    }

    /// The last second that is in time. While the clock stands still it is not known yet: then it is what it was before.
    #[graphql(directive = inherits::apply())]
    async fn due_at(&self) -> DateTime<Utc> {
        self.row.due_at
    }

    /// When the last of what it waits for had happened.
    #[graphql(directive = inherits::apply())]
    async fn met_at(&self) -> Option<DateTime<Utc>> {
        self.row.met_at
    }

    /// When it was found to be missed, and owner and superior were told (G-8).
    #[graphql(directive = inherits::apply())]
    async fn missed_at(&self) -> Option<DateTime<Utc>> {
        self.row.missed_at
    }

    /// When the owner is warned; null without a warning in the profile.
    #[graphql(directive = inherits::apply())]
    async fn warn_at(&self) -> Option<DateTime<Utc>> {
        self.row.warn_at
    }

    /// Since when its clock stands still.
    #[graphql(directive = inherits::apply())]
    async fn paused_at(&self) -> Option<DateTime<Utc>> {
        self.row.paused_at
    }

    /// The working calendar that it was counted with.
    #[graphql(directive = inherits::apply())]
    async fn calendar(&self) -> CalendarName {
        self.row.calendar
    }

    /// The version of the working calendar that it was counted with.
    #[graphql(directive = inherits::apply())]
    async fn calendar_version(&self) -> i32 {
        self.row.calendar_version
    }

    /// True when it reaches into a year whose holidays are not published yet: it may still move.
    #[graphql(directive = inherits::apply())]
    async fn provisional(&self) -> bool {
        self.row.provisional
    }

    /// How it was counted, day by day.
    #[graphql(directive = inherits::apply())]
    async fn derivation(&self, ctx: &Context<'_>) -> Result<DueDateDerivation> {
        let adjustments = self.adjustments(ctx).await?;
        let calendars = ctx.data_unchecked::<Remembering<CalendarLoader>>();
        let calendar = calendars.load_one((self.row.calendar, self.row.calendar_version)).await?;
        let calendar = calendar.ok_or_else(|| Failure::internal("a calendar version vanished"))?;
        let profile = self.case.profile(ctx).await?;
        let (periods, pauses) = (adjustments.extending(period_of(&self.row)), adjustments.ended_pauses());
        let derived = profile.counting(&calendar).derive_through(self.row.started_at, &periods, &pauses);
        Ok(DueDateDerivation::new(derived.map_err(uncountable)?, &calendar))
    }

    /// When its clock stood still, in order.
    #[graphql(directive = inherits::apply())]
    async fn pauses(&self, ctx: &Context<'_>) -> Result<Vec<DeadlinePause>> {
        Ok(self.adjustments(ctx).await?.pauses.into_iter().map(DeadlinePause).collect())
    }

    /// By what it was extended, in order.
    #[graphql(directive = inherits::apply())]
    async fn extensions(&self, ctx: &Context<'_>) -> Result<Vec<DeadlineExtension>> {
        Ok(self.adjustments(ctx).await?.extensions.into_iter().map(DeadlineExtension).collect())
    }

    /// What you could do with it now, and if not, why.
    #[graphql(directive = inherits::apply())]
    async fn viewer_can(&self) -> DeadlineAbilities {
        DeadlineAbilities(self.clone())
    }
}

/// An interval in which the clock of a deadline stood still.
#[derive(Description)]
pub struct DeadlinePause(deadline_pause::Model);

#[Object(use_type_description)]
impl DeadlinePause {
    #[graphql(directive = inherits::apply())]
    async fn began_at(&self) -> DateTime<Utc> {
        self.0.began_at
    }

    /// Null while it stands still.
    #[graphql(directive = inherits::apply())]
    async fn ended_at(&self) -> Option<DateTime<Utc>> {
        self.0.ended_at
    }

    #[graphql(directive = inherits::apply())]
    async fn reason(&self) -> &str {
        &self.0.reason
    }

    #[graphql(directive = inherits::apply())]
    async fn paused_by(&self, ctx: &Context<'_>) -> Result<Staff> {
        person(ctx, self.0.paused_by).await
    }

    #[graphql(directive = inherits::apply())]
    async fn resumed_by(&self, ctx: &Context<'_>) -> Option<Result<Staff>> {
        Some(person(ctx, self.0.resumed_by?).await)
    }
}

/// An extension of a deadline (延期).
#[derive(Description)]
pub struct DeadlineExtension(deadline_extension::Model);

#[Object(use_type_description)]
impl DeadlineExtension {
    /// By how much, in `unit`.
    #[graphql(directive = inherits::apply())]
    async fn length(&self) -> i32 {
        self.0.length
    }

    #[graphql(directive = inherits::apply())]
    async fn unit(&self) -> PeriodUnit {
        self.0.unit
    }

    #[graphql(directive = inherits::apply())]
    async fn reason(&self) -> &str {
        &self.0.reason
    }

    #[graphql(directive = inherits::apply())]
    async fn approved_by(&self, ctx: &Context<'_>) -> Result<Staff> {
        person(ctx, self.0.approved_by).await
    }

    #[graphql(directive = inherits::apply())]
    async fn approved_at(&self) -> DateTime<Utc> {
        self.0.approved_at
    }

    /// When the complainant was told.
    #[graphql(directive = inherits::apply())]
    async fn complainant_told_at(&self) -> DateTime<Utc> {
        self.0.told_at
    }

    /// How the complainant was told.
    #[graphql(directive = inherits::apply())]
    async fn complainant_told_by(&self) -> ContactMeans {
        self.0.told_by
    }
}

/// What the person asking could do with a deadline now: one field for each button.
#[derive(Description)]
pub struct DeadlineAbilities(Deadline);

#[Object(use_type_description)]
impl DeadlineAbilities {
    /// `pauseDeadline`
    #[graphql(directive = inherits::apply())]
    async fn pause(&self, ctx: &Context<'_>) -> Result<Ability> {
        let Deadline { row, case, .. } = &self.0;
        let profile = case.profile(ctx).await?;
        let rule = profile.deadline(row.start_event, &row.code, &case.0.case.severity);
        let scope = Scope::of(ctx);
        Ok(Ability(policy::may_pause(&scope.actor, &case.0.case, row, rule, scope.clock.now())))
    }

    /// `resumeDeadline`
    #[graphql(directive = inherits::apply())]
    async fn resume(&self, ctx: &Context<'_>) -> Ability {
        let Deadline { row, case, .. } = &self.0;
        let scope = Scope::of(ctx);
        Ability(policy::may_resume(&scope.actor, &case.0.case, row, scope.clock.now()))
    }

    /// `extendDeadline`
    #[graphql(directive = inherits::apply())]
    async fn extend(&self, ctx: &Context<'_>) -> Result<Ability> {
        let Deadline { row, case, .. } = &self.0;
        let profile = case.profile(ctx).await?;
        let rule = profile.deadline(row.start_event, &row.code, &case.0.case.severity);
        let scope = Scope::of(ctx);
        let allowed = policy::may_extend(&scope.actor, &case.0.case, row, rule, &profile, scope.clock.now());
        Ok(Ability(allowed.map(drop)))
    }
}

payloads!(
    case: Case {
        PauseDeadlinePayload,
        ResumeDeadlinePayload,
        ExtendDeadlinePayload,
    }
);

#[derive(Default)]
pub struct DeadlineMutations;

#[Object]
impl DeadlineMutations {
    /// Stops the clock of a deadline, where the profile says that it may stand still (HK-8.8).
    #[graphql(directive = access::apply(vec![Permission::CaseHandle]))]
    async fn pause_deadline(&self, ctx: &Context<'_>, input: PauseDeadline) -> Option<Result<PauseDeadlinePayload>> {
        run(ctx, input).await
    }

    /// Lets the clock of a deadline run again; its end moves by what it stood still.
    #[graphql(directive = access::apply(vec![Permission::CaseHandle]))]
    async fn resume_deadline(&self, ctx: &Context<'_>, input: ResumeDeadline) -> Option<Result<ResumeDeadlinePayload>> {
        run(ctx, input).await
    }

    /// Extends a deadline: by the role that the profile names, after the complainant was told, within what the profile lets
    /// it be at most. Without that in the profile it is refused.
    #[graphql(directive = access::apply(vec![Permission::DeadlineExtend]))]
    async fn extend_deadline(&self, ctx: &Context<'_>, input: ExtendDeadline) -> Option<Result<ExtendDeadlinePayload>> {
        run(ctx, input).await
    }
}
