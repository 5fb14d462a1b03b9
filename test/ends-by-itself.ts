import { after } from 'node:test';

/**
 * Loaded before each test file: one whose process has something open a while after its last test fails, and says what
 * it is. Else it would hold up the run for ever; and to end it at once, as `--test-force-exit` does, loses the reports
 * of tests that are still on their way to the runner (nodejs/node#64833).
 */

/** Longer than what a file's own `after` may take to stop: services have half of it. */
const MAY_STAY_OPEN_MS = 60_000;

// The runner itself loads this too.
if (process.env.NODE_TEST_CONTEXT?.startsWith('child') === true) {
  after(() => {
    const ended = setTimeout(() => {
      const open = process.getActiveResourcesInfo().join(', ');
      console.error(`${process.argv[1]} has left something open: ${open}`);
      process.exit(1);
    }, MAY_STAY_OPEN_MS);
    // What is open keeps the process; this does not.
    ended.unref();
  });
}
