//! Joint reviews: asked for, convened, held, minuted, signed, filed (HK article 7).

mod convene_joint_review;
mod filing;
mod open_joint_review;
mod record_minutes;
mod request_joint_review;
mod respond_to_invitation;
mod sign_minutes;
mod visibility;
