import { RecordBlock } from '../record-block.ts';
import type { TaskState } from '../state.ts';

/** What a fresh state would leave in the changelog, value by key, in the form that `Subject.check` answers. */
export function stateInHex(state: TaskState): Map<string, string> {
  const changelog = new RecordBlock();
  state.settle(changelog, 0);
  return new Map(Array.from(changelog, ({ key, value }) => [key!.toString('hex'), value!.toString('hex')]));
}
