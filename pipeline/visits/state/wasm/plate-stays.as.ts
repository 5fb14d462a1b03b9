import {
  ARE_PLAIN, COUNTRY, ENDED_AT, ENDED_LAST, FIRST_SLOT, FLAGS, GARAGE, IS_SUMMED, LAST_SLOT, NO_PLATE, NO_SLOT,
  OPEN_SLOT, PACKED, RECORD_BYTES,
} from '../place-numbers';
import { asked, isAsked } from './asked-plate.as';
import { unlook, unlookPlate } from './look.as';
import { mixed, mixedLast } from './mixing.as';
import { giveBack, widened, zeroedLines } from './room.as';
import { StayColumns } from './stay-columns.as';

/**
 * The live stays of each plate of each garage of a task, and what the plain cases need to know of them: asked at each read, of a plate that
 * is one of hundreds of thousands. What is asked of one plate stands side by side: a look costs two misses of the processor's cache.
 *
 * A plate is named by a number, for as long as it has a live stay; stays by their slots. What is asked for by garage and country is the
 * plate that stands packed at `asked`.
 */
@unmanaged
export class PlateStays {
  private columns: StayColumns;
  /** Places of a hash and a number (+1; 0: free) each, a power of two of them, at least half of them free. */
  private places: usize;
  private mask: u32;
  /** Plates that have a place. */
  private taken: u32;
  /** By number. */
  private records: usize;
  private room: i32;
  /** All numbers below have been given; those of them that are free again hang together, `freed` before the others. */
  private given: i32;
  private freed: i32;
  /** By slot, of those only that are not the last of their plate: the stay that came after it. */
  private links: usize;
  private linksRoom: i32;

  constructor(columns: StayColumns) {
    this.columns = columns;
    this.places = zeroedLines(PLACE_BYTES * PLACES_AT_START);
    this.mask = PLACES_AT_START - 1;
    this.taken = 0;
    this.records = zeroedLines(RECORD_BYTES * FIRST_PLATES);
    this.room = FIRST_PLATES;
    this.given = 0;
    this.freed = NO_PLATE;
    this.links = zeroedLines(4 * FIRST_SLOTS);
    this.linksRoom = FIRST_SLOTS;
  }

  drop(): void {
    giveBack(this.places);
    giveBack(this.records);
    giveBack(this.links);
    heap.free(changetype<usize>(this));
  }

  /** Where it stands where the records are, which moves when they need more room. */
  recordsPlaceAt(): usize {
    return changetype<usize>(this) + offsetof<PlateStays>('records');
  }

  /** The number of the asked plate; NO_PLATE: it has no live stay. */
  find(garage: i32, country: i32): i32 {
    const hash = hashOf(garage, country, asked);
    let place = hash & this.mask;
    for (let number = this.numberIn(place); number >= 0; number = this.numberIn(place)) {
      if (this.hashIn(place) == hash && this.is(number, garage, country)) return number;
      place = (place + 1) & this.mask;
    }
    return NO_PLATE;
  }

  /** Where `find` looks first. */
  @inline
  placeOf(garage: i32, country: i32): usize {
    return this.places + PLACE_BYTES * usize(hashOf(garage, country, asked) & this.mask);
  }

  /** A number for the asked plate, which has none. Memory may grow. */
  give(garage: i32, country: i32): i32 {
    if (this.taken << 1 > this.mask) this.growPlaces();
    const number = this.giveOdd(garage);
    const record = this.of(number);
    store<i32>(record, country, COUNTRY);
    v128.store(record, v128.load(asked), PACKED);
    this.taken++;
    this.insert(hashOf(garage, country, asked), number);
    return number;
  }

  /** The same for one that a record has no room for: its giver finds it. Memory may grow. */
  giveOdd(garage: i32): i32 {
    unlook();
    let number = this.freed;
    if (number == NO_PLATE) {
      number = this.given++;
      if (number == this.room) this.widenRecords();
    } else {
      this.freed = load<i32>(this.of(number), FIRST_SLOT);
    }
    const record = this.of(number);
    store<i32>(record, garage, GARAGE);
    store<i32>(record, NO_SLOT, FIRST_SLOT);
    store<i32>(record, NO_SLOT, OPEN_SLOT);
    store<i32>(record, NO_SLOT, ENDED_LAST);
    store<f64>(record, 0, ENDED_AT);
    store<i32>(record, IS_ODD, COUNTRY);
    return number;
  }

  /** Adds the stay that has the slot, of which something is set, to those of the plate. Memory may grow. */
  add(number: i32, slot: i32): void {
    const record = this.of(number);
    this.columns.setPlate(slot, number);
    if (load<i32>(record, FIRST_SLOT) == NO_SLOT) store<i32>(record, slot, FIRST_SLOT);
    else this.link(load<i32>(record, LAST_SLOT), slot);
    store<i32>(record, slot, LAST_SLOT);
    store<i32>(record, 0, FLAGS);
  }

  /** Takes the stay that has the slot from its plate. @param wasOpen nothing had ended it @returns as `forget` does */
  remove(slot: i32, wasOpen: bool): i32 {
    const number = this.columns.plate(slot);
    const record = this.of(number);
    const first = load<i32>(record, FIRST_SLOT);
    if (first == slot && load<i32>(record, LAST_SLOT) == slot) return this.forget(number);
    if (first == slot) {
      store<i32>(record, this.linkOf(slot), FIRST_SLOT);
    } else {
      let before = first;
      while (this.linkOf(before) != slot) before = this.linkOf(before);
      if (load<i32>(record, LAST_SLOT) == slot) store<i32>(record, before, LAST_SLOT);
      else this.link(before, this.linkOf(slot));
    }
    if (load<i32>(record, ENDED_LAST) == slot) store<i32>(record, NO_SLOT, ENDED_LAST);
    // What is known of stays that ended holds as well with one less.
    if (wasOpen) store<i32>(record, 0, FLAGS);
    return NO_PLATE;
  }

  /** NO_SLOT: it is the last. */
  @inline
  nextSlot(slot: i32): i32 {
    return load<i32>(this.of(this.columns.plate(slot)), LAST_SLOT) == slot ? NO_SLOT : this.linkOf(slot);
  }

  /** What its stays come to; holds until one of them changes. */
  sum(number: i32, arePlain: bool, open: i32, endedAt: f64, endedLast: i32): void {
    const record = this.of(number);
    store<i32>(record, IS_SUMMED | (arePlain ? ARE_PLAIN : 0), FLAGS);
    store<i32>(record, open, OPEN_SLOT);
    store<i32>(record, endedLast, ENDED_LAST);
    store<f64>(record, endedAt, ENDED_AT);
  }

  /** A plain stay has begun or grown, and with it nothing else of a sum. */
  noteOpen(number: i32, slot: i32): void {
    const record = this.of(number);
    store<i32>(record, IS_SUMMED | ARE_PLAIN, FLAGS);
    store<i32>(record, slot, OPEN_SLOT);
  }

  /** One of its stays has changed. */
  @inline
  changed(number: i32): void {
    store<i32>(this.of(number), 0, FLAGS);
  }

  /** @returns the plate's number if it was given as odd: its giver forgets it too; NO_PLATE: it was not */
  private forget(number: i32): i32 {
    const record = this.of(number);
    const country = load<i32>(record, COUNTRY);
    store<i32>(record, this.freed, FIRST_SLOT);
    this.freed = number;
    unlookPlate(number);
    if (country == IS_ODD) return number;
    let place = hashOf(load<i32>(record, GARAGE), country, record + PACKED) & this.mask;
    while (this.numberIn(place) != number) place = (place + 1) & this.mask;
    this.freePlace(place);
    this.taken--;
    return NO_PLATE;
  }

  /** Frees a place, and moves up what the gap would cut off from the place where it is looked for first. */
  private freePlace(place: u32): void {
    const mask = this.mask;
    let hole = place;
    for (let next = (hole + 1) & mask; this.numberIn(next) >= 0; next = (next + 1) & mask) {
      if (((next - this.hashIn(next)) & mask) < ((next - hole) & mask)) continue;
      store<u64>(this.placeAt(hole), load<u64>(this.placeAt(next)));
      hole = next;
    }
    store<i32>(this.placeAt(hole), 0, NUMBER);
  }

  private insert(hash: u32, number: i32): void {
    let place = hash & this.mask;
    while (this.numberIn(place) >= 0) place = (place + 1) & this.mask;
    store<u32>(this.placeAt(place), hash);
    store<i32>(this.placeAt(place), number + 1, NUMBER);
  }

  private growPlaces(): void {
    const before = this.places;
    const end = before + PLACE_BYTES * (usize(this.mask) + 1);
    this.mask = 2 * this.mask + 1;
    this.places = zeroedLines(PLACE_BYTES * (usize(this.mask) + 1));
    for (let at = before; at < end; at += PLACE_BYTES) {
      if (load<i32>(at, NUMBER) != 0) this.insert(load<u32>(at), load<i32>(at, NUMBER) - 1);
    }
    giveBack(before);
  }

  private widenRecords(): void {
    this.records = widened(this.records, RECORD_BYTES * usize(this.room), 2 * RECORD_BYTES * usize(this.room));
    this.room *= 2;
  }

  private link(slot: i32, next: i32): void {
    let room = this.linksRoom;
    while (room <= slot) room *= 2;
    if (room > this.linksRoom) {
      this.links = widened(this.links, 4 * usize(this.linksRoom), 4 * usize(room));
      this.linksRoom = room;
    }
    store<i32>(this.links + (usize(slot) << 2), next);
  }

  @inline
  private linkOf(slot: i32): i32 {
    return load<i32>(this.links + (usize(slot) << 2));
  }

  /** Of the plate. */
  @inline
  garage(number: i32): i32 {
    return load<i32>(this.of(number), GARAGE);
  }

  @inline
  private is(number: i32, garage: i32, country: i32): bool {
    const record = this.of(number);
    return load<i32>(record, GARAGE) == garage && load<i32>(record, COUNTRY) == country && isAsked(record + PACKED);
  }

  @inline
  private of(number: i32): usize {
    return this.records + RECORD_BYTES * usize(number);
  }

  @inline
  private placeAt(place: u32): usize {
    return this.places + PLACE_BYTES * usize(place);
  }

  /** Below 0: the place is free. */
  @inline
  private numberIn(place: u32): i32 {
    return load<i32>(this.placeAt(place), NUMBER) - 1;
  }

  @inline
  private hashIn(place: u32): u32 {
    return load<u32>(this.placeAt(place));
  }
}

/** As a country. */
const IS_ODD: i32 = -1;

/** Of a place, behind its hash. */
const NUMBER: usize = 4;
const PLACE_BYTES: usize = 8;

/** Powers of two, as all later sizes are. */
const PLACES_AT_START: u32 = 64;
const FIRST_PLATES: i32 = 32;
const FIRST_SLOTS: i32 = 64;

/** Of the words of a packed plate. */
function hashOf(garage: i32, country: i32, plate: usize): u32 {
  let hash = mixed(u32(garage + 1) * 0x9e3779b1, country);
  hash = mixed(hash, load<u32>(plate));
  hash = mixed(hash, load<u32>(plate, 4));
  hash = mixed(hash, load<u32>(plate, 8));
  return mixedLast(mixed(hash, load<u32>(plate, 12)));
}
