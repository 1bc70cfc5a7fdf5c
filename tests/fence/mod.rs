//! Tests of fence.
