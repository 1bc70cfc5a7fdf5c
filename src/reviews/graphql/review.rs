//! The type `JointReview`.

use super::abilities::JointReviewAbilities;
use super::attendee::JointReviewAttendee;
use super::loader;
use super::minutes::{JointReviewMinutes, JointReviewSignature, SigningRefusal};
use crate::approvals::graphql::Approval;
use crate::cases::entry::JointReviewDetail;
use crate::cases::graphql::Case;
use crate::cases::graphql::form::Form;
use crate::identity::graphql::{Staff, person};
use crate::identity::loaders::PeopleLoader;
use crate::platform::access::{Permission, access, inherits};
use crate::platform::ids::NodeKey;
use crate::platform::loader::Remembering;
use crate::platform::masked::{Masked, Personal};
use crate::platform::scope::Scope;
use crate::platform::signing::ServerKeys;
use crate::platform::vault::loaders::key_of;
use crate::reviews::loaders::{
    AgendaItemRead, AgendaOf, AttendeesOf, JointReviewsOf, MinutesOf, PackOf, RefusalsOf, SignaturesOf,
};
use crate::reviews::policy::{JointReviewState, state};
use crate::reviews::service::export_joint_review::ExportJointReview;
use crate::reviews::store::ReviewRead;
use crate::reviews::{form, invitation, minutes, pack};
use async_graphql::{ComplexObject, Context, Description, ID, Object, Result, SimpleObject};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, Utc};
use entity::evidence::{self, EvidenceKind, EvidenceSource};
use entity::joint_review::{JointReviewGround, JointReviewOutcome};
use entity::{CaseId, JointReviewId, joint_review_minutes};
use std::collections::HashMap;
use std::sync::Arc;

/// A joint review meeting (合议): request, meeting, minutes and signatures. Those see it who attend, and those who see a case on
/// its agenda.
#[derive(Clone, Description)]
pub struct JointReview(pub Arc<ReviewRead>);

impl JointReview {
    pub fn new(read: ReviewRead) -> Self {
        Self(Arc::new(read))
    }

    /// The joint review of a key, as far as the person may see it.
    pub async fn find(ctx: &Context<'_>, id: JointReviewId) -> Result<Option<Self>> {
        Ok(loader(ctx).load_one(id).await?.map(Self::new))
    }

    pub(super) fn case_id(&self) -> CaseId {
        self.0.review.case_id
    }

    /// Differs when anything of it that is kept here has changed.
    pub(super) fn fingerprint(&self) -> String {
        format!("{} {:?}", self.0.review.version, self.0.request)
    }

    fn id_of(&self) -> JointReviewId {
        self.0.review.id
    }

    async fn versions(&self, ctx: &Context<'_>) -> Result<Vec<joint_review_minutes::Model>> {
        Ok(loader(ctx).load_one(MinutesOf(self.id_of())).await?.unwrap_or_default())
    }
}

/// The joint reviews about a case.
pub async fn of_case(ctx: &Context<'_>, case: CaseId) -> Result<Vec<JointReview>> {
    let found = loader(ctx).load_one(JointReviewsOf(case)).await?.unwrap_or_default();
    Ok(found.into_iter().map(JointReview::new).collect())
}

#[Object(use_type_description)]
impl JointReview {
    #[graphql(directive = inherits::apply())]
    pub(crate) async fn id(&self) -> ID {
        self.id_of().global()
    }

    /// Number of the record (合议编号), consecutive within a year; null until it is convened.
    #[graphql(directive = access::apply(vec![Permission::JointReviewRead]))]
    async fn number(&self) -> Option<&str> {
        self.0.review.number.as_deref()
    }

    /// Where it stands. Until it is convened, this is what became of its approval item.
    #[graphql(directive = access::apply(vec![Permission::JointReviewRead]))]
    async fn state(&self) -> JointReviewState {
        state(&self.0.review, self.0.request)
    }

    /// Counts changes; send it back as `expectedVersion`.
    #[graphql(directive = access::apply(vec![Permission::JointReviewRead]))]
    async fn version(&self) -> i32 {
        self.0.review.version
    }

    #[graphql(directive = access::apply(vec![Permission::JointReviewRead]))]
    async fn ground(&self) -> JointReviewGround {
        self.0.review.ground
    }

    /// The request, and its decision: whether a meeting is held. It approves nothing else, and neither does the meeting
    /// (HK-7.7).
    #[graphql(directive = access::apply(vec![Permission::JointReviewRead, Permission::ApprovalRead]))]
    async fn approval(&self, ctx: &Context<'_>) -> Result<Option<Approval>> {
        Approval::find(ctx, self.0.review.approval_id).await
    }

    #[graphql(directive = access::apply(vec![Permission::JointReviewRead]))]
    async fn requested_at(&self) -> DateTime<Utc> {
        self.0.review.requested_at
    }

    /// When the request was decided.
    #[graphql(directive = access::apply(vec![Permission::JointReviewRead]))]
    async fn answered_at(&self) -> Option<DateTime<Utc>> {
        self.0.answered_at
    }

    /// The cases that it is about; the first is the one that it was asked for on.
    #[graphql(directive = access::apply(vec![Permission::JointReviewRead]))]
    async fn agenda(&self, ctx: &Context<'_>) -> Result<Vec<JointReviewAgendaItem>> {
        let items = loader(ctx).load_one(AgendaOf(self.id_of())).await?.unwrap_or_default();
        Ok(items.into_iter().map(JointReviewAgendaItem).collect())
    }

    /// The evidence pack that the handler submitted (HK-7.5.1), as far as you may read it: those who attend may until the record
    /// is filed.
    #[graphql(directive = access::apply(vec![Permission::JointReviewRead]))]
    async fn evidence(&self, ctx: &Context<'_>) -> Result<Vec<JointReviewEvidence>> {
        let items = loader(ctx).load_one(PackOf(self.id_of())).await?.unwrap_or_default();
        Ok(items.into_iter().map(JointReviewEvidence).collect())
    }

    /// When the meeting begins; null until it is convened.
    #[graphql(directive = access::apply(vec![Permission::JointReviewRead]))]
    async fn meets_at(&self) -> Option<DateTime<Utc>> {
        self.0.review.meets_at
    }

    /// How many minutes it is planned to take.
    #[graphql(directive = access::apply(vec![Permission::JointReviewRead]))]
    async fn length_minutes(&self) -> Option<i32> {
        self.0.review.length_minutes
    }

    #[graphql(directive = access::apply(vec![Permission::JointReviewRead]))]
    async fn place(&self) -> Option<&str> {
        self.0.review.place.as_deref()
    }

    /// The facts, for people of other departments (HK-7.5.2).
    #[graphql(directive = access::apply(vec![Permission::JointReviewRead]))]
    async fn brief(&self) -> Option<&str> {
        self.0.review.brief.as_deref()
    }

    /// Who chairs (主持人).
    #[graphql(directive = access::apply(vec![Permission::JointReviewRead]))]
    async fn chair(&self, ctx: &Context<'_>) -> Option<Result<Staff>> {
        Some(person(ctx, self.0.review.chair_id?).await)
    }

    /// Who minutes (记录人).
    #[graphql(directive = access::apply(vec![Permission::JointReviewRead]))]
    async fn recorder(&self, ctx: &Context<'_>) -> Option<Result<Staff>> {
        Some(person(ctx, self.0.review.recorder_id?).await)
    }

    /// Who convened it last, and by that said that the evidence pack was checked.
    #[graphql(directive = access::apply(vec![Permission::JointReviewRead]))]
    async fn convened_by(&self, ctx: &Context<'_>) -> Option<Result<Staff>> {
        Some(person(ctx, self.0.review.convened_by?).await)
    }

    #[graphql(directive = access::apply(vec![Permission::JointReviewRead]))]
    async fn convened_at(&self) -> Option<DateTime<Utc>> {
        self.0.review.convened_at
    }

    /// How often people were invited, or told otherwise; send it back as `expectedInvitations`.
    #[graphql(directive = access::apply(vec![Permission::JointReviewRead]))]
    async fn invitations(&self) -> i32 {
        self.0.review.invitations
    }

    /// Everybody who was invited, in that order; also who declined or was taken off the list.
    #[graphql(directive = access::apply(vec![Permission::JointReviewRead]))]
    async fn attendees(&self, ctx: &Context<'_>) -> Result<Vec<JointReviewAttendee>> {
        let attendees = loader(ctx).load_one(AttendeesOf(self.id_of())).await?.unwrap_or_default();
        let ended = self.0.review.closed_at.is_some();
        Ok(attendees.into_iter().map(|row| JointReviewAttendee { row, ended }).collect())
    }

    /// The invitation as an iCalendar document (RFC 5545), for a file `*.ics`; null until it is convened. A meeting that was
    /// moved or cancelled keeps its UID.
    #[graphql(directive = access::apply(vec![Permission::JointReviewRead]))]
    async fn invitation(&self) -> Result<Option<String>> {
        let review = &self.0.review;
        let (Some(number), Some(starts_at), Some(place), Some(sent_at)) =
            (&review.number, review.meets_at, &review.place, review.convened_at)
        else {
            return Ok(None);
        };
        let invitation = invitation::Invitation {
            joint_review: review.id.into(),
            number,
            starts_at,
            minutes: u32::try_from(review.length_minutes.unwrap_or_default()).unwrap_or_default(),
            place,
            sequence: u32::try_from(review.invitations - 1).unwrap_or_default(),
            cancelled: review.cancelled_at.is_some(),
            sent_at: review.cancelled_at.unwrap_or(sent_at),
            organizer: None,
            attendees: Vec::new(),
        };
        Ok(Some(invitation.text()?))
    }

    #[graphql(directive = access::apply(vec![Permission::JointReviewRead]))]
    async fn opened_at(&self) -> Option<DateTime<Utc>> {
        self.0.review.opened_at
    }

    #[graphql(directive = access::apply(vec![Permission::JointReviewRead]))]
    async fn closed_at(&self) -> Option<DateTime<Utc>> {
        self.0.review.closed_at
    }

    /// What the meeting came to; null until it ended (HK-7.5.4).
    #[graphql(directive = access::apply(vec![Permission::JointReviewRead]))]
    async fn outcome(&self) -> Option<JointReviewOutcome> {
        self.0.review.outcome
    }

    /// The decision, or the preliminary opinion.
    #[graphql(directive = access::apply(vec![Permission::JointReviewRead]))]
    async fn outcome_text(&self) -> Option<&str> {
        self.0.review.outcome_text.as_deref()
    }

    /// What followed a preliminary opinion (HK-8.6).
    #[graphql(directive = access::apply(vec![Permission::JointReviewRead]))]
    async fn final_opinion(&self) -> Option<&str> {
        self.0.review.final_opinion.as_deref()
    }

    #[graphql(directive = access::apply(vec![Permission::JointReviewRead]))]
    async fn final_opinion_at(&self) -> Option<DateTime<Utc>> {
        self.0.review.final_opinion_at
    }

    /// The version of the minutes that holds; send it back as `expectedMinutesVersion`. 0 while there is none.
    #[graphql(directive = access::apply(vec![Permission::JointReviewRead]))]
    async fn minutes_version(&self) -> i32 {
        self.0.review.minutes_version
    }

    /// The minutes that hold: the latest version (合议记录); null while nothing was written.
    #[graphql(directive = access::apply(vec![Permission::JointReviewRead]))]
    async fn minutes(&self, ctx: &Context<'_>) -> Result<Option<JointReviewMinutes>> {
        Ok(self.versions(ctx).await?.pop().map(JointReviewMinutes))
    }

    /// Every version of the minutes, the first one first. None is ever changed.
    #[graphql(directive = access::apply(vec![Permission::JointReviewRead]))]
    async fn minutes_versions(&self, ctx: &Context<'_>) -> Result<Vec<JointReviewMinutes>> {
        Ok(self.versions(ctx).await?.into_iter().map(JointReviewMinutes).collect())
    }

    /// Every signature, the first one first; `void` says which are on a text that holds no longer.
    #[graphql(directive = access::apply(vec![Permission::JointReviewRead]))]
    async fn signatures(&self, ctx: &Context<'_>) -> Result<Vec<JointReviewSignature>> {
        let rows = loader(ctx).load_one(SignaturesOf(self.id_of())).await?.unwrap_or_default();
        let latest = self.0.review.minutes_version;
        Ok(rows.into_iter().map(|row| JointReviewSignature { row, latest }).collect())
    }

    /// Every refusal to sign, the first one first.
    #[graphql(directive = access::apply(vec![Permission::JointReviewRead]))]
    async fn signing_refusals(&self, ctx: &Context<'_>) -> Result<Vec<SigningRefusal>> {
        let rows = loader(ctx).load_one(RefusalsOf(self.id_of())).await?.unwrap_or_default();
        Ok(rows.into_iter().map(SigningRefusal).collect())
    }

    /// When all had signed, and the record went into the folder (合议档案文件夹, HK-7.6).
    #[graphql(directive = access::apply(vec![Permission::JointReviewRead]))]
    async fn filed_at(&self) -> Option<DateTime<Utc>> {
        self.0.review.filed_at
    }

    #[graphql(directive = access::apply(vec![Permission::JointReviewRead]))]
    async fn cancelled_at(&self) -> Option<DateTime<Utc>> {
        self.0.review.cancelled_at
    }

    /// The joint-review record (投诉案件合议记录表, HK-F.7), filled in from the minutes that hold; null until there are some with
    /// an outcome.
    #[graphql(directive = access::apply(vec![Permission::JointReviewRead]))]
    async fn form(&self, ctx: &Context<'_>) -> Result<Option<Form>> {
        let Some(latest) = self.versions(ctx).await?.pop() else { return Ok(None) };
        let Some(minutes) = minutes::parsed(&latest)? else { return Ok(None) };
        let signatures = loader(ctx).load_one(SignaturesOf(self.id_of())).await?.unwrap_or_default();
        let signed: Vec<_> = signatures.into_iter().filter(|one| one.minutes_version == latest.version).collect();
        let people = signed.iter().map(|one| one.staff_id);
        let cards = ctx.data_unchecked::<Remembering<PeopleLoader>>().load_many(people).await?;
        let names: HashMap<_, _> = cards.into_iter().map(|(id, card)| (id, card.name)).collect();
        Ok(Some(Form(form::of(self.id_of(), &minutes, &signed, &names))))
    }

    /// The signed record as a pack that can be verified without this server (`redress review verify`). Only of what is in the
    /// folder; each time it is asked for stands in the audit trail.
    #[graphql(directive = access::apply(vec![Permission::JointReviewRead, Permission::JointReviewFolder]))]
    async fn export_pack(&self, ctx: &Context<'_>) -> Option<Result<JointReviewPack>> {
        self.0.review.filed_at?;
        Some(self.export(ctx).await)
    }

    /// What you could do with it now, and if not, why.
    #[graphql(directive = access::apply(vec![Permission::JointReviewRead]))]
    async fn viewer_can(&self) -> JointReviewAbilities {
        JointReviewAbilities(self.clone())
    }
}

impl JointReview {
    async fn export(&self, ctx: &Context<'_>) -> Result<JointReviewPack> {
        let scope = Scope::of(ctx);
        let keys = Arc::clone(ctx.data_unchecked::<Arc<ServerKeys>>());
        let command = ExportJointReview { joint_review_id: self.id_of(), keys };
        let bytes = scope.db.run(&scope.actor, &command).await?;
        Ok(JointReviewPack {
            name: format!("{}.zip", self.0.review.number.as_deref().unwrap_or("joint-review")),
            media_type: pack::MEDIA_TYPE,
            base64: STANDARD.encode(bytes),
        })
    }
}

/// A file.
#[derive(SimpleObject)]
pub struct JointReviewPack {
    #[graphql(directive = inherits::apply())]
    name: String,
    #[graphql(directive = inherits::apply())]
    media_type: &'static str,
    /// The bytes of the file, in base64.
    #[graphql(directive = inherits::apply())]
    base64: String,
}

/// A case on the agenda of a joint review (议题).
#[derive(Description)]
pub struct JointReviewAgendaItem(AgendaItemRead);

#[Object(use_type_description)]
impl JointReviewAgendaItem {
    #[graphql(directive = inherits::apply())]
    async fn case_number(&self) -> &str {
        &self.0.case_number
    }

    /// What is to be decided of it.
    #[graphql(directive = inherits::apply())]
    async fn question(&self) -> &str {
        &self.0.item.question
    }

    /// The case; null when it is not yours to see.
    #[graphql(directive = access::apply(vec![Permission::CaseRead]))]
    async fn case(&self, ctx: &Context<'_>) -> Result<Option<Case>> {
        Case::load(ctx, self.0.item.case_id).await
    }
}

/// An item of an evidence pack, as those see it who attend.
#[derive(Description)]
pub struct JointReviewEvidence(evidence::Model);

#[Object(use_type_description)]
impl JointReviewEvidence {
    /// The id of the evidence item.
    #[graphql(directive = inherits::apply())]
    async fn evidence_id(&self) -> ID {
        self.0.id.global()
    }

    #[graphql(directive = inherits::apply())]
    async fn kind(&self) -> EvidenceKind {
        self.0.kind
    }

    #[graphql(directive = inherits::apply())]
    async fn source(&self) -> EvidenceSource {
        self.0.source
    }

    /// What it shows.
    #[graphql(directive = inherits::apply())]
    async fn description(&self) -> Option<&str> {
        self.0.description.as_deref()
    }

    /// Name of the file: its extension only.
    #[graphql(directive = inherits::apply())]
    async fn name(&self, ctx: &Context<'_>) -> Result<Masked> {
        let sealed = &self.0.name_sealed;
        let Some(key) = key_of(ctx, self.0.case_id).await? else { return Ok(Masked::withheld("SG-13.6")) };
        let plain = key.open(crate::cases::evidence::sealed::NAME, self.0.id, sealed)?;
        Ok(Masked::partial(Personal::FileName, &plain, "HK-5.6.3"))
    }

    #[graphql(directive = inherits::apply())]
    async fn media_type(&self) -> &str {
        &self.0.media_type
    }

    /// SHA-256 of the file, in hexadecimal.
    #[graphql(directive = inherits::apply())]
    async fn sha256(&self) -> &str {
        &self.0.sha256
    }

    /// Where the file is given out: `GET` it from this server with the same access token. Each reading is on record.
    #[graphql(directive = inherits::apply())]
    async fn path(&self) -> String {
        format!("/files/{}", self.0.id.global().0)
    }
}

#[ComplexObject]
impl JointReviewDetail {
    /// The joint review, as it is now.
    #[graphql(directive = access::apply(vec![Permission::JointReviewRead]))]
    async fn joint_review(&self, ctx: &Context<'_>) -> Option<Result<JointReview>> {
        JointReview::find(ctx, self.joint_review_id).await.transpose()
    }
}
