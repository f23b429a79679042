import { describe, expect, it } from 'vitest'
import { methodOf } from './method-table.ts'
import type { Sdk } from './use-sdk.ts'

/** Whether `method` is `area` or lies in it. */
const isIn = (area: string, method: string): boolean =>
  method === area || method.startsWith(`${area}.`)

/** Whatever method it is, it finds in them what it needs: a name that is a file as well, and objects. */
const ARGUMENTS: readonly unknown[] = [import.meta.filename, {}, {}]

/** Says that each method in `areas` learns that the server does not have yet what it asks for (D-20). */
export const missingThroughSdk = (sdk: Sdk, areas: readonly string[], args = ARGUMENTS) =>
  describe('what the server does not have yet', () => {
    it.each(areas)('%s is told to be missing', async (area) => {
      const methods = sdk.methods.filter((method) => isIn(area, method))
      expect(methods).not.toEqual([])
      for (const method of methods)
        await expect(methodOf(sdk.client, method)(...args), method).rejects.toMatchObject({
          code: 501,
          key: 'not_implemented',
          details: expect.stringContaining('is not supported yet'),
        })
    })
  })
