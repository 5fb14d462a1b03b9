import assert from 'node:assert/strict';
import { test } from 'node:test';
import { instantiate } from '../../../webassembly/instantiate.ts';
import type { garageState } from '../task-memory.ts';

const NONE_BEFORE = -1;

test('the memory of indexes that are gone is used for those that come', () => {
  const module = newModule();
  const fillAndDrop = (): void => {
    const task = module.makeTask();
    const index = module.makeNear(task);
    for (let id = 0; id < 2000; id++) {
      put(module, id % 31);
      module.putNear(index, 1 + (id % 16), id, NONE_BEFORE);
    }
    for (let length = 1; length <= 16; length++) module.seekNear(index, length, NONE_BEFORE, false);
    module.dropTask(task);
  };
  fillAndDrop();
  const before = module.memory.buffer.byteLength;
  for (let i = 0; i < 150; i++) fillAndDrop();
  assert.equal(module.memory.buffer.byteLength, before);
});

test('so is that of plates that have left', () => {
  const module = newModule();
  put(module, 1);
  const comeAndGo = (index: number): void => {
    const places = Array.from({ length: 2000 }, (_, id) => module.putNear(index, 7, id, NONE_BEFORE));
    for (const [id, place] of places.entries()) module.removeNearFrom(index, place, id);
  };
  comeAndGo(module.makeNear(module.makeTask()));
  const before = module.memory.buffer.byteLength;
  for (let i = 0; i < 600; i++) comeAndGo(module.makeNear(module.makeTask()));
  assert.equal(module.memory.buffer.byteLength, before);
});

function newModule(): typeof garageState {
  return instantiate<typeof garageState>(new URL('./garage-state.wasm', import.meta.url));
}

function put(module: typeof garageState, symbol: number): void {
  new Uint8Array(module.memory.buffer, module.soughtClassesAt(), 16).fill(symbol);
}
