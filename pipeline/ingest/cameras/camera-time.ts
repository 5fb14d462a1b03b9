import { Temporal } from 'temporal-polyfill';

/** When a camera says that it saw something: an instant, or a time on a clock whose zone only the garage tells. */
export type CameraTime =
  | { readonly instant: number }
  /** ISO 8601 without offset, such as 2026-10-25T02:30:00.125. */
  | { readonly local: string };

/**
 * The instant in ms, or null when the text is no time. In the hour that a zone runs through twice the
 * reading nearest to `receivedAt` counts; in the hour that it skips the camera's clock was not put forward
 * yet, so the offset before counts.
 */
export function instantOf(time: CameraTime, zone: string, receivedAt: number): number | null {
  if ('instant' in time) return isSane(time.instant) ? time.instant : null;
  let local: Temporal.PlainDateTime;
  try {
    local = Temporal.PlainDateTime.from(time.local);
  } catch {
    return null;
  }
  const earlier = epochMs(local, zone, 'earlier');
  const later = epochMs(local, zone, 'later');
  // Both are one instant on all days but two. Where an hour is skipped, the offset before it gives the later one.
  const isSkipped = earlier !== later && !readsBack(earlier, zone, local);
  const instant = isSkipped || Math.abs(later - receivedAt) <= Math.abs(earlier - receivedAt) ? later : earlier;
  return isSane(instant) ? instant : null;
}

/** Cameras are away, or reset to their first day, but never out of the years that clocks can show. */
function isSane(instant: number): boolean {
  return Number.isFinite(instant) && instant >= 0 && instant <= LAST_INSTANT;
}

const LAST_INSTANT = Date.UTC(9999, 11, 31);

function epochMs(local: Temporal.PlainDateTime, zone: string, disambiguation: 'earlier' | 'later'): number {
  return local.toZonedDateTime(zone, { disambiguation }).epochMilliseconds;
}

function readsBack(instant: number, zone: string, local: Temporal.PlainDateTime): boolean {
  return Temporal.Instant.fromEpochMilliseconds(instant).toZonedDateTimeISO(zone).toPlainDateTime().equals(local);
}
