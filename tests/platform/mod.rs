//! Tests of platform.
