/** A quarter of an hour: for TypeScript and AssemblyScript (`../state/wasm/`), so a plain number only. */
export const INTERVAL_MS = 900_000;
