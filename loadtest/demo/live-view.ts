import type { StageName } from '../../pipeline/replay/downstream.ts';

/** What the viewer sees at one moment. */
export interface Snapshot {
  readonly phase: string;
  /** The simulated time, UTC ms. */
  readonly time: number;
  readonly reads: number;
  readonly readsPerSecond: number;
  readonly inside: number;
  readonly closed: number;
  readonly irregularities: number;
  readonly lags: Readonly<Record<StageName, number>>;
}

/** Where the figures are drawn, such as process.stdout. */
export interface Screen {
  /** It is a terminal. */
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

export interface LiveView {
  show(snapshot: Snapshot): void;
  /** How often a new snapshot is worth its work, ms. */
  readonly everyMs: number;
}

/** On a terminal the figures are redrawn in place; elsewhere there is one line every few seconds. */
export function openLiveView(out: Screen): LiveView {
  return out.isTTY ? inPlace(out) : lineByLine(out);
}

function inPlace(out: Screen): LiveView {
  let drawn = 0;
  return {
    everyMs: 500,
    show(snapshot) {
      const lines = panel(snapshot);
      const back = drawn === 0 ? '' : `\x1b[${drawn}A`;
      out.write(back + lines.map((line) => `\x1b[2K${line}\n`).join(''));
      drawn = lines.length;
    },
  };
}

function lineByLine(out: Screen): LiveView {
  return {
    everyMs: 4000,
    show({ phase, time, reads, readsPerSecond, inside, closed, irregularities, lags }) {
      out.write(
        `${clock(time)} ${phase}: ${number(reads)} reads (${number(readsPerSecond)}/s), ${number(inside)} inside, ` +
        `${number(closed)} closed, ${number(irregularities)} irregular; lag ${lagText(lags)}\n`,
      );
    },
  };
}

function panel({ phase, time, reads, readsPerSecond, inside, closed, irregularities, lags }: Snapshot): string[] {
  const row = (name: string, value: string, unit: string): string =>
    `  ${name.padEnd(18)}${value.padStart(10)} ${unit}`;
  return [
    `  ${clock(time)}  ${phase}`,
    row('reads', number(reads), `(${number(readsPerSecond)} a second)`),
    row('inside now', number(inside), 'vehicles'),
    row('closed visits', number(closed), ''),
    row('irregularities', number(irregularities), ''),
    `  ${'lag per stage'.padEnd(18)} ${lagText(lags)}`,
  ];
}

function lagText(lags: Snapshot['lags']): string {
  return Object.entries(lags).map(([stage, behind]) => `${stage} ${number(behind)}`).join(', ');
}

function number(value: number): string {
  return Math.round(value).toLocaleString('en-US');
}

const OSLO = new Intl.DateTimeFormat('en-GB', {
  timeZone: 'Europe/Oslo',
  weekday: 'short',
  hour: '2-digit',
  minute: '2-digit',
});

function clock(time: number): string {
  return OSLO.format(time);
}
