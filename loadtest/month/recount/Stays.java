package recount;

import static recount.Days.HOUR;
import static recount.Days.MINUTE;
import static recount.Recount.row;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import recount.Tariffs.Paid;
import recount.Tariffs.Price;
import recount.Truth.Event;
import recount.Truth.Known;
import recount.Truth.Payment;
import recount.Truth.Permit;

/** What each stay costs whom, as far as is known of it by now. */
class Stays {
    /** @param gross the price @param paid of that, elsewhere @param counted what counts for caps of later stays */
    record Settled(Known stay, String disposition, String account, long gross, long paid, List<Paid> counted) {
        long owed() { return gross - paid; }
    }

    private final Truth truth;
    private final Map<String, Account> accounts;
    private final Map<String, Set<Account>> accountsOfVehicle = new HashMap<>();
    /** By garage and vehicle. */
    private final Map<String, List<Permit>> permits = new HashMap<>();
    private final Map<String, Known> stays = new HashMap<>();
    /** Stays that may concern each other: of one vehicle, or of one contract, in a garage. */
    private final Map<String, Set<String>> staysOfGroup = new HashMap<>();
    private final Map<String, List<Payment>> paymentsOfGroup = new HashMap<>();
    private final Map<String, Settled> settled = new TreeMap<>();
    /** Stays that were settled anew since the last close. */
    private final Set<String> changed = new TreeSet<>();

    Stays(Truth truth, Map<String, Account> accounts) {
        this.truth = truth;
        this.accounts = accounts;
        for (Permit permit : truth.permits()) {
            permits.computeIfAbsent(permit.garage() + " " + permit.vehicle(), key -> new ArrayList<>()).add(permit);
        }
    }

    /** Null: there is no such stay, or it is not over. */
    Settled settled(String stay) { return settled.get(stay); }

    void take(Event event) {
        Account account = accounts.get(event.account());
        account.take(event);
        for (String vehicle : account.at(event.at()).vehicles()) {
            accountsOfVehicle.computeIfAbsent(vehicle, key -> new LinkedHashSet<>()).add(account);
        }
    }

    /** Takes in what is told of stays and payments in a slice; answers the stays that were settled anew by it. */
    Set<String> settleWhatIsToldIn(int slice) {
        Set<String> touched = new TreeSet<>();
        for (Known known : truth.stays()) {
            if (known.slice() != slice) continue;
            Known before = stays.put(known.stay(), known);
            if (before != null) {
                touched.add(groupOf(before.garage(), before.vehicle()));
                staysOfGroup.get(groupOf(before.garage(), before.vehicle())).remove(known.stay());
            }
            String group = groupOf(known.garage(), known.vehicle());
            touched.add(group);
            staysOfGroup.computeIfAbsent(group, key -> new TreeSet<>()).add(known.stay());
        }
        for (Payment payment : truth.payments()) {
            if (payment.slice() != slice) continue;
            String group = groupOf(payment.garage(), payment.vehicle());
            paymentsOfGroup.computeIfAbsent(group, key -> new ArrayList<>()).add(payment);
            touched.add(group);
        }
        changed.clear();
        for (String group : touched) settle(group);
        return changed;
    }

    List<String> rows() {
        return settled.values().stream()
            .map(one -> row(one.stay.stay(), one.disposition, one.account, one.gross, one.paid)).toList();
    }

    private String groupOf(String garage, String vehicle) {
        return permits.getOrDefault(garage + " " + vehicle, List.of()).stream().filter(permit -> permit.places() > 0)
            .map(permit -> garage + " " + permit.contract()).findFirst().orElse(garage + " " + vehicle);
    }

    /** Settles the stays of a group anew, in the order of their entries. */
    private void settle(String group) {
        List<Known> ordered = staysOfGroup.getOrDefault(group, Set.of()).stream().map(stays::get)
            .sorted(Comparator.comparingLong(Known::entered)).toList();
        List<Payment> payments = paymentsOfGroup.getOrDefault(group, List.of()).stream()
            .sorted(Comparator.comparingLong(Payment::from)).toList();
        Map<String, Long> left = new HashMap<>();
        for (Payment payment : payments) left.putIfAbsent(payment.reference(), payment.sum());
        List<Known> withPlace = new ArrayList<>();
        List<Settled> before = new ArrayList<>();
        for (Known stay : ordered) {
            List<Permit> usable = usablePermits(stay, withPlace);
            settled.remove(stay.stay());
            changed.add(stay.stay());
            if (stay.exited() < 0) continue;
            List<Settled> ofVehicle = before.stream().filter(other -> other.stay.vehicle().equals(stay.vehicle())).toList();
            Settled one = settle(stay, price(stay, usable, ofVehicle), payments, left);
            before.add(one);
            settled.put(stay.stay(), one);
        }
    }

    /** Those in force at the entry; of a contract's places the first to come have them, each until it leaves. */
    private List<Permit> usablePermits(Known stay, List<Known> withPlace) {
        List<Permit> usable = new ArrayList<>();
        for (Permit permit : permits.getOrDefault(stay.garage() + " " + stay.vehicle(), List.of())) {
            if (stay.entered() < permit.from() || stay.entered() >= permit.to()) continue;
            if (permit.places() > 0) {
                long inside = withPlace.stream()
                    .filter(other -> other.exited() < 0 || other.exited() > stay.entered()).count();
                if (inside >= permit.places()) continue;
                withPlace.add(stay);
            }
            usable.add(permit);
        }
        return usable;
    }

    private record Priced(Price price, boolean isByPermit) {}

    /** By the tariff in force at the entry, and the permit by which it costs least. @param before of the vehicle */
    private Priced price(Known stay, List<Permit> usable, List<Settled> before) {
        String tariff = truth.garages().get(stay.garage()).tariffs().floorEntry(stay.entered()).getValue();
        long shared = 0, begin = stay.entered();
        for (int n = before.size() - 1; n >= 0; n--) {
            Known other = before.get(n).stay;
            if (begin - other.exited() > HOUR) continue;
            shared += other.exited() - other.entered();
            begin = other.entered();
        }
        List<Paid> earlier = before.stream().flatMap(other -> other.counted.stream()).toList();
        Price price = Tariffs.price(tariff, stay.entered(), stay.exited(), null, shared, earlier);
        boolean isByPermit = false;
        for (Permit permit : usable) {
            Price with = Tariffs.price(tariff, stay.entered(), stay.exited(), permit, shared, earlier);
            if (with.sum() >= price.sum()) continue;
            price = with;
            isByPermit = true;
        }
        return new Priced(price, isByPermit);
    }

    /** What was paid elsewhere comes first, then the account; from nobody's car an invoice is due in the end. */
    private Settled settle(Known stay, Priced priced, List<Payment> payments, Map<String, Long> left) {
        long gross = priced.price.sum(), paid = 0;
        for (Payment payment : payments) {
            boolean isFor = payment.vehicle().equals(stay.vehicle())
                && payment.from() - 15 * MINUTE <= stay.exited() && stay.entered() <= payment.to() + 15 * MINUTE;
            long part = isFor ? Math.min(gross - paid, left.get(payment.reference())) : 0;
            left.merge(payment.reference(), -part, Long::sum);
            paid += part;
        }
        String account = paid < gross ? payer(stay) : "";
        String disposition = gross == 0 ? (priced.isByPermit ? "permit" : "free")
            : paid == gross ? "paid_elsewhere" : account.isEmpty() ? "invoice_due" : "account";
        return new Settled(stay, disposition, account, gross, paid, priced.price.paid);
    }

    /** The account that the vehicle was on, and that was active, at the entry; if none, at the exit; else none. */
    private String payer(Known stay) {
        for (long time : new long[] {stay.entered(), stay.exited()}) {
            for (Account account : accountsOfVehicle.getOrDefault(stay.vehicle(), Set.of())) {
                if (account.pays(stay.vehicle(), time)) return account.id;
            }
        }
        return "";
    }
}
