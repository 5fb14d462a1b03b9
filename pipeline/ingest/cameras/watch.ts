import type { CameraRead } from '../../records/records.ts';

/** What was understood of one event of a camera, and what became of it. */
export interface WatchedEvent {
  readonly format: string;
  /** UTC ms. */
  readonly at: number;
  /** Null: the payload could not be read so far. */
  readonly serial: string | null;
  readonly outcome: 'accepted' | 'held' | 'rejected' | 'unreadable';
  /** Why it was not accepted; empty when it was. */
  readonly why: string;
  /** The camera's own word or degrees. */
  readonly direction?: string | number | null;
  readonly read?: CameraRead;
}
