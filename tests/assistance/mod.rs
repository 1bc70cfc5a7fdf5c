//! Assistance: another department helps with a case (HK article 6).

mod answer_information_request;
mod deliver_assistance;
mod form;
mod look_up;
mod open_work;
mod receive_assistance;
mod remind_assistance;
mod request_assistance;
mod return_assistance;
mod withdraw_assistance;
