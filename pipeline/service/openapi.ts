import { readFileSync } from 'node:fs';
import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import type { FastifyInstance } from 'fastify';
import { PROBLEM_TYPE } from './problem.ts';

export interface ApiDescription {
  readonly title: string;
  /** Markdown. */
  readonly description: string;
  readonly tags: readonly { readonly name: string; readonly description: string }[];
  /** How callers show who they are. */
  readonly security?: readonly (keyof typeof SECURITY_SCHEMES)[];
}

/**
 * Serves the OpenAPI 3.1 document of the routes that are added after this at /docs/json, and a page of it at /docs that
 * asks nobody else for anything. Routes name the shapes that they share by `$ref: 'Name#'`, after `app.addSchema`.
 */
export function describeApi(app: FastifyInstance, api: ApiDescription): void {
  const { title, description, tags, security = ['bearer', 'apiKey', 'basic'] } = api;
  app.addSchema(PROBLEM);
  app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title,
        description,
        version: projectVersion(),
        license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
      },
      servers: [{ url: '/' }],
      tags: [...tags],
      components: { securitySchemes: Object.fromEntries(security.map((name) => [name, SECURITY_SCHEMES[name]])) },
      security: security.map((name) => ({ [name]: [] })),
    },
    refResolver: { buildLocalReference: (schema) => String(schema.$id) },
  });
  app.register(swaggerUi, {
    routePrefix: '/docs',
    staticCSP: CONTENT_SECURITY_POLICY,
    theme: { title },
    uiConfig: { layout: 'BaseLayout', docExpansion: 'list', validatorUrl: null },
  });
}

/** What a route may answer besides its success; the texts say when. */
export function problemResponses(descriptions: Readonly<Record<number, string>>): Record<string, object> {
  return Object.fromEntries(Object.entries(descriptions).map(([status, description]) =>
    [status, { description, content: { [PROBLEM_TYPE]: { schema: { $ref: 'Problem#' } } } }]));
}

const CONTENT_SECURITY_POLICY = {
  'default-src': ["'self'"], 'style-src': ["'self'", "'unsafe-inline'"],
  'img-src': ["'self'", 'data:'], 'base-uri': ["'none'"], 'object-src': ["'none'"],
  'form-action': ["'none'"], 'frame-ancestors': ["'none'"],
};

const SECURITY_SCHEMES = {
  bearer: { type: 'http', scheme: 'bearer', description: 'Authorization: Bearer KEY' },
  apiKey: { type: 'apiKey', in: 'header', name: 'X-API-Key' },
  basic: { type: 'http', scheme: 'basic', description: 'any user name, the key as the password' },
} as const;

const PROBLEM = {
  $id: 'Problem',
  type: 'object',
  description: 'What went wrong, and what to do about it (RFC 9457).',
  required: ['type', 'title', 'status', 'detail', 'instance'],
  properties: {
    type: { type: 'string', format: 'uri', description: 'names the kind of problem, and stays' },
    title: { type: 'string' },
    status: { type: 'integer' },
    detail: { type: 'string', description: 'what to do' },
    instance: { type: 'string', format: 'uri', description: 'this very request, for whoever looks into the log' },
  },
  additionalProperties: true,
  examples: [{
    type: 'urn:bomfri:problem:no-valid-api-key', title: 'No valid API key', status: 401,
    detail: 'Send a valid key as `Authorization: Bearer KEY`, as `X-API-Key: KEY`, or as the password of HTTP Basic.',
    instance: 'urn:uuid:855e709d-1e5c-48ec-9d19-7a97d3192371',
  }],
};

function projectVersion(): string {
  const manifest = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  return (JSON.parse(manifest) as { version: string }).version;
}
