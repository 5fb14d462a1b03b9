import { readFileSync } from 'node:fs';

/**
 * What a module exports, and its memory: an instance of its own for each call, so for each thread that loads the file.
 * @param module where it stands
 */
export function instantiate<Exports>(module: URL): Exports & { readonly memory: WebAssembly.Memory } {
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(readFileSync(module)));
  return exports as unknown as Exports & { readonly memory: WebAssembly.Memory };
}
