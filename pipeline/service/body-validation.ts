import { AjvCompiler, type BuildCompilerFromPool } from '@fastify/ajv-compiler';
import type { FastifyServerOptions } from 'fastify';

const compilers = AjvCompiler();

/**
 * What comes in an address is text, and is read as the number that it is to be. A body must hold what its schema says
 * as it stands: null is not false, and a member that nobody knows is a mistake of who sends it, not nothing.
 */
const buildValidator: BuildCompilerFromPool = (sharedSchemas, options) => {
  const ofAddress = compilers(sharedSchemas, options);
  const ofBody = compilers(sharedSchemas, {
    ...options, customOptions: { ...options?.customOptions, coerceTypes: false, removeAdditional: false },
  } as typeof options);
  // Typed as a schema, it is fastify's description of one.
  return (route) => ((route as { httpPart?: string }).httpPart === 'body' ? ofBody(route) : ofAddress(route));
};

export const strictBodies = { compilersFactory: { buildValidator } } satisfies FastifyServerOptions['schemaController'];
