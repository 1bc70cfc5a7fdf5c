//! Instants that callers send: to the microsecond, which both databases keep, and in years that both compare rightly.

use crate::platform::error::{Failure, Result};
use chrono::{DateTime, Datelike, NaiveDate, SubsecRound, Utc};

/// The instant as it is stored and compared; refused outside the years 1900 to 9999.
pub fn given(field: &'static str, instant: Option<DateTime<Utc>>) -> Result<Option<DateTime<Utc>>> {
    let Some(instant) = instant else { return Ok(None) };
    if !is_storable(instant) {
        return Err(Failure::bad_input(field, "This time lies outside the years 1900 to 9999."));
    }
    Ok(Some(instant.trunc_subsecs(6)))
}

/// The same for a day.
pub fn given_day(field: &'static str, day: NaiveDate) -> Result<NaiveDate> {
    if !(1900..=9999).contains(&day.year()) {
        return Err(Failure::bad_input(field, "This day lies outside the years 1900 to 9999."));
    }
    Ok(day)
}

pub fn is_storable(instant: DateTime<Utc>) -> bool {
    (1900..=9999).contains(&instant.year())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instants_are_cut_to_microseconds_and_bounded() {
        let given = |text: &str| given("at", Some(text.parse().unwrap())).map(|at| at.unwrap().to_rfc3339());
        assert_eq!(given("2024-03-04T00:00:00.123456789Z").unwrap(), "2024-03-04T00:00:00.123456+00:00");
        for outside in ["+12000-01-01T00:00:00Z", "-5000-01-01T00:00:00Z", "1899-12-31T23:59:59Z"] {
            assert!(given(outside).is_err(), "{outside}");
        }
    }
}
