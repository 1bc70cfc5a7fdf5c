//! Expected refusals: a rule says no, and the caller learns which rule and who could do it instead.

use crate::platform::access::inherits;
use crate::platform::language::{Language, Message};
use async_graphql::{Context, Description, Enum, Object};
use entity::staff_role::Role;
use std::borrow::Cow;

/// Why a rule says no. New values may be added; portals show `message` for those they do not know.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub enum RefusalCode {
    /// None of your roles has the permission.
    PermissionMissing,
    /// The object is not in a state in which this can be done.
    StateNotAllowed,
    /// The profile of this organisation does not take complaints over this channel.
    ChannelNotAllowed,
    /// The profile of this organisation knows no such severity.
    SeverityUnknown,
    /// Something that must be there is missing; `field` says what.
    FieldRequired,
    /// The time lies in the future, or before the complaint was received.
    TimeNotAllowed,
    /// Only the handler of the case may do this.
    NotTheHandler,
    /// The person is named in the complaint, sold the policy, reports to who is complained about, or stepped back.
    Recused,
    /// The channel is not taken in with this form.
    FormNotAllowed,
    /// The slip is signed by nobody who complains.
    SignatureNotAllowed,
    /// More than the policy or the system takes.
    TooMany,
    /// Fewer people than are named.
    HeadCountNotAllowed,
    /// The person or the link is there already.
    AlreadyThere,
    /// A case is not linked to itself.
    SameCase,
    /// This person cannot be given the case.
    NotAssignable,
    /// The person handles the case already.
    AlreadyTheHandler,
    /// The complaint is about this person.
    PersonComplainedAbout,
    /// Nobody holds the post that would have to answer.
    NobodyToAnswer,
    /// There is no such object, or it is not yours to see.
    ObjectNotFound,
    /// Somebody changed the object since you saw it.
    ObjectChanged,
    /// What was sent cannot be meant.
    InputNotAllowed,
    /// The decision is above the authority of your roles.
    AboveAuthority,
    /// It was done before, and is done once only.
    AlreadyDone,
    /// A major or difficult case needs guidance from above first, or the final record of a joint review.
    GuidanceRequired,
    /// The evidence against an agent must go to the department that manages the agents first.
    TransferRequired,
    /// The text holds personal data of the case; `field` says where.
    PersonalData,
    /// Nobody decides what they asked for, drafted or handle.
    OwnWork,
    /// Whoever asks holds the highest rank, so that nobody could decide.
    NobodyAbove,
    /// The item needs the endorsement of the supervisor first.
    AwaitingEndorsement,
    /// The item is within the lowest tier, or already endorsed.
    EndorsementNotNeeded,
    /// A decision needs an opinion in words.
    OpinionRequired,
    /// Approval items of the case wait for their decision.
    ApprovalsOpen,
    /// A department that was asked to help with the case has not returned its opinion.
    AssistanceOpen,
    /// Another department is asked, never one's own.
    SameDepartment,
    /// Only the department that was asked does this, in the role that is asked.
    NotTheDepartment,
    /// An amount is negative, zero where it may not be, or less than the cash value.
    AmountNotAllowed,
    /// Only what was frozen is released.
    NotFrozen,
    /// The contract already has a live item for the full surrender in this case.
    FullSurrenderExists,
    /// Only the person who asked for the item, or who now handles its case, may do this.
    NotTheRequester,
    /// Two of the roles must not be held by one person.
    RolesConflict,
    /// Somebody has this login or name already.
    NameTaken,
    /// The role has no such permission, or it is for people only.
    ScopeNotAllowed,
    /// A private key, or one that is too weak or of another kind.
    KeyNotAllowed,
    /// Nobody would be left who manages people.
    LastAdministrator,
    /// The password cannot be chosen: too short, too long, used by many, or the login stands in it.
    PasswordNotAllowed,
    /// The password is not the right one.
    PasswordWrong,
    /// You have a second factor, and its code is missing: ask for it, and send the same again with `code`.
    SecondFactorRequired,
    /// The code of the second factor is not right, or was used before.
    SecondFactorWrong,
    /// There is no second factor, or none that waits for its first code.
    SecondFactorMissing,
    /// Nobody does this for their own account.
    OwnAccount,
    /// The archive file must be kept: its time has not passed, or something keeps it.
    MustBeKept,
    /// The legal hold was released already.
    HoldReleased,
    /// The archive file is in another disposal that waits or goes on.
    InAnotherDisposal,
    /// Nobody agrees to the disposal that they proposed.
    OwnProposal,
    /// The archive file was disposed of; nothing is left to read or to add to.
    DisposedOf,
    /// There is no such upload of yours that could still be attached.
    UploadUnknown,
    /// The policy does not allow this at all for your role.
    NotAllowedByProfile,
    /// The deadline was met, has passed, or its clock stands still.
    DeadlineNotRunning,
    /// The clock of the deadline does not stand still.
    DeadlineNotPaused,
    /// The deadline would be longer than the policy lets it be at most.
    ExtensionBeyondCap,
    /// The complainant has not been silent for as long as the policy asks for.
    NotSilentLongEnough,
    /// The period of the suspension is over: further contact is a new case that names this one as its predecessor.
    SuspensionExpired,
    /// Only a closed case can be gone on with in a new one.
    PredecessorNotClosed,
    /// Only who registered the voucher may do this.
    NotTheRegistrar,
    /// Somebody has asked for this already; it waits for who must agree.
    AlreadyAsked,
    /// Nobody has asked for this.
    NotAsked,
    /// The person may not attend in this capacity, chair or minute the meeting.
    NotEligible,
    /// Nobody is present of a capacity without which the meeting is not held.
    CapacityMissing,
    /// Only an attendee may do this, the chair, or the recorder; the message says who.
    NotYourPart,
    /// The proof that you said who you are again is not valid, or no longer.
    IdentityNotConfirmed,
    /// A joint review of the case goes on, or its record is not signed by all.
    JointReviewsOpen,
}

/// A rule that says no.
#[derive(Clone, Debug, PartialEq, Eq, Description)]
pub struct Refusal {
    pub code: RefusalCode,
    pub rule: Option<Cow<'static, str>>,
    pub field: Option<&'static str>,
    pub message: Message,
    pub may_be_done_by: Vec<Role>,
}

impl Refusal {
    pub fn new(code: RefusalCode, rule: impl Into<Cow<'static, str>>, message: Message) -> Self {
        Self { code, rule: Some(rule.into()), field: None, message, may_be_done_by: Vec::new() }
    }

    /// A refusal that no rule of the organisation asks for.
    pub fn unruled(code: RefusalCode, message: Message) -> Self {
        Self { code, rule: None, field: None, message, may_be_done_by: Vec::new() }
    }

    /// The input field that the refusal is about.
    pub fn about(mut self, field: &'static str) -> Self {
        self.field = Some(field);
        self
    }

    /// Roles whose holders could do it.
    pub fn doable_by(mut self, roles: impl Into<Vec<Role>>) -> Self {
        self.may_be_done_by = roles.into();
        self
    }
}

#[Object(use_type_description)]
impl Refusal {
    /// What kind of refusal it is; stable, for programs.
    #[graphql(directive = inherits::apply())]
    async fn code(&self) -> RefusalCode {
        self.code
    }

    /// The rule that says no, for example `HK-4.1.2`.
    #[graphql(directive = inherits::apply())]
    async fn rule(&self) -> Option<&str> {
        self.rule.as_deref()
    }

    /// The input field that it is about, if it is about one.
    #[graphql(directive = inherits::apply())]
    async fn field(&self) -> Option<&str> {
        self.field
    }

    /// The reason in words, in Chinese or English by `Accept-Language`; for people.
    #[graphql(directive = inherits::apply())]
    async fn message(&self, ctx: &Context<'_>) -> &str {
        self.message.r#in(*ctx.data_unchecked::<Language>())
    }

    /// Roles whose holders could do it.
    #[graphql(directive = inherits::apply())]
    async fn may_be_done_by(&self) -> &[Role] {
        &self.may_be_done_by
    }
}

/// What was disposed of is not written to any more (SG-13.6).
pub fn disposed_of() -> Refusal {
    let message = Message::new(
        "该档案已依规销毁，不能再查阅或补充。",
        "The archive file was disposed of; nothing is left to read or to add to.",
    );
    Refusal::new(RefusalCode::DisposedOf, "SG-13.6", message)
}

/// Whether the person asking could do something now, and if not, why: what a button needs.
#[derive(Clone, Debug, Description)]
pub struct Ability(pub Result<(), Vec<Refusal>>);

#[Object(use_type_description)]
impl Ability {
    /// True when nothing known now stands against it.
    #[graphql(directive = inherits::apply())]
    async fn allowed(&self) -> bool {
        self.0.is_ok()
    }

    /// What stands against it.
    #[graphql(directive = inherits::apply())]
    async fn refusals(&self) -> &[Refusal] {
        self.0.as_ref().err().map_or(&[], Vec::as_slice)
    }
}
