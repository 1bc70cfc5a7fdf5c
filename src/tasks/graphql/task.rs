//! The type `Task`.

use crate::approvals::graphql::Approval;
use crate::assistance::graphql::Assistance;
use crate::cases::graphql::Case;
use crate::platform::access::{Permission, access, inherits};
use crate::platform::page::{Connection, Listed, PageArgs, asks_for_total};
use crate::platform::scope::Scope;
use crate::platform::text::any_wanted;
use crate::tasks::TaskKind;
use crate::tasks::store::{NEVER, TaskPosition, TaskRow, Tasks};
use async_graphql::{Context, Description, Object, Result};
use chrono::{DateTime, SubsecRound, Utc};

/// Something that waits for the person who asks.
#[derive(Description)]
pub struct Task {
    row: TaskRow,
    overdue: bool,
}

#[Object(use_type_description)]
impl Task {
    /// What is to be done.
    #[graphql(directive = inherits::apply())]
    async fn kind(&self) -> TaskKind {
        self.row.kind
    }

    /// The case that it is about.
    #[graphql(directive = access::apply(vec![Permission::CaseRead]))]
    async fn case(&self, ctx: &Context<'_>) -> Result<Case> {
        Case::of(ctx, self.row.case_id).await
    }

    /// The approval item that it is about; null when it is about the case itself.
    #[graphql(directive = access::apply(vec![Permission::ApprovalRead]))]
    async fn approval(&self, ctx: &Context<'_>) -> Option<Result<Approval>> {
        match self.row.kind {
            TaskKind::EndorseApproval | TaskKind::DecideApproval => {
                Approval::find(ctx, self.row.subject.into()).await.transpose()
            }
            _ => None,
        }
    }

    /// The assistance that it is about; null when it is about something else.
    #[graphql(directive = access::apply(vec![Permission::AssistanceRead]))]
    async fn assistance(&self, ctx: &Context<'_>) -> Option<Result<Assistance>> {
        match self.row.kind {
            TaskKind::DeliverAssistance | TaskKind::AnswerInformationRequest => {
                Assistance::find(ctx, self.row.subject.into()).await.transpose()
            }
            _ => None,
        }
    }

    /// The earliest deadline of the case that is not met; null when none runs.
    #[graphql(directive = inherits::apply())]
    async fn due_at(&self) -> Option<DateTime<Utc>> {
        Some(self.row.due_at).filter(|due| *due < NEVER)
    }

    /// True when that deadline has passed.
    #[graphql(directive = inherits::apply())]
    async fn overdue(&self) -> bool {
        self.overdue
    }

    /// Since when it waits for you.
    #[graphql(directive = inherits::apply())]
    async fn since(&self) -> DateTime<Utc> {
        self.row.since
    }
}

/// A page of what waits for the person who asks.
pub async fn tasks(ctx: &Context<'_>, kinds: Option<Vec<TaskKind>>, page: PageArgs) -> Result<Connection<Task>> {
    let scope = Scope::of(ctx);
    let db = scope.db.read(&scope.actor);
    let now = scope.clock.now();
    let page = page.check_as::<TaskPosition>()?;
    let kinds = any_wanted("kinds", kinds)?;
    let tasks = Tasks::of(db, &scope.actor, now).await?;
    let rows = tasks.page(db, kinds.as_deref(), page).await?;
    let total = match asks_for_total(ctx) {
        true => Some(tasks.counts(db, kinds.as_deref(), now).await?.iter().map(|count| count.tasks).sum()),
        false => None,
    };
    let second = now.trunc_subsecs(0);
    let node = |row: TaskRow| Task { overdue: row.due_at < second, row };
    Ok(page.connect(Listed { rows, total }, |row| TaskPosition::from(row), node))
}
