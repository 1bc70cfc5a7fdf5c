pub mod record_look_up;
