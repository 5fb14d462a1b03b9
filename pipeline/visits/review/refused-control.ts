import { topics } from '../../../topics/topics.ts';
import type { LogRecord } from '../../engine/log.ts';
import { learning, UndecodableError, type Codec } from '../../records/codec.ts';
import type { Control } from '../../records/records.ts';
import { letterOf } from '../../redrive/letter.ts';

/** A control record that the visits stage set aside, and why. */
export interface RefusedControl {
  readonly control: Control;
  /** A short word. */
  readonly reason: string;
  /** What a person reads. */
  readonly message: string;
}

/** Null: the record of the dead letters is none of a control record. */
export async function refusedControl(record: LogRecord, controls: Codec<Control>): Promise<RefusedControl | null> {
  const letter = letterOf(record);
  const { value } = record;
  if (letter?.topic !== topics.visitsControl.name || value === null) return null;
  try {
    const { reason, message } = letter;
    return { control: await learning(() => controls.decode(value)), reason, message };
  } catch (error) {
    if (error instanceof UndecodableError) return null;
    throw error;
  }
}
