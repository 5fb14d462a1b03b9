/** The answer of `ask`, asked anew once it is older than that; all who come meanwhile share one. */
export function refreshedEvery<T>(maxAgeMs: number, ask: () => Promise<T>): () => Promise<T> {
  let answer: Promise<T> | null = null;
  let askedMs = 0;
  return () => {
    if (answer === null || performance.now() - askedMs > maxAgeMs) {
      askedMs = performance.now();
      answer = ask();
    }
    return answer;
  };
}
