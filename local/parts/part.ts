import type { Say } from '../progress.ts';

/** How to run a part once all that it needs is there. */
export interface Command {
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
}

/** As in pid files, log files and tables. */
export type PartName = 'kafka' | 'registry' | 'redis' | 'clickhouse';

/** One background process of the local stack. */
export interface Part {
  readonly name: PartName;
  readonly title: string;
  readonly ports: readonly number[];
  /** Downloads what it runs on, and sets up its data folder when that is new. */
  prepare(say: Say): Promise<Command>;
  /** Asks the running part itself, through its port. */
  isReady(): Promise<boolean>;
}
