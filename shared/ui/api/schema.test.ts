import { readFileSync } from 'node:fs';
import openapiTS, { astToString, COMMENT_HEADER } from 'openapi-typescript';
import { expect, test } from 'vitest';

test('the types of the API are those its OpenAPI document says; `npm run api` writes them anew', async () => {
  const document = new URL('../../../docs/openapi.json', import.meta.url);
  const said = COMMENT_HEADER + astToString(await openapiTS(readFileSync(document, 'utf8')));
  expect(readFileSync(new URL('schema.d.ts', import.meta.url), 'utf8') === said).toBe(true);
});
