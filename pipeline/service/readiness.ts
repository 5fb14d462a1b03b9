/**
 * Whether a process should be given work. It is not while it starts, not while what it needs is away,
 * and no more from the moment it is asked to stop.
 */
export interface Readiness {
  readonly ready: boolean;
  /** What the process needs is there, or away. Said before `started`, it counts from then on. */
  setReady(ready: boolean): void;
  started(): void;
  stopping(): void;
}

export function newReadiness(): Readiness {
  let phase: 'starting' | 'running' | 'stopping' = 'starting';
  let able = true;
  return {
    get ready() {
      return phase === 'running' && able;
    },
    setReady(ready) {
      able = ready;
    },
    started() {
      if (phase === 'starting') phase = 'running';
    },
    stopping() {
      phase = 'stopping';
    },
  };
}
