//! The invitation to a joint review (合议通知) as iCalendar (RFC 5545, RFC 5546), for calendars outside of here (HK-7.5.2).
//!
//! It tells when and where and the number of the review; what the case is about stays in here, with the brief.

use super::pack::Person;
use crate::platform::error::{Failure, Result};
use chrono::{DateTime, TimeDelta, Utc};
use icalendar::{Calendar, Component, Event, EventLike, EventStatus, Property};
use uuid::Uuid;

pub const MEDIA_TYPE: &str = "text/calendar; charset=utf-8";

/// No line is longer, without its end (RFC 5545, 3.1).
const OCTETS: usize = 75;

/// The call to a meeting, or its cancelling.
#[derive(Clone, Debug)]
pub struct Invitation<'a> {
    /// Always the same event, however often it is moved.
    pub joint_review: Uuid,
    pub number: &'a str,
    pub starts_at: DateTime<Utc>,
    pub minutes: u32,
    pub place: &'a str,
    /// 0 at first, and one more each time that the meeting is moved or cancelled.
    pub sequence: u32,
    pub cancelled: bool,
    pub sent_at: DateTime<Utc>,
    /// Named only where the reader may see names.
    pub organizer: Option<Person>,
    pub attendees: Vec<Person>,
}

impl Invitation<'_> {
    /// The text of the file. The same invitation is always the same text.
    pub fn text(&self) -> Result<String> {
        let (method, status) = match self.cancelled {
            false => ("REQUEST", EventStatus::Confirmed),
            true => ("CANCEL", EventStatus::Cancelled),
        };
        let mut event = Event::with_uid(&format!("{}@redress", self.joint_review));
        event.timestamp(self.sent_at).sequence(self.sequence).status(status);
        event.starts(self.starts_at).ends(self.starts_at + TimeDelta::minutes(self.minutes.into()));
        event.summary(&plain(&format!("合议会议 {}", self.number))).location(&plain(self.place));
        if let Some(organizer) = &self.organizer {
            event.append_property(address("ORGANIZER", organizer));
        }
        for attendee in &self.attendees {
            let mut property = address("ATTENDEE", attendee);
            property.add_parameter("ROLE", "REQ-PARTICIPANT").add_parameter("PARTSTAT", "NEEDS-ACTION");
            event.append_multi_property(property);
        }
        let mut calendar = Calendar::empty();
        for (name, value) in [("VERSION", "2.0"), ("PRODID", "-//redress//joint review//ZH"), ("METHOD", method)] {
            calendar.append_property((name, value));
        }
        calendar.push(event.done());
        let mut text = String::new();
        std::fmt::write(&mut text, format_args!("{calendar}"))
            .map_err(|error| Failure::internal(format!("an invitation could not be written: {error}")))?;
        Ok(folded(&text))
    }
}

/// A person without an address: known by name, and told apart by their id.
fn address(property: &str, person: &Person) -> Property {
    let mut property = Property::new(property, format!("urn:uuid:{}", person.id.0));
    // A parameter has no way to say a quotation mark or another line.
    let name: String = plain(&person.name).replace('"', "'").replace('\n', " ");
    property.add_parameter("CN", &format!("\"{name}\""));
    property
}

/// Without what would end a line; ends of lines themselves are escaped by who writes the text.
fn plain(text: &str) -> String {
    text.replace("\r\n", "\n").replace('\r', "\n").chars().filter(|char| *char == '\n' || !char.is_control()).collect()
}

/// With every line folded to its length, between characters: `icalendar` lets the last piece of a line be too long.
fn folded(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for line in text.replace("\r\n ", "").split_terminator("\r\n") {
        let mut octets = 0;
        for char in line.chars() {
            if octets + char.len_utf8() > OCTETS {
                folded.push_str("\r\n ");
                octets = 1;
            }
            octets += char.len_utf8();
            folded.push(char);
        }
        folded.push_str("\r\n");
    }
    folded
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    fn person(id: u128, name: &str) -> Person {
        Person { id: Uuid::from_u128(id).into(), name: name.to_owned() }
    }

    fn invitation(place: &str) -> Invitation<'_> {
        Invitation {
            joint_review: Uuid::from_u128(7),
            number: "HY2024-000001",
            starts_at: at("2024-03-05T01:30:00Z"),
            minutes: 90,
            place,
            sequence: 0,
            cancelled: false,
            sent_at: at("2024-03-04T02:00:00Z"),
            organizer: None,
            attendees: Vec::new(),
        }
    }

    fn unfolded(text: &str) -> String {
        text.replace("\r\n ", "")
    }

    /// HK-7.5.2
    #[test]
    fn an_invitation_tells_when_and_where_and_no_names() {
        let expected = [
            "BEGIN:VCALENDAR",
            "VERSION:2.0",
            "PRODID:-//redress//joint review//ZH",
            "METHOD:REQUEST",
            "BEGIN:VEVENT",
            "DTEND:20240305T030000Z",
            "DTSTAMP:20240304T020000Z",
            "DTSTART:20240305T013000Z",
            "LOCATION:三楼会议室",
            "SEQUENCE:0",
            "STATUS:CONFIRMED",
            "SUMMARY:合议会议 HY2024-000001",
            "UID:00000000-0000-0000-0000-000000000007@redress",
            "END:VEVENT",
            "END:VCALENDAR",
        ];
        assert_eq!(invitation("三楼会议室").text().unwrap(), expected.map(|line| format!("{line}\r\n")).concat());
    }

    #[test]
    fn a_meeting_is_moved_and_cancelled_as_the_same_event() {
        let moved = Invitation { sequence: 1, starts_at: at("2024-03-06T01:30:00Z"), ..invitation("三楼") };
        let cancelled = Invitation { sequence: 2, cancelled: true, ..moved.clone() };
        let (moved, cancelled) = (moved.text().unwrap(), cancelled.text().unwrap());
        for (text, lines) in [
            (&moved, ["METHOD:REQUEST\r\n", "SEQUENCE:1\r\n", "STATUS:CONFIRMED\r\n", "DTSTART:20240306T013000Z\r\n"]),
            (
                &cancelled,
                ["METHOD:CANCEL\r\n", "SEQUENCE:2\r\n", "STATUS:CANCELLED\r\n", "DTSTART:20240306T013000Z\r\n"],
            ),
        ] {
            assert!(lines.iter().all(|line| text.contains(line)), "{text}");
            assert!(text.contains("UID:00000000-0000-0000-0000-000000000007@redress\r\n"));
        }
    }

    #[test]
    fn people_are_named_where_names_are_given() {
        let organizer = Some(person(1, "王芳"));
        let attendees = vec![person(2, "李雷, 主任"), person(3, "韩\"梅梅\"\r\nX-EVIL:1")];
        let text = Invitation { organizer, attendees, ..invitation("三楼") }.text().unwrap();
        let text = unfolded(&text);
        let id = |id: u128| format!(":urn:uuid:{}\r\n", Uuid::from_u128(id));
        assert!(text.contains(&format!("ORGANIZER;CN=\"王芳\"{}", id(1))), "{text}");
        let attendee =
            |name: &str, of| format!("ATTENDEE;CN=\"{name}\";PARTSTAT=NEEDS-ACTION;ROLE=REQ-PARTICIPANT{}", id(of));
        assert!(text.contains(&attendee("李雷, 主任", 2)), "{text}");
        assert!(text.contains(&attendee("韩'梅梅' X-EVIL:1", 3)), "{text}");
        assert!(!text.contains("\r\nX-EVIL"));
    }

    #[test]
    fn what_means_something_in_the_format_is_escaped() {
        let text = invitation("A座,3楼;左\\右\r\nDTSTART:19700101T000000Z\rX:1\u{0}\u{b}").text().unwrap();
        let line = "LOCATION:A座\\,3楼\\;左\\\\右\\nDTSTART:19700101T000000Z\\nX:1\r\n";
        assert!(unfolded(&text).contains(line), "{text:?}");
        let read: Calendar = text.parse().unwrap();
        let event = read.events().next().unwrap();
        assert_eq!(event.get_location(), Some("A座,3楼;左\\右\nDTSTART:19700101T000000Z\nX:1"));
    }

    #[test]
    fn lines_of_chinese_are_folded_at_seventy_five_octets() {
        // "LOCATION:" is 9 octets: with 22 characters of 3 the line is full.
        let lines = |characters: usize| {
            let text = invitation(&"会".repeat(characters)).text().unwrap();
            let from = text.find("LOCATION:").unwrap();
            let to = text.find("SEQUENCE:").unwrap();
            text[from..to].split_terminator("\r\n").map(str::len).collect::<Vec<_>>()
        };
        assert_eq!(lines(22), [75]);
        assert_eq!(lines(23), [75, 4]);
        assert_eq!(lines(46), [75, 73]);
        assert_eq!(lines(47), [75, 73, 4]);
    }

    proptest! {
        #[test]
        fn every_line_is_short_and_ends_rightly_and_is_read_again(place in "\\PC{0,200}", number in "[A-Z0-9-]{1,90}") {
            let text = Invitation { number: &number, ..invitation(&place) }.text().unwrap();
            prop_assert!(text.ends_with("END:VCALENDAR\r\n"));
            prop_assert!(!text.replace("\r\n", "").contains(['\r', '\n']));
            prop_assert!(text.split("\r\n").all(|line| line.len() <= OCTETS));
            let read: Calendar = text.parse().unwrap();
            let event = read.events().next().unwrap();
            prop_assert_eq!(event.get_summary().unwrap(), format!("合议会议 {number}"));
            prop_assert_eq!(event.get_location().unwrap_or_default(), place);
        }
    }
}
