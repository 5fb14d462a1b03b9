import { createServer } from 'node:net';
import { Trouble } from './trouble.ts';

/** Resolves when nothing listens on the port of this machine. @throws {Trouble} naming who wants it and what to do */
export async function requireFreePort(port: number, wantedBy: string): Promise<void> {
  if (await isFree(port)) return;
  throw new Trouble(
    `Port ${port}, which ${wantedBy} needs, is in use by another program:`
    + ' stop that program, or set BOMFRI_PORT_BASE (default 9000) to move all ports of Bomfri, for example to 19000.',
  );
}

export function isFree(port: number): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE') resolve(false);
      else reject(error);
    });
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)));
  });
}
