import { writeFileSync } from 'node:fs';
import { compile, moduleOf, moduleSources } from './compile.ts';

/** `npm run build:wasm`: makes all modules anew. */
for (const source of moduleSources()) {
  const module = await compile(source);
  writeFileSync(moduleOf(source), module);
  console.log(`${source}: ${module.length} bytes`);
}
