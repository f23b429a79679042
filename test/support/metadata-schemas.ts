import type { ProjectKeys } from '../../src/platform/auth/index.ts'
import { type Answer, type Method, PROJECTS, sendAs } from './projects.ts'
import type { TestApp } from './test-app.ts'

type Properties = { [key: string]: object }
type Options = { keys?: ProjectKeys }

/** Calls the reference's management API about the schemas of a project, as the owner of the keys. */
export const manageSchemas = (
  t: TestApp,
  method: Method,
  path: string,
  { keys = t.keys, body }: Options & { body?: unknown } = {},
): Promise<Answer> =>
  sendAs(
    t,
    { 'x-management-id': keys.projectId, 'x-management-token': keys.adminToken },
    { method, url: `${PROJECTS}/${keys.projectId}/${path}`, body },
  )

async function created(answer: Promise<Answer>): Promise<string> {
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
