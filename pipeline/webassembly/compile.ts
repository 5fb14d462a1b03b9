import { globSync } from 'node:fs';
import { join } from 'node:path';
import { main } from 'assemblyscript/asc';

/** The folder that package.json stands in. */
export const projectRoot = join(import.meta.dirname, '../..');

/**
 * AssemblyScript that a module of its own is made of, by paths from the project's folder; the module stands beside it.
 */
export function moduleSources(): string[] {
  return globSync('pipeline/**/*.wasm.ts', { cwd: projectRoot }).sort();
}

/** Where the module of this source stands. */
export function moduleOf(source: string): string {
  return join(projectRoot, source.replace(/\.ts$/, ''));
}

/**
 * The module as bytes: the same ones for the same source and compiler.
 * @throws with what the compiler has against the source
 */
export async function compile(source: string): Promise<Uint8Array> {
  let module: Uint8Array | null = null;
  const written = (name: string, contents: string | Uint8Array): void => {
    if (name === 'module.wasm' && typeof contents !== 'string') module = contents;
  };
  const { error, stderr } = await main(
    [source, '--baseDir', projectRoot, '--outFile', 'module.wasm', ...OPTIONS],
    { writeFile: written },
  );
  if (error !== null || module === null) {
    throw new Error(`${source}: ${error?.message ?? 'nothing came of it'}\n${stderr}`);
  }
  return module;
}

/** Memory by `heap.alloc` and `heap.free`; nothing is collected, and nothing imported. */
const OPTIONS = ['-O3', '--converge', '--noAssert', '--enable', 'simd', '--enable', 'relaxed-simd', '--runtime', 'minimal', '--use', 'abort='];
