//! The type `Form`.

use super::case::Case;
use super::{loader, timeline};
use crate::cases::forms::{self, FormKind, Sources};
use crate::cases::people::loaders::IntakeFormOf;
use crate::identity::loaders::PeopleLoader;
use crate::platform::access::inherits;
use crate::platform::language::Language;
use crate::platform::loader::Remembering;
use crate::platform::masked::Masked;
use crate::platform::scope::Scope;
use async_graphql::{Context, Description, Object, Result};
use chrono::{DateTime, Utc};
use std::collections::HashMap;

/// One of the policy's forms, filled in from a case for the person asking. Titles, labels and words are Chinese or English by
/// `Accept-Language`; the printed page is Chinese.
#[derive(Description)]
pub struct Form(pub forms::Form);

#[Object(use_type_description)]
impl Form {
    #[graphql(directive = inherits::apply())]
    async fn kind(&self) -> FormKind {
        self.0.kind
    }

    #[graphql(directive = inherits::apply())]
    async fn title(&self, ctx: &Context<'_>) -> String {
        self.0.kind.title().r#in(language(ctx)).to_owned()
    }

    /// Name of the company.
    #[graphql(directive = inherits::apply())]
    async fn organisation(&self) -> &str {
        &self.0.organisation
    }

    #[graphql(directive = inherits::apply())]
    async fn case_number(&self) -> &str {
        &self.0.case_number
    }

    /// Archive number (档案编号); null until the case is filed.
    #[graphql(directive = inherits::apply())]
    async fn archive_number(&self) -> Option<&str> {
        self.0.archive_number.as_deref()
    }

    /// The fields in the order of the paper.
    #[graphql(directive = inherits::apply())]
    async fn fields(&self) -> Vec<FormField> {
        self.0.fields.iter().cloned().map(FormField).collect()
    }

    /// The rows of a HANDLING_RECORD, or the signatures of a JOINT_REVIEW_RECORD, in order; empty for other forms.
    #[graphql(directive = inherits::apply())]
    async fn entries(&self) -> Vec<FormEntry> {
        self.0.entries.iter().cloned().map(FormEntry).collect()
    }

    /// Where this server gives the form as a page to print, asked for with the same access token.
    #[graphql(directive = inherits::apply())]
    async fn print_path(&self) -> String {
        format!("/forms/{}/{}", self.0.about, self.0.kind.name())
    }
}

/// A field of a form.
#[derive(Description)]
pub struct FormField(forms::FormField);

#[Object(use_type_description)]
impl FormField {
    /// Stable, for programs; for example `complainantName`.
    #[graphql(directive = inherits::apply())]
    async fn code(&self) -> &str {
        self.0.code
    }

    #[graphql(directive = inherits::apply())]
    async fn label(&self, ctx: &Context<'_>) -> &str {
        self.0.label.r#in(language(ctx))
    }

    /// The value as you may see it; null where nothing is known.
    #[graphql(directive = inherits::apply())]
    async fn value(&self, ctx: &Context<'_>) -> Option<Masked> {
        self.0.value.as_ref().map(|value| value.r#in(language(ctx)))
    }
}

/// A row of the handling record.
#[derive(Description)]
pub struct FormEntry(forms::FormEntry);

#[Object(use_type_description)]
impl FormEntry {
    #[graphql(directive = inherits::apply())]
    async fn occurred_at(&self) -> DateTime<Utc> {
        self.0.occurred_at
    }

    /// Name of who did it; null when the system acted.
    #[graphql(directive = inherits::apply())]
    async fn person(&self) -> Option<&str> {
        self.0.person.as_deref()
    }

    /// What was done.
    #[graphql(directive = inherits::apply())]
    async fn action(&self, ctx: &Context<'_>) -> &str {
        self.0.action.r#in(language(ctx))
    }

    /// What came of it; empty where you may not read it.
    #[graphql(directive = inherits::apply())]
    async fn result(&self, ctx: &Context<'_>) -> &str {
        self.0.result.r#in(language(ctx))
    }
}

/// A form of a case.
pub async fn form_of(ctx: &Context<'_>, case: &Case, kind: FormKind) -> Result<Form> {
    let scope = Scope::of(ctx);
    let row = &case.0.case;
    let profile = case.profile(ctx).await?;
    let entries = timeline::all(ctx, row.id).await?;
    let intake_form = loader(ctx).load_one(IntakeFormOf(row.id)).await?;
    let people = forms::people(row, &entries)?;
    let cards = ctx.data_unchecked::<Remembering<PeopleLoader>>().load_many(people).await?;
    let names: HashMap<_, _> = cards.into_iter().map(|(id, card)| (id, card.name)).collect();
    let sources = Sources {
        case: row,
        profile: &profile,
        entries: &entries,
        intake_form: intake_form.as_ref(),
        names: &names,
        reader: &scope.actor,
        vault: &scope.vault,
    };
    Ok(Form(forms::Form::of(kind, &sources)?))
}

fn language(ctx: &Context<'_>) -> Language {
    *ctx.data_unchecked::<Language>()
}
