package recount;

import static recount.Days.instant;

import java.time.YearMonth;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import recount.Truth.Event;

/** An account, as it stood at each moment. */
class Account {
    /** How an account stands from a moment on. */
    record Standing(Set<String> vehicles, String token, long cardEnd, boolean isOff, boolean isBlocked) {}

    final String id;
    final TreeMap<Long, Standing> standings = new TreeMap<>();

    Account(String id) {
        this.id = id;
        standings.put(Long.MIN_VALUE, new Standing(Set.of(), null, 0, false, false));
    }

    Standing at(long time) { return standings.floorEntry(time).getValue(); }

    boolean pays(String vehicle, long time) {
        Standing now = at(time);
        boolean isActive = !now.isOff && !now.isBlocked && now.token != null && time < now.cardEnd;
        return isActive && now.vehicles.contains(vehicle);
    }

    void take(Event event) {
        Standing now = at(event.at());
        standings.put(event.at(), switch (event.what()) {
            case "create", "vehicles" ->
                new Standing(vehicles(event.words()), now.token, now.cardEnd, now.isOff, now.isBlocked);
            // A new card unblocks. It is good until its month ends.
            case "card" -> new Standing(now.vehicles, event.words().get(0), endOf(event.words().get(1)), now.isOff, false);
            case "card_removed" -> new Standing(now.vehicles, null, 0, now.isOff, now.isBlocked);
            case "switched_off" -> new Standing(now.vehicles, now.token, now.cardEnd, true, now.isBlocked);
            case "switched_on" -> new Standing(now.vehicles, now.token, now.cardEnd, false, now.isBlocked);
            default -> throw new IllegalArgumentException(event.what());
        });
    }

    void setBlocked(long time, boolean isBlocked) {
        Standing now = at(time);
        standings.put(time, new Standing(now.vehicles, now.token, now.cardEnd, now.isOff, isBlocked));
    }

    private static long endOf(String month) { return instant(YearMonth.parse(month).plusMonths(1).atDay(1), 0); }

    private static Set<String> vehicles(List<String> words) {
        Set<String> vehicles = new TreeSet<>();
        for (int n = 0; n + 1 < words.size(); n += 2) vehicles.add(words.get(n) + " " + words.get(n + 1));
        return vehicles;
    }
}
