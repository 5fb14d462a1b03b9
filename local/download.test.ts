import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mavenFailure } from './download.ts';

test('a failed download names the host that was asked and what to do', () => {
  const output = [
    '[INFO] Scanning for projects...',
    '[ERROR] Could not transfer artifact a:b:jar:1 from/to central (https://maven.example/repo): maven.example: Unknown host',
  ].join('\n');
  const message = mavenFailure('Kafka 4.3.0', output);
  assert.match(
    message,
    /^Kafka 4\.3\.0 could not be downloaded from https:\/\/maven\.example\/repo: check the network/,
  );
  assert.match(message, /Unknown host$/);
});
