/** A line of a chart: seconds and values, in the order of time. */
export interface Series {
  readonly name: string;
  readonly points: readonly (readonly [number, number])[];
}

const WIDTH = 600;
const HEIGHT = 260;
const LEFT = 48;
const TOP = 28;
const BOTTOM = 24;
/** Where the names stand. */
const RIGHT = 96;
const COLOURS = [
  '#2563eb', '#d97706', '#059669', '#dc2626', '#7c3aed',
  '#0891b2', '#be185d', '#4d7c0f', '#475569', '#92400e', '#111827',
];

/** A chart over seconds as SVG, with its values from zero. */
export function lineChart(title: string, series: readonly Series[]): string {
  const all = series.flatMap(({ points }) => points);
  const lastSecond = Math.max(1, ...all.map(([second]) => second));
  const top = roundUp(Math.max(...all.map(([, value]) => value), 0));
  const x = (second: number): number => LEFT + (second / lastSecond) * (WIDTH - LEFT - RIGHT);
  const y = (value: number): number => HEIGHT - BOTTOM - (value / top) * (HEIGHT - TOP - BOTTOM);
  const steps = [0, 0.25, 0.5, 0.75, 1];
  const level = (share: number): string => `y1="${y(share * top)}" y2="${y(share * top)}"`;
  const grid = steps.map((share) => `<line x1="${LEFT}" x2="${WIDTH - RIGHT}" ${level(share)} stroke="#dde3ea"/>`
    + `<text x="${LEFT - 6}" y="${y(share * top) + 4}" text-anchor="end">${Number((share * top).toPrecision(3))}</text>`
    + `<text x="${x(share * lastSecond)}" y="${HEIGHT - 6}" text-anchor="middle">${Math.round(share * lastSecond)} s</text>`);
  const lines = series.map(({ name, points }, index) => {
    const colour = COLOURS[index % COLOURS.length]!;
    const path = points.map(([second, value]) => `${x(second).toFixed(1)},${y(value).toFixed(1)}`).join(' ');
    return `<polyline fill="none" stroke="${colour}" stroke-width="1.5" points="${path}"/>`
      + `<text x="${WIDTH - RIGHT + 8}" y="${TOP + 6 + index * 16}" fill="${colour}">${name}</text>`;
  });
  return `<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" width="${WIDTH}" height="${HEIGHT}"`
    + ' font-size="11" font-family="system-ui,sans-serif" fill="#475569">'
    + `<text x="${LEFT}" y="14" font-size="13" fill="#1c2430">${title}</text>${grid.join('')}${lines.join('')}</svg>`;
}

/** The next of 1, 2, 4, 10, 20, 40 ... that is not less; at least 1. */
function roundUp(value: number): number {
  let power = 1;
  while (power * 10 <= value) power *= 10;
  return [1, 2, 4, 10].map((digit) => digit * power).find((candidate) => candidate >= value)!;
}
