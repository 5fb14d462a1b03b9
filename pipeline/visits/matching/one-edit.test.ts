import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { isWithinOneEdit } from './one-edit.ts';

test('plates are within one edit if one character differs, or one of them lacks one', () => {
  for (const other of ['EK12345', 'EK12346', 'XK12345', 'EK1234', 'K12345', 'EK1345', 'EK123455']) {
    assert.ok(isWithinOneEdit('EK12345', other) && isWithinOneEdit(other, 'EK12345'), other);
  }
  for (const other of ['EK12354', 'EK123', 'KE12345', 'EK1234567', 'E12346', '']) {
    assert.ok(!isWithinOneEdit('EK12345', other) && !isWithinOneEdit(other, 'EK12345'), other);
  }
});

test('whatever is put in place of one character, the plate stays within one edit', () => {
  fc.assert(fc.property(fc.string(), fc.string({ maxLength: 1 }), fc.string(), fc.string({ maxLength: 1 }), (head, was, tail, is) =>
    isWithinOneEdit(head + was + tail, head + is + tail)));
});
