import type { CameraParts } from './camera-routes.ts';

/** An ingest that knows no camera by its serial and forgets what it would hold. */
export const noCameras: CameraParts = {
  index: { find: () => null, isNamed: () => false },
  hold: async () => {},
  told() {},
};
