import { MOST_CANDIDATES } from '../matching/shared-numbers.ts';

/** Where the parts of the read at hand stand: what TypeScript and AssemblyScript (`wasm/`) both read, so plain numbers only. */

/** Its texts and its garage's, by number; its candidates' plates stand behind them. */
export const GARAGE_ID = 0;
export const OPERATOR_ID = 1;
export const COUNTRY = 2;
export const PLATE = 3;
export const LANE_ID = 4;
export const CAMERA_ID = 5;
export const READ_ID = 6;
export const CANDIDATES = 7;
export const TEXTS = CANDIDATES + MOST_CANDIDATES;

/** Of a text's length: it is not ASCII. */
export const IS_WIDE = 0x40000000;

/** Its numbers, likewise: when it was made (ms UTC), its confidence, and that as the camera gave it; its candidates' behind them. */
export const AT = 0;
export const CONFIDENCE = 1;
export const SAID = 2;
export const CANDIDATE_CONFIDENCES = 3;
export const NUMBERS = CANDIDATE_CONFIDENCES + MOST_CANDIDATES;
