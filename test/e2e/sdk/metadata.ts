import { describe, expect, it } from 'vitest'
import { MANAGEMENT_KEY, type Sdk } from './use-sdk.ts'

/** Calls the reference's management API, for which the SDK has no methods. */
// biome-ignore lint/suspicious/noExplicitAny: answers are what tests look into, field by field.
async function manage({ server }: Sdk, path: string, body?: object): Promise<any> {
  const response = await fetch(`${server.address}/management/v1/projects${path}`, {
    method: body ? 'POST' : 'GET',
    headers: { ...MANAGEMENT_KEY, 'content-type': 'application/json' },
    ...(body && { body: JSON.stringify(body) }),
  })
  expect(response.status).toBe(200)
  return response.json()
}

export const metadataThroughSdk = (sdk: Sdk) =>
  describe('metadata schemas', () => {
    it('are listed and read, and refuse what does not fit', async () => {
      const { customers, metadataSchemas } = sdk.client
      const { data: projects } = await manage(sdk, '')
      // A key that no other test here writes: all of them share the project.
      const made = await manage(sdk, `/${projects[0].id}/metadata-schemas`, {
        related_object: 'customer',
        properties: { sdk_level: { type: 'number', gte: 1 } },
      })
      const schema = await metadataSchemas.get('customer')
      expect(schema).toEqual({
        ...made,
        properties: {
          sdk_level: { type: 'number', array: false, optional: true, objectType: null, gte: 1 },
        },
      })
      expect(await metadataSchemas.list()).toEqual({
        object: 'list',
        data_ref: 'schemas',
        schemas: [schema],
        total: 1,
      })
      await expect(metadataSchemas.get('nope')).rejects.toMatchObject({
        code: 404,
        resource_type: 'metadata schema',
      })
      await expect(
        customers.create({ source_id: 'sdk-metadata', metadata: { sdk_level: 'high' } }),
      ).rejects.toMatchObject({
        code: 400,
        key: 'metadata_validation_failed',
        details:
          "sdk_level: must be a number, must be greater than or equal to 1 (actual value is 'high')",
      })
    })
  })
