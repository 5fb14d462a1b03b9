package recount;

import static recount.Days.DAY;
import static recount.Days.HOUR;
import static recount.Days.MINUTE;
import static recount.Days.day;
import static recount.Days.instant;
import static recount.Days.isHoliday;
import static recount.Days.isWeekday;
import static recount.Days.local;

import java.time.DayOfWeek;
import java.time.LocalDate;
import java.time.temporal.TemporalAdjusters;
import java.util.ArrayList;
import java.util.List;
import recount.Truth.Permit;

/** The tariffs that README.md tells in words; money is in ore, VAT included. */
class Tariffs {
    private Tariffs() {}

    record Paid(long at, long sum) {}

    /** A fifth of what is paid is VAT, half an ore rounds up. */
    static long vat(long gross) { return Math.floorDiv(2 * gross + 5, 10); }

    /** What one stay costs, and when it was paid for: each period when it begins. */
    static class Price {
        final List<Paid> paid = new ArrayList<>();
        long sum() { return paid.stream().mapToLong(Paid::sum).sum(); }
        long since(long from) { return paid.stream().filter(one -> one.at >= from).mapToLong(Paid::sum).sum(); }
        void add(long at, long sum) { if (sum > 0) paid.add(new Paid(at, sum)); }
    }

    /**
     * @param shared  how long stays lasted whose free minutes this one shares
     * @param earlier what the vehicle's earlier stays in the garage came to
     */
    static Price price(String tariff, long in, long out, Permit permit, long shared, List<Paid> earlier) {
        String kind = permit == null ? "" : permit.kind();
        return switch (tariff) {
            case "airport" -> airport(in, out);
            case "square" -> square(in, out, 32_00);
            case "square-dearer" -> square(in, out, 34_50);
            case "street" -> street(in, out, kind.equals("electric"));
            case "house" -> house(in, out, kind.equals("night_contract"));
            case "centre" -> centre(in, out, earlier);
            case "market" -> kind.equals("staff") ? new Price() : market(in, out, shared);
            default -> throw new IllegalArgumentException(tariff);
        };
    }

    /** Up to 10 min free; 35 kr a started 30 min from the entry on; 210 kr in any 24 hours, 990 kr in any 7 days. */
    static Price airport(long in, long out) {
        Price price = new Price();
        if (out - in <= 10 * MINUTE) return price;
        for (long at = in; at < out; at += 30 * MINUTE) {
            long left = Math.min(210_00 - price.since(at - DAY + 1), 990_00 - price.since(at - 7 * DAY + 1));
            price.add(at, Math.min(35_00, left));
        }
        return price;
    }

    /** A started hour costs what it cost when it began: so much from 7 to 18, half of it by night. */
    static Price square(long in, long out, long byDay) {
        Price price = new Price();
        for (long at = in; at < out; at += HOUR) {
            int hour = local(at).getHour();
            price.add(at, hour >= 7 && hour < 18 ? byDay : byDay / 2);
        }
        return price;
    }

    /** 32 kr a started hour, 66 kr in any 24 hours; half of the sum for listed electric cars. */
    static Price street(long in, long out, boolean isElectric) {
        Price price = new Price();
        for (long at = in; at < out; at += HOUR) price.add(at, Math.min(32_00, 66_00 - price.since(at - DAY + 1)));
        if (!isElectric) return price;
        Price half = new Price();
        half.add(in, (price.sum() + 1) / 2);
        return half;
    }

    /** Free within 15 min, else 40 kr a started hour; a night contract frees weekdays from 16 to 8 of the next day, and weekends. */
    static Price house(long in, long out, boolean isByContract) {
        Price price = new Price();
        if (out - in <= 15 * MINUTE) return price;
        for (long at = in; at < out; ) {
            if (isByContract && isContractNight(at)) {
                at = nextOfHours(at, 0, 8, 16);
            } else {
                price.add(at, 40_00);
                at += HOUR;
            }
        }
        return price;
    }

    static boolean isContractNight(long at) {
        LocalDate day = day(at);
        int hour = local(at).getHour();
        return !isWeekday(day) || hour >= 16 || (hour < 8 && isWeekday(day.minusDays(1)));
    }

    static long nextOfHours(long at, int... hours) {
        for (LocalDate day = day(at); ; day = day.plusDays(1)) {
            for (int hour : hours) if (instant(day, hour) > at) return instant(day, hour);
        }
    }

    /**
     * Two hours free, also of longer stays; then 10 kr a started 15 min, 150 kr a calendar day, and for all stays of a
     * vehicle 400 kr a week from Monday.
     */
    static Price centre(long in, long out, List<Paid> earlier) {
        Price price = new Price();
        if (out - in <= 2 * HOUR) return price;
        for (long at = in + 2 * HOUR; at < out; at += 15 * MINUTE) {
            LocalDate day = day(at);
            LocalDate monday = day.with(TemporalAdjusters.previousOrSame(DayOfWeek.MONDAY));
            long begin = instant(monday, 0), end = instant(monday.plusDays(7), 0);
            long before = earlier.stream().filter(one -> one.at >= begin && one.at < end).mapToLong(Paid::sum).sum();
            long left = Math.min(150_00 - price.since(instant(day, 0)), 400_00 - before - price.since(begin));
            price.add(at, Math.max(0, Math.min(10_00, left)));
        }
        return price;
    }

    /**
     * Stays of up to 30 min are free, those within an hour of the one before count together; a longer one is paid from
     * its entry on: weekdays from 8 to 18 30.13 kr a started hour, Saturdays from 10 to 16 20 kr, public holidays from 12
     * to 16 10 kr; else free. What is free is passed over.
     */
    static Price market(long in, long out, long shared) {
        Price price = new Price();
        if (shared + out - in <= 30 * MINUTE) return price;
        for (long at = in; at < out; ) {
            LocalDate day = day(at);
            int hour = local(at).getHour();
            long each = isHoliday(day) ? (hour >= 12 && hour < 16 ? 10_00 : 0)
                : isWeekday(day) ? (hour >= 8 && hour < 18 ? 30_13 : 0)
                : day.getDayOfWeek() == DayOfWeek.SATURDAY ? (hour >= 10 && hour < 16 ? 20_00 : 0) : 0;
            price.add(at, each);
            at = each > 0 ? at + HOUR : nextOfHours(at, 0, 8, 10, 12);
        }
        return price;
    }
}
