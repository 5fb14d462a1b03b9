/**
 * Seeds of worlds, by what they are for. What was learnt from a seed, or chosen by looking at it, says nothing about
 * how well the rules do there; so figures are reported from seeds that nothing was ever learnt or tuned on.
 */

/** For `bomfri learn`: character confusions and calibration come from these alone. */
const learnSeeds = ['learn-1', 'learn-2', 'learn-3', 'learn-4'] as const;

/** For the weights of `matchConfidence`: doubtful pairs are rare, and wrong ones rarer. */
export const confidenceSeeds = [...learnSeeds, 'learn-5', 'learn-6'] as const;

/** For choosing thresholds and for looking into single mistakes. */
export const tuneSeeds = ['tune-1', 'tune-2', 'tune-3', 'tune-4'] as const;

/** For the figures in README and in tests. Never look into one's mistakes. */
export const reportSeeds = ['report-1', 'report-2', 'report-3'] as const;

/**
 * More of them, `report-4` to `report-24`, for what is too rare to be known from three worlds (wrong pairs of a clean
 * one): named to `evaluate --seed`.
 */
export const moreReportSeeds = Array.from({ length: 21 }, (_, i) => `report-${i + 4}`);
