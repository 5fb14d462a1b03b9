import assert from 'node:assert/strict';
import { Validator } from '@seriousme/openapi-schema-validator';
import { Ajv2020 } from 'ajv/dist/2020.js';
import type { FastifyInstance } from 'fastify';

type Json = Record<string, unknown>;

/** The OpenAPI document that the server serves, without a key. @throws when it is not one by the standard */
export async function documentOf(
  app: FastifyInstance,
): Promise<Json & { paths: Record<string, Record<string, Json>> }> {
  const answer = await app.inject('/docs/json');
  assert.equal(answer.statusCode, 200);
  const document = answer.json();
  const { valid, errors } = await new Validator().validate(structuredClone(document));
  assert.ok(valid, JSON.stringify(errors));
  assert.equal(document.openapi, '3.1.0');
  return document;
}

/** Where the document has the shape of a GET's answer. */
export function answerOf(path: string): string {
  return `paths/${path.replaceAll('/', '~1')}/get/responses/200/content/application~1json/schema`;
}

/** Whether a value is of a shape: of one of the document's components by its name, or of the one at that place. */
export function openShapes(document: Json): (shape: string, value: unknown) => true | string {
  const ajv = new Ajv2020({ strict: false, validateFormats: false });
  ajv.addSchema(document, 'document');
  return (shape, value) => {
    const isOf = ajv.getSchema(`document#/${shape.includes('/') ? shape : `components/schemas/${shape}`}`);
    assert.ok(isOf, `the document has no ${shape}`);
    return isOf(value) === true || ajv.errorsText(isOf.errors);
  };
}

/** The examples that a shape of the document's components gives. */
export function examplesOf(document: Json, name: string): unknown[] {
  const { schemas } = document.components as { schemas: Record<string, { examples?: unknown[] }> };
  return schemas[name]!.examples ?? [];
}

export function shapeNames(document: Json): string[] {
  return Object.keys((document.components as { schemas: object }).schemas);
}
