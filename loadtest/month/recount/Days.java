package recount;

import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.Set;

/** The calendar of Norway; instants are UTC ms. */
class Days {
    static final long MINUTE = 60_000, HOUR = 60 * MINUTE, DAY = 24 * HOUR;
    private static final ZoneId OSLO = ZoneId.of("Europe/Oslo");

    private Days() {}

    static ZonedDateTime local(long at) { return Instant.ofEpochMilli(at).atZone(OSLO); }

    static LocalDate day(long at) { return local(at).toLocalDate(); }

    /** The first instant at which the clock on the wall shows that time, or the moment of the change if it is left out. */
    static long instant(LocalDate day, int hour) {
        return day.atTime(LocalTime.of(hour, 0)).atZone(OSLO).withEarlierOffsetAtOverlap().toInstant().toEpochMilli();
    }

    static boolean isWeekday(LocalDate day) { return day.getDayOfWeek().compareTo(DayOfWeek.SATURDAY) < 0; }

    /** Norway: New Year's Day, 1 and 17 May, Christmas and Boxing Day, and those that go by Easter. */
    static boolean isHoliday(LocalDate day) {
        String fixed = day.getMonthValue() + "-" + day.getDayOfMonth();
        if (Set.of("1-1", "5-1", "5-17", "12-25", "12-26").contains(fixed)) return true;
        long afterEaster = day.toEpochDay() - easter(day.getYear()).toEpochDay();
        return Set.of(-3L, -2L, 0L, 1L, 39L, 49L, 50L).contains(afterEaster);
    }

    /** The anonymous Gregorian computus. */
    static LocalDate easter(int year) {
        int a = year % 19, b = year / 100, c = year % 100, d = b / 4, e = b % 4, f = (b + 8) / 25, g = (b - f + 1) / 3;
        int h = (19 * a + b - d - g + 15) % 30, i = c / 4, k = c % 4, l = (32 + 2 * e + 2 * i - h - k) % 7;
        int m = (a + 11 * h + 22 * l) / 451;
        return LocalDate.of(year, (h + l - 7 * m + 114) / 31, (h + l - 7 * m + 114) % 31 + 1);
    }

    static boolean isWorkingDay(LocalDate day) { return isWeekday(day) && !isHoliday(day); }
}
