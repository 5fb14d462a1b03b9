/** Values as a person reads them on a terminal. */

/** An instant as `2026-09-01 08:12:03.120`, UTC. */
export function instantText(ms: number): string {
  return new Date(ms).toISOString().slice(0, -1).replace('T', ' ');
}

/** A length of time, ms, by its two largest units; below a second in ms. */
export function durationText(ms: number): string {
  const sign = ms < 0 ? '-' : '';
  const length = Math.abs(ms);
  if (length < 1_000) return `${sign}${length} ms`;
  const seconds = Math.round(length / 1_000);
  if (seconds < 60) return `${sign}${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${sign}${minutes} min ${seconds % 60} s`;
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? `${sign}${hours} h ${minutes % 60} min` : `${sign}${Math.floor(hours / 24)} d ${hours % 24} h`;
}

/** A share of one, so that 0.9995 does not look like certainty. */
export function shareText(share: number): string {
  return share > 0.999 && share < 1 ? share.toFixed(4) : share.toFixed(3);
}
