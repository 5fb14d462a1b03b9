import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { localPort } from '../../pipeline/service/config.ts';
import { fetched, unpackedArtifact } from '../download.ts';
import type { StackPaths } from '../paths.ts';
import { requireJava } from '../programs.ts';
import { answersOk } from './ask.ts';
import type { Part } from './part.ts';

const VERSION = '3.0.9';
const download = unpackedArtifact(
  `Apicurio Registry ${VERSION} (110 MB)`,
  `apicurio-registry-${VERSION}`,
  `io.apicurio:apicurio-registry-app:${VERSION}:tar.gz:all`,
);

/** The schema registry, with its subjects in an H2 file. */
export function registryPart(paths: StackPaths): Part {
  const port = localPort('registry');
  const home = join(paths.data, 'registry');
  return {
    name: 'registry',
    title: 'Schema registry',
    ports: [port],
    prepare: async (say) => {
      const java = await requireJava(say);
      const folder = await fetched(download, say);
      mkdirSync(home, { recursive: true });
      const jar = join(folder, `apicurio-registry-app-${VERSION}-runner.jar`);
      // The first compiler tier alone and the serial collector: a quicker start, and less memory.
      return {
        command: java,
        args: ['-Xmx300m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', '-jar', jar],
        env: {
          QUARKUS_HTTP_HOST: '127.0.0.1',
          QUARKUS_HTTP_PORT: String(port),
          APICURIO_STORAGE_KIND: 'sql',
          APICURIO_STORAGE_SQL_KIND: 'h2',
          APICURIO_DATASOURCE_URL: `jdbc:h2:file:${join(home, 'subjects')}`,
          APICURIO_DATASOURCE_USERNAME: 'sa',
          APICURIO_DATASOURCE_PASSWORD: 'sa',
        },
      };
    },
    isReady: () => answersOk(`http://127.0.0.1:${port}/apis/ccompat/v7/subjects`),
  };
}
