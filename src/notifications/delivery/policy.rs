//! How long a delivery waits for its next attempt, and when it is given up.

use crate::platform::outlets::NotificationsConfig;
use chrono::TimeDelta;

const LONGEST: TimeDelta = TimeDelta::hours(6);

/// The wait after so many attempts, each twice as long as the one before; none when it was the last.
pub fn wait_after(attempts: i32, config: &NotificationsConfig) -> Option<TimeDelta> {
    let attempts = u32::try_from(attempts).unwrap_or(1).max(1);
    if attempts >= config.attempts.get() {
        return None;
    }
    let doubled = 1_i64.checked_shl(attempts - 1).filter(|doubled| *doubled > 0).unwrap_or(i64::MAX);
    let seconds = doubled.saturating_mul(config.retry_seconds.get().into()).min(LONGEST.num_seconds());
    Some(TimeDelta::seconds(seconds))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::platform::outlets::MailLanguage;

    #[test]
    fn waits_double_up_to_six_hours_and_end() {
        let number = |number| std::num::NonZeroU32::new(number).unwrap();
        let config = NotificationsConfig {
            case_url: String::new(),
            language: MailLanguage::Zh,
            attempts: number(100),
            retry_seconds: number(30),
            timeout_seconds: number(10),
        };
        for (attempts, seconds) in
            [(0, 30), (1, 30), (2, 60), (3, 120), (10, 15_360), (11, 21_600), (64, 21_600), (99, 21_600)]
        {
            assert_eq!(wait_after(attempts, &config), Some(TimeDelta::seconds(seconds)), "{attempts}");
        }
        for attempts in [100, 101, i32::MAX] {
            assert_eq!(wait_after(attempts, &config), None, "{attempts}");
        }
    }
}
