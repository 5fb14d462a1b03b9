/** How hard a world is: what goes wrong on the way from the car to us, and how often. Shares are 0 to 1. */
export interface WorldRates {
  /**
   * Share of reads with a wrong plate, all cameras and bad hours together; and of one camera in four, if it is worse.
   */
  readonly misread: number;
  readonly badCameraMisread: number | null;
  /** Of the wrong reads: seen, but no plate made out. */
  readonly blank: number;
  /** Share of wrong reads whose candidates hold the true plate. */
  readonly truthAmongCandidates: number;
  /** Whether cameras say what else a plate may be. */
  readonly candidates: boolean;
  readonly errors: ErrorModel;
  /** Whether one camera of each garage besides takes one character for another, always. */
  readonly confuses: boolean;
  /** Share of entries and exits without any read, those of silent cameras included. */
  readonly missed: number;
  /** Of reads. */
  readonly countryMisread: number;
  readonly noDirection: number;
  readonly wrongDirection: number;
  readonly late: number;
  readonly redelivered: number;
  /** Of passages: the car stands still and is read six times. */
  readonly stationary: number;
  /** Of passages beside a lane of the same direction: the car drives on the line between the two. */
  readonly straddled: number;
  /** Of regular vehicles: company cars, eight plates in a row in one garage. */
  readonly companies: number;
  /** Per stay. */
  readonly backedOut: number;
  readonly seenAgainInside: number;
  readonly seenAgainLeaving: number;
  readonly againstLane: number;
  readonly tailgated: number;
  readonly dropOff: number;
  readonly overstayed: number;
  /** Of vehicles. */
  readonly trailer: number;
  readonly noFrontPlate: number;
  /** Reads of no vehicle, per camera and day. */
  readonly ghosts: number;
  /** Per stay: at the same time a second vehicle with this plate parks in another garage of the operator. */
  readonly cloned: number;
  /** Times a camera has it, per 30 days. */
  readonly outages: number;
  readonly degradations: number;
  readonly skews: number;
  /** A camera's clock is off by up to so much even on good days, and by up to so much while it is skewed. */
  readonly jitterMs: number;
  readonly mostSkewMs: number;
  /**
   * Which dwell times and directions: as the town's habits have it, by other laws, or many
   * deliveries and journeys besides.
   */
  readonly laws: 'habits' | 'other' | 'journeys';
  /** The country's register, or garages full of plates of another country's form. */
  readonly plates: 'register' | 'foreign';
}

/**
 * `look-alike`: characters that look like each other, lost and added characters, mostly independent from read to read.
 * `scattered`: any character for any, neighbours swapped, blocks lost; a dirty plate misread alike at entry and exit;
 * and bursts. `uniform`: one character is any other. The last two are there to check that rules model the world and
 * not the first.
 */
export type ErrorModel = 'look-alike' | 'scattered' | 'uniform';

const typical: WorldRates = {
  misread: 0.08, badCameraMisread: null, blank: 0.03, truthAmongCandidates: 0.6, candidates: true, errors: 'look-alike',
  confuses: false, missed: 0.02,
  countryMisread: 0.03, noDirection: 0.02, wrongDirection: 0.007, late: 0.01, redelivered: 0.01, stationary: 0.08,
  companies: 0.15, backedOut: 0.004, seenAgainInside: 0.003,
  seenAgainLeaving: 0.003, againstLane: 0.002, straddled: 0.006,
  tailgated: 0.002, dropOff: 0.04, overstayed: 0.0008, trailer: 0.012, noFrontPlate: 0.002, ghosts: 0.5, cloned: 0.0004,
  outages: 1.5, degradations: 1, skews: 0.6, jitterMs: 800, mostSkewMs: 150_000, laws: 'habits',
  plates: 'register',
};

export const worldProfiles = {
  /** New cameras, well aimed. */
  clean: {
    ...typical, misread: 0.025, blank: 0.02, missed: 0.007,
    countryMisread: 0.01, noDirection: 0.004, wrongDirection: 0.001,
    late: 0.004, redelivered: 0.006, backedOut: 0.003,
    seenAgainInside: 0.0015, seenAgainLeaving: 0.0015, againstLane: 0.001,
    straddled: 0.004, tailgated: 0.0008, noFrontPlate: 0.0005,
    ghosts: 0.15, cloned: 0.0002, outages: 0.5, degradations: 0.6,
    skews: 0.25, jitterMs: 400, mostSkewMs: 90_000,
  },
  /** What operators see. */
  typical,
  /** A poor site in a bad winter. */
  harsh: {
    ...typical, misread: 0.13, badCameraMisread: 0.25, blank: 0.04,
    missed: 0.06, countryMisread: 0.06, noDirection: 0.08,
    wrongDirection: 0.03, late: 0.03, redelivered: 0.02, stationary: 0.12, backedOut: 0.008, seenAgainInside: 0.006,
    seenAgainLeaving: 0.006, againstLane: 0.004, straddled: 0.012, tailgated: 0.005, noFrontPlate: 0.004, ghosts: 1.5,
    cloned: 0.0008, outages: 4, degradations: 1.5, skews: 1, jitterMs: 1500, mostSkewMs: 240_000,
  },
  /**
   * As typical, but of another make: other misreads, other dwell times, directions wrong by
   * camera instead of by chance.
   */
  other: { ...typical, errors: 'scattered', laws: 'other' },
  /**
   * As typical, but elsewhere: foreign plates, cameras without candidates that err evenly or
   * always alike, long journeys.
   */
  abroad: {
    ...typical, truthAmongCandidates: 0, candidates: false, errors: 'uniform', confuses: true, laws: 'journeys',
    plates: 'foreign',
  },
} as const satisfies Record<string, WorldRates>;

export type WorldName = keyof typeof worldProfiles;
