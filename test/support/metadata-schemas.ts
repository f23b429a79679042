import type { ProjectKeys } from '../../src/platform/auth/index.ts'
import type { CallAnswer, TestApp } from './test-app.ts'

type Method = 'GET' | 'POST' | 'PUT' | 'DELETE'
type Properties = { [key: string]: object }
type Options = { keys?: ProjectKeys }

/** Calls the reference's management API about the schemas of a project, as the owner of the keys. */
export async function manageSchemas(
  t: TestApp,
  method: Method,
  path: string,
  { keys = t.keys, body }: Options & { body?: unknown } = {},
): Promise<CallAnswer> {
  const response = await t.app.http.inject({
    method,
    url: `/management/v1/projects/${keys.projectId}/${path}`,
    headers: {
      'content-type': 'application/json',
      'x-management-id': keys.projectId,
      'x-management-token': keys.adminToken,
    },
    ...(body !== undefined && { payload: JSON.stringify(body) }),
  })
  const text = response.payload
  return {
    status: response.statusCode,
    body: text === '' ? undefined : JSON.parse(text),
    headers: response.headers,
  }
}

async function created(answer: Promise<CallAnswer>): Promise<string> {
  const { status, body } = await answer
  if (status !== 200) throw new Error(`no schema was made: ${JSON.stringify(body)}`)
  return body.id
}

/** Defines the metadata that objects of a project may have. Answers the id of the schema. */
export const defineMetadata = (
  t: TestApp,
  relatedObject: string,
  properties: Properties,
  { keys, allowsDefinedOnly = false }: Options & { allowsDefinedOnly?: boolean } = {},
): Promise<string> =>
  created(
    manageSchemas(t, 'POST', 'metadata-schemas', {
      ...(keys && { keys }),
      body: { related_object: relatedObject, properties, allow_defined_only: allowsDefinedOnly },
    }),
  )

/** Defines the metadata of a custom event. Answers the id of the schema. */
export const defineEvent = (
  t: TestApp,
  name: string,
  properties: Properties,
  { keys }: Options = {},
): Promise<string> =>
  created(
    manageSchemas(t, 'POST', 'custom-event-schemas', {
      ...(keys && { keys }),
      body: { name, schema: { properties } },
    }),
  )
