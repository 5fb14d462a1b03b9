import assert from 'node:assert/strict';
import { test } from 'node:test';
import { instantiate } from '../../../webassembly/instantiate.ts';
import type { NearPlates } from '../plate-index.ts';

const NONE_BEFORE = -1;

test('the memory of indexes that are gone is used for those that come', () => {
  const module = instantiate<NearPlates>(new URL('./near-plates.wasm', import.meta.url));
  const sought = module.soughtAt();
  const fillAndDrop = (): void => {
    const index = module.makeIndex();
    for (let id = 0; id < 2000; id++) {
      new Uint8Array(module.memory.buffer, sought, 16).fill(id % 31);
      module.put(index, 1 + (id % 16), id, NONE_BEFORE);
    }
    module.dropIndex(index);
  };
  fillAndDrop();
  const before = module.memory.buffer.byteLength;
  for (let i = 0; i < 20; i++) fillAndDrop();
  assert.equal(module.memory.buffer.byteLength, before);
});

test('so is that of plates that have left', () => {
  const module = instantiate<NearPlates>(new URL('./near-plates.wasm', import.meta.url));
  new Uint8Array(module.memory.buffer, module.soughtAt(), 16).fill(1);
  const comeAndGo = (index: number): void => {
    const places = Array.from({ length: 2000 }, (_, id) => module.put(index, 7, id, NONE_BEFORE));
    for (const [id, place] of places.entries()) module.removeFrom(index, place, id);
  };
  comeAndGo(module.makeIndex());
  const before = module.memory.buffer.byteLength;
  for (let i = 0; i < 20; i++) comeAndGo(module.makeIndex());
  assert.equal(module.memory.buffer.byteLength, before);
});
