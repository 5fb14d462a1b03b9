import { createServer } from 'node:net';
import { portOffsets } from '../pipeline/service/config.ts';
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

/**
 * A first port (BOMFRI_PORT_BASE) whose ports are all free, below those that the system gives to outgoing connections.
 */
export async function freePortBase(): Promise<number> {
  for (;;) {
    const base = 20_000 + Math.floor(Math.random() * 110) * 100;
    const free = await Promise.all(Object.values(portOffsets).map((offset) => isFree(base + offset)));
    if (free.every(Boolean)) return base;
  }
}
