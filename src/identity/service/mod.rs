pub mod add_staff;
pub mod disable_staff;
pub mod reset_password;
pub mod sign_in;
