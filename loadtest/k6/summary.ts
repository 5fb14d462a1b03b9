/** What k6 measured goes whole to the file that SUMMARY names; `loadtest/run.ts` prints what matters of it. */
export function handleSummary(data: unknown): Record<string, string> {
  return { [__ENV.SUMMARY!]: JSON.stringify(data) };
}
