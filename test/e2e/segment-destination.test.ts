import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { makeDir, type OwnDir } from '../support/make-dir.ts'
import { requirePeer } from '../support/peers.ts'
import { callEngine, type Server, startServer } from '../support/server.ts'

type Preset = { name: string; subscribe: string; partnerAction: string; mapping: object }
type Definition = { presets: Preset[] }
type Destination = {
  testAuthentication(settings: object): Promise<void>
  onEvent(event: object, settings: object): Promise<unknown>
}

const USER = 'user_grace'

describe.skipIf(!inject('hasPeers'))("Segment's published Voucherify (Actions) destination", () => {
  let folder: OwnDir
  let server: Server
  let destination: Destination
  let settings: { apiKey: string; secretKey: string; customURL: string }
  let subscriptions: object[]

  beforeAll(async () => {
    folder = await makeDir()
    server = await startServer({ dataDir: folder.dir })
    const { Destination: PublishedDestination } = requirePeer('@segment/actions-core') as {
      Destination: new (definition: Definition) => Destination
    }
    const definition = requirePeer('@segment/action-destinations/dist/destinations/voucherify')
      .default as Definition
    destination = new PublishedDestination(definition)
    settings = { apiKey: server.appId, secretKey: server.appToken, customURL: server.address }
    subscriptions = definition.presets.map(({ subscribe, partnerAction, mapping }) => ({
      subscribe,
      partnerAction,
      mapping,
    }))
  })
  afterAll(async () => {
    await server?.end()
    await folder?.remove()
  })

  const deliver = (event: object): Promise<unknown> =>
    destination.onEvent(
      {
        userId: USER,
        messageId: `m-${Math.random()}`,
        timestamp: new Date().toISOString(),
        ...event,
      },
      { ...settings, subscriptions },
    )

  it('passes test-authentication with our keys (programs scenario 98)', async () => {
    await expect(destination.testAuthentication(settings)).resolves.not.toThrow()
  })

  it('fails test-authentication with a wrong secret', async () => {
    await expect(
      destination.testAuthentication({ ...settings, secretKey: 'wrong-secret' }),
    ).rejects.toThrow(/invalid/i)
  })

  it('delivers identify, track, page, screen and group into customer data (programs scenario 98)', async () => {
    await deliver({
      type: 'identify',
      traits: { first_name: 'Grace', last_name: 'Hopper', email: 'grace@example.com' },
    })
    await deliver({ type: 'track', event: 'Lesson Finished', properties: { lesson: 7 } })
    await deliver({ type: 'page', name: 'Home', properties: {} })
    await deliver({ type: 'screen', name: 'Main', properties: {} })
    await deliver({ type: 'group', groupId: 'group_navy', traits: { rank: 'admiral' } })

    const customer = await callEngine(server, `/v1/customers/${USER}`)
    expect(customer).toMatchObject({
      status: 200,
      body: {
        source_id: USER,
        name: 'Grace Hopper',
        email: 'grace@example.com',
        metadata: { group_id: 'group_navy', rank: 'admiral' },
      },
    })
    const activity = await callEngine(server, `/v1/customers/${USER}/activity?limit=50`)
    const text = JSON.stringify(activity.body)
    for (const name of ['Lesson Finished', 'Viewed Home Page', 'Viewed Main Screen'])
      expect(text).toContain(name)
  })
})
