import { describe, expect, it } from 'vitest'
import {
  createAuthentication,
  ensureManagementKey,
  type ManagementKeys,
  readManagementKeys,
} from '../../../src/platform/auth/index.ts'
import { inTransaction } from '../../../src/platform/db.ts'
import { LIMITS } from '../../../src/platform/limits.ts'
import { createVault } from '../../../src/platform/secrets.ts'
import { createTestClock } from '../../support/clock.ts'
import { useTestDatabase } from '../../support/test-database.ts'

const t = useTestDatabase()
const clock = createTestClock()
const vault = createVault('5e'.repeat(32))

/** What a start does, with these keys preset. */
function start(preset: Partial<ManagementKeys> = {}): Promise<ManagementKeys> {
  clock.advance(1_000)
  const none = { writeKey: undefined, appId: undefined, appToken: undefined, adminToken: undefined }
  const given = { presets: { ...none, ...preset }, vault, now: clock.now() }
  return inTransaction(t.db, (tx) => ensureManagementKey(tx, given))
}

const opens = async ({ managementId, managementToken }: ManagementKeys): Promise<boolean> => {
  const authentication = createAuthentication({ db: t.db, clock })
  const manager = await authentication.findManager(managementId, managementToken)
  expect(manager?.projectId).toBeUndefined()
  return manager !== undefined
}

describe('management keys', () => {
  it('are made at the first start, and are the same at the next', async () => {
    expect(await readManagementKeys(t.db, vault)).toEqual({ managementId: '', managementToken: '' })
    const first = await start()
    expect(await start()).toEqual(first)
    expect(await opens(first)).toBe(true)
    expect(await opens({ ...first, managementToken: 'wrong' })).toBe(false)
    expect(await opens({ ...first, managementId: 'wrong' })).toBe(false)
    const stored = await t.db.kysely.selectFrom('management_key').selectAll().execute()
    expect(JSON.stringify(stored)).not.toContain(first.managementToken)
  })

  it('are added by presets, of which the older ones stay valid until there are five newer', async () => {
    const before = await start()
    const presets = Array.from({ length: LIMITS.managementKeysMax }, (_, place) => ({
      managementId: `management-${place}`,
      managementToken: `token-of-${place}`,
    }))
    for (const preset of presets.slice(0, -1)) expect(await start(preset)).toEqual(preset)
    expect(await opens(before)).toBe(true)
    for (const preset of presets) await start(preset)
    expect(await opens(before)).toBe(false)
    for (const preset of presets) expect(await opens(preset)).toBe(true)
    expect(await readManagementKeys(t.db, vault)).toEqual(presets.at(-1))
  })

  it('get another token under the same id, which ends the one before', async () => {
    const old = await start({ managementId: 'management-x', managementToken: 'token-old' })
    const changed = await start({ managementId: 'management-x', managementToken: 'token-new' })
    expect(await opens(changed)).toBe(true)
    expect(await opens(old)).toBe(false)
  })
})
