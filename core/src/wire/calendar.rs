//! Days and dates of the Gregorian calendar.
//!
//! Years are counted from March here: the leap day is then the last of its year, and the lengths of the months before
//! it follow one straight line.

/// A date of the years that nanoseconds in `i64` reach.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Date {
    pub(super) year: u32,
    /// 1 to 12
    pub(super) month: u32,
    /// 1 to 31
    pub(super) day: u32,
}

/// The year whose first of March days are counted from: the calendar repeats every 400 years from there.
const BASE_YEAR: u32 = 1600;

/// Days from 1600-03-01 to 1970-01-01.
const DAYS_TO_EPOCH: i32 = 135_080;

const DAYS_IN_400_YEARS: u32 = 146_097;
const DAYS_IN_100_YEARS: u32 = 36_524;
const DAYS_IN_4_YEARS: u32 = 1_461;

/// The date `days` after 1970-01-01. Before 1600-03-01 it stays at that day; nanoseconds in `i64` begin in 1677.
#[inline(always)]
pub(super) fn date_of(days: i32) -> Date {
    let days = (days + DAYS_TO_EPOCH).max(0) as u32;
    let (cycle, days) = (days / DAYS_IN_400_YEARS, days % DAYS_IN_400_YEARS);
    // Three centuries of equal length and one that is a day longer; the same for the four-year spans in a century and
    // for the years in those.
    let century = (days / DAYS_IN_100_YEARS).min(3);
    let days = days - century * DAYS_IN_100_YEARS;
    let (span, days) = (days / DAYS_IN_4_YEARS, days % DAYS_IN_4_YEARS);
    let year_of_span = (days / 365).min(3);
    let day_of_year = days - year_of_span * 365;
    let year = BASE_YEAR + cycle * 400 + century * 100 + span * 4 + year_of_span;
    let month = (day_of_year * 5 + 2) / 153;
    let day = day_of_year - first_day_of(month) + 1;
    if month < 10 {
        Date { year, month: month + 3, day }
    } else {
        Date { year: year + 1, month: month - 9, day }
    }
}

/// Days from 1970-01-01 to a date from 1601 to 9999; `None` when there is no such date.
#[inline(always)]
pub(super) fn days_to(year: u32, month: u32, day: u32) -> Option<i32> {
    if !(1601..=9999).contains(&year) || day == 0 || day > days_in(year, month) {
        return None;
    }
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let years = year - BASE_YEAR;
    let days = years * 365 + years / 4 - years / 100 + years / 400 + first_day_of(month) + day - 1;
    Some(days as i32 - DAYS_TO_EPOCH)
}

/// The days from the first of March to the first of a month, 0 being March.
#[inline(always)]
const fn first_day_of(month: u32) -> u32 {
    (153 * month + 2) / 5
}

#[inline(always)]
const fn days_in(year: u32, month: u32) -> u32 {
    match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The day after, by nothing but the rule of leap years.
    fn next(date: Date) -> Date {
        let leap = if date.year % 100 == 0 { date.year % 400 == 0 } else { date.year % 4 == 0 };
        let february = if leap { 29 } else { 28 };
        let lengths = [31, february, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
        if date.day < lengths[date.month as usize - 1] {
            Date { day: date.day + 1, ..date }
        } else if date.month < 12 {
            Date { day: 1, month: date.month + 1, ..date }
        } else {
            Date { year: date.year + 1, month: 1, day: 1 }
        }
    }

    #[test]
    fn every_day_from_1677_through_2262_is_the_day_after_the_one_before() {
        let mut date = date_of(0);
        assert_eq!(date, Date { year: 1970, month: 1, day: 1 });
        for days in 1..107_000 {
            date = next(date);
            assert_eq!(date_of(days), date);
            assert_eq!(days_to(date.year, date.month, date.day), Some(days));
        }
        for days in (-107_000..0).rev() {
            let date = date_of(days);
            assert_eq!(next(date), date_of(days + 1));
            assert_eq!(days_to(date.year, date.month, date.day), Some(days));
        }
    }

    #[test]
    fn dates_that_do_not_exist_are_refused() {
        for (year, month, day) in
            [(2023, 2, 29), (1900, 2, 29), (2024, 2, 30), (2024, 4, 31), (2024, 1, 0), (2024, 1, 32)]
        {
            assert_eq!(days_to(year, month, day), None);
        }
        assert_eq!(days_to(2024, 0, 1), None);
        assert_eq!(days_to(2024, 13, 1), None);
        assert_eq!(days_to(1600, 12, 31), None);
    }
}
