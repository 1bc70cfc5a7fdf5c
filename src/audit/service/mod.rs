pub mod hand_over_heads;
pub mod seal_events;
