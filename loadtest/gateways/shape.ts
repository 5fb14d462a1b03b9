/** How large a load is; each scenario has its own, and every part of it can be set from outside. */
export interface Shape {
  readonly readsPerSecond: number;
  readonly readsPerRequest: number;
  readonly seconds: number;
  readonly garages: number;
  /** Cars that come again, over all garages. */
  readonly vehicles: number;
  /** Senders at the same time, each with garages of its own; no more than garages. */
  readonly gateways: number;
}

const usual: Shape = {
  readsPerSecond: 1_000, readsPerRequest: 10, seconds: 60, garages: 200, vehicles: 4_000, gateways: 200,
};

const shapes = {
  smoke: { ...usual, readsPerSecond: 50, readsPerRequest: 5, seconds: 10, garages: 10, vehicles: 400, gateways: 10 },
  steady: usual,
  rush: { ...usual, readsPerSecond: 3_000, seconds: 180 },
  spike: { ...usual, readsPerSecond: 5_000, seconds: 120 },
  soak: { ...usual, seconds: 3_600 },
  // So many that half a minute is about a day of theirs: a garage's share in it is not one read.
  'many-garages': {
    ...usual, readsPerSecond: 5_000, readsPerRequest: 100, seconds: 30, vehicles: 40_000, gateways: 10,
  },
  duplicates: { ...usual, readsPerSecond: 500 },
  hostile: { ...usual, readsPerSecond: 500 },
  outage: { ...usual, seconds: 90 },
} as const satisfies Record<string, Shape>;

export type ScenarioName = keyof typeof shapes;

export const scenarioNames = Object.keys(shapes) as readonly ScenarioName[];

const variables: Readonly<Record<keyof Shape, string>> = {
  readsPerSecond: 'RATE', readsPerRequest: 'BATCH', seconds: 'SECONDS',
  garages: 'GARAGES', vehicles: 'VEHICLES', gateways: 'GATEWAYS',
};

/**
 * The scenario's shape, with what the environment sets otherwise: RATE, BATCH, SECONDS, GARAGES, VEHICLES, GATEWAYS.
 * @throws when one of them is no whole number from 1
 */
export function shapeOf(name: ScenarioName, environment: Readonly<Record<string, string | undefined>>): Shape {
  const part = (field: keyof Shape): number => {
    const text = environment[variables[field]];
    if (text === undefined || text === '') return shapes[name][field];
    if (!/^[1-9]\d{0,8}$/.test(text)) {
      throw new Error(`${variables[field]} is '${text}', but must be a whole number from 1`);
    }
    return Number(text);
  };
  const garages = part('garages');
  return {
    readsPerSecond: part('readsPerSecond'),
    readsPerRequest: part('readsPerRequest'),
    seconds: part('seconds'),
    garages,
    vehicles: part('vehicles'),
    gateways: Math.min(part('gateways'), garages),
  };
}

/** The same shape as an environment that `shapeOf` reads. */
export function shapeVariables(shape: Shape): Record<string, string> {
  return Object.fromEntries(Object.entries(variables).map(([field, name]) =>
    [name, String(shape[field as keyof Shape])]));
}
