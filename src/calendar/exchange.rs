//! Calendars as CSV and as iCalendar, in and out: one row or all-day event for each day that is not what its weekday says.

use super::{Day, DayKind, Hours, WorkingCalendar, Year, Years};
use chrono::{DateTime, Datelike, Days, NaiveDate};
use icalendar::{Calendar, Component, DatePerhapsTime, Event, EventLike};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What a text is that cannot be read: the place and the reason.
pub type Unreadable = String;

/// A row of the CSV: `date,kind,name,hours,notice`.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    date: NaiveDate,
    kind: DayKind,
    name: String,
    /// Business hours of this day, separated by spaces; empty for the usual ones.
    #[serde(default)]
    hours: String,
    notice: String,
}

/// The calendar as CSV with a header.
pub fn to_csv(calendar: &WorkingCalendar) -> Result<String, Unreadable> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    for (date, day) in days(calendar) {
        let notice = calendar.notice(date).unwrap_or_default().to_owned();
        let row = Row { date, kind: day.kind, name: day.name.clone(), hours: written(&day.hours), notice };
        writer.serialize(row).map_err(|error| error.to_string())?;
    }
    let bytes = writer.into_inner().map_err(|error| error.to_string())?;
    String::from_utf8(bytes).map_err(|error| error.to_string())
}

/// The years of a CSV.
pub fn from_csv(text: &str) -> Result<Years, Unreadable> {
    // Spreadsheets begin their files with a mark of the encoding.
    let text = text.trim_start_matches('\u{feff}');
    let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(text.as_bytes());
    let mut found = Vec::new();
    for row in reader.deserialize() {
        let Row { date, kind, name, hours, notice } = row.map_err(|error| error.to_string())?;
        let hours = read(&hours).map_err(|problem| format!("{date}: {problem}"))?;
        found.push((date, Day { kind, name, notice: Some(notice), hours }));
    }
    by_year(found)
}

const HOURS: &str = "X-BUSINESS-HOURS";

/// The calendar as iCalendar: the category says whether a day is a holiday or worked, the description names the notice.
pub fn to_icalendar(calendar: &WorkingCalendar) -> Result<String, Unreadable> {
    let mut written_calendar = Calendar::new();
    let label = format!("{} {}", calendar.name, calendar.version);
    written_calendar.name(&label).timezone(calendar.zone.name());
    for (date, day) in days(calendar) {
        let mut event = Event::with_uid(&format!("{date}-{}@redress", calendar.name));
        // The same version is the same text, whenever it is asked for. Without an end, an event is for the day it starts.
        event.timestamp(DateTime::UNIX_EPOCH).starts(date).summary(&day.name).categories([category(day.kind)]);
        event.description(calendar.notice(date).unwrap_or_default());
        if !day.hours.is_empty() {
            event.add_property(HOURS, written(&day.hours));
        }
        written_calendar.push(event);
    }
    let mut text = String::new();
    std::fmt::write(&mut text, format_args!("{written_calendar}")).map_err(|error| error.to_string())?;
    Ok(text)
}

/// The years of an iCalendar text. Events of several days are several days.
pub fn from_icalendar(text: &str) -> Result<Years, Unreadable> {
    let calendar: Calendar = text.parse()?;
    let mut found = Vec::new();
    for event in calendar.events() {
        let Some(DatePerhapsTime::Date(first)) = event.get_start() else {
            return Err("an event is not for whole days: give DTSTART as a DATE".to_owned());
        };
        let end = match event.get_end() {
            Some(DatePerhapsTime::Date(end)) if end > first => end,
            Some(_) => return Err(format!("{first}: DTEND is no DATE after DTSTART")),
            None => first.checked_add_days(Days::new(1)).unwrap_or(first),
        };
        let categories = event.get_categories().unwrap_or_default();
        let mut kinds = [DayKind::Holiday, DayKind::Working].into_iter();
        let kind = kinds
            .find(|kind| categories.iter().any(|name| name.trim().eq_ignore_ascii_case(category(*kind))))
            .ok_or_else(|| format!("{first}: CATEGORIES says neither HOLIDAY nor WORKING"))?;
        let hours =
            read(event.property_value(HOURS).unwrap_or_default()).map_err(|problem| format!("{first}: {problem}"))?;
        let day = Day {
            kind,
            name: event.get_summary().unwrap_or_default().to_owned(),
            notice: Some(event.get_description().unwrap_or_default().to_owned()),
            hours,
        };
        // A span of years would be a mistake, and long.
        found.extend(first.iter_days().take(366).take_while(|date| *date < end).map(|date| (date, day.clone())));
    }
    by_year(found)
}

fn days(calendar: &WorkingCalendar) -> impl Iterator<Item = (NaiveDate, &Day)> {
    calendar.years.values().flat_map(|year| &year.days).map(|(date, day)| (*date, day))
}

const fn category(kind: DayKind) -> &'static str {
    match kind {
        DayKind::Holiday => "HOLIDAY",
        DayKind::Working => "WORKING",
    }
}

fn written(hours: &[Hours]) -> String {
    hours.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
}

fn read(hours: &str) -> Result<Vec<Hours>, Unreadable> {
    hours.split_whitespace().map(str::parse).collect()
}

/// Days with their notices by year: the notice of most days is that of the year, the others keep their own.
fn by_year(found: Vec<(NaiveDate, Day)>) -> Result<Years, Unreadable> {
    let mut years: BTreeMap<i32, BTreeMap<NaiveDate, Day>> = BTreeMap::new();
    for (date, day) in found {
        if years.entry(date.year()).or_default().insert(date, day).is_some() {
            return Err(format!("{date}: stands there twice"));
        }
    }
    let with_notice = |(number, mut days): (i32, BTreeMap<NaiveDate, Day>)| {
        let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
        for notice in days.values().filter_map(|day| day.notice.as_deref()) {
            *counts.entry(notice).or_default() += 1;
        }
        let most = counts.into_iter().max_by_key(|(_, count)| *count);
        let notice = most.map(|(notice, _)| notice.to_owned()).unwrap_or_default();
        for day in days.values_mut() {
            day.notice = day.notice.take().filter(|own| *own != notice && !own.is_empty());
        }
        (number, Year { notice, days })
    };
    Ok(years.into_iter().map(with_notice).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calendar::{CalendarName, first_version};

    fn calendar_with_hours() -> WorkingCalendar {
        let mut years = first_version(CalendarName::China).years.clone();
        let days = &mut years.get_mut(&2026).unwrap().days;
        let day = days.get_mut(&NaiveDate::from_ymd_opt(2026, 2, 14).unwrap()).unwrap();
        day.hours = vec!["09:00-12:00".parse().unwrap(), "13:00-16:30".parse().unwrap()];
        day.name = "春节, 半天; \"除夕\"\\".to_owned();
        WorkingCalendar::new(CalendarName::China, 7, years)
    }

    #[test]
    fn what_goes_out_comes_in_again() {
        let calendar = calendar_with_hours();
        assert_eq!(from_csv(&to_csv(&calendar).unwrap()).unwrap(), calendar.years);
        assert_eq!(from_icalendar(&to_icalendar(&calendar).unwrap()).unwrap(), calendar.years);
        assert_eq!(to_icalendar(&calendar).unwrap(), to_icalendar(&calendar).unwrap());
    }

    #[test]
    fn events_of_several_days_are_several_days() {
        let text = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nUID:1\r\nDTSTART;VALUE=DATE:20270205\r\nDTEND;VALUE=DATE:20270208\r\nSUMMARY:春节\r\nCATEGORIES:HOLIDAY\r\nDESCRIPTION:通知\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";
        let years = from_icalendar(text).unwrap();
        let days: Vec<_> = years[&2027].days.keys().map(ToString::to_string).collect();
        assert_eq!(days, ["2027-02-05", "2027-02-06", "2027-02-07"]);
        assert_eq!(years[&2027].notice, "通知");
        let timed = text.replace(";VALUE=DATE:20270205", ":20270205T090000Z");
        assert!(from_icalendar(&timed).unwrap_err().contains("whole days"));
        assert!(from_icalendar(&text.replace("HOLIDAY", "PARTY")).unwrap_err().contains("2027-02-05"));
        assert!(from_icalendar(&text.replace("20270208", "20270205")).is_err());
        assert!(from_icalendar("no calendar").is_err());
    }

    #[test]
    fn what_is_wrong_in_a_csv_is_named() {
        let head = "date,kind,name,hours,notice\n";
        let wrong = |rows: &str| from_csv(&format!("{head}{rows}")).unwrap_err();
        assert!(wrong("2027-01-01,HOLIDAY,元旦,,x\n2027-01-01,HOLIDAY,元旦,,x\n").contains("twice"));
        assert!(wrong("2027-02-30,HOLIDAY,元旦,,x\n").contains("line: 2"));
        assert!(wrong("2027-01-01,PARTY,元旦,,x\n").contains("PARTY"));
        assert!(wrong("2027-01-02,WORKING,元旦,9-5,x\n").contains("2027-01-02"));
        assert_eq!(from_csv(&format!("\u{feff}{head}2027-01-01 , HOLIDAY, 元旦,,x\n")).unwrap().len(), 1);
    }
}
