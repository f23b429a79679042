import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import {
  indexPackage,
  installedDir,
  openCatalog,
  writeIndex,
} from '../../../../src/pipeline/destinations/index.ts'
import { createLog } from '../../../../src/platform/log.ts'
import { makeDir, type OwnDir } from '../../../support/make-dir.ts'
import { useReceiver } from '../../../support/receiver.ts'
import { useTestApp } from '../../../support/test-app.ts'
import { aSource, type Source } from '../tracking/support.ts'
import { aSender, manage, recorded, track } from './support.ts'

const t = useTestApp()
const receiver = useReceiver()
const VERSION = '3.497.0'

/** A package like the published one, on the classes of Node, with one definition that has OAuth and batches. */
const PACKAGE = {
  '@segment/actions-core/index.js': `
    class HTTPError extends Error {
      constructor(response) { super(response.statusText); this.response = response }
    }
    class MultiStatusResponse {
      constructor(nodes) { this.nodes = nodes }
      getResponseAtIndex(index) { return { value: () => this.nodes[index] } }
    }
    module.exports = {
      Headers, Request, Response, HTTPError, MultiStatusResponse,
      resolveAudienceMembership: () => undefined,
    }`,
  '@segment/action-destinations/index.js': '',
  '@segment/action-destinations/dist/destinations/crm/index.js': `
    const { MultiStatusResponse } = require('@segment/actions-core')
    const string = { label: 'Text', type: 'string' }
    exports.default = {
      name: 'CRM (Actions)', slug: 'actions-crm', mode: 'cloud',
      authentication: {
        scheme: 'oauth2',
        fields: { address: { ...string, required: true } },
        refreshAccessToken: async (request, { settings, auth }) => {
          const json = { refresh_token: auth.refreshToken }
          const { data } = await request(settings.address + '/token', { method: 'post', json })
          return { accessToken: data.access_token, refreshToken: data.refresh_token }
        },
      },
      extendRequest: ({ auth }) => ({ headers: { authorization: 'Bearer ' + auth.accessToken } }),
      actions: {
        save: {
          title: 'Save', defaultSubscription: 'type = "track"',
          fields: { user: { ...string, required: true }, event: string },
          perform: async (request, { settings, payload }) => {
            if (payload.event === 'bug') throw new TypeError('a bug')
            return request(settings.address + '/save', { method: 'post', json: payload })
          },
          performBatch: async (request, { settings, payload }) => {
            const { data } = await request(settings.address + '/all', { method: 'post', json: payload })
            return new MultiStatusResponse(data)
          },
        },
      },
    }`,
}

let folder: OwnDir
let source: Source

beforeAll(async () => {
  folder = await makeDir()
  const dir = join(installedDir(folder.dir), VERSION)
  for (const [path, code] of Object.entries(PACKAGE)) {
    const file = join(dir, 'node_modules', path)
    await mkdir(dirname(file), { recursive: true })
    await writeFile(file, code)
  }
  const { destinations } = await indexPackage(dir)
  await writeIndex(folder.dir, { folder: VERSION, destinations })
  openCatalog(folder.dir, createLog('error'))
})
afterAll(async () => {
  await folder?.remove()
  // The catalogue is one for the process, which other tests share.
  openCatalog(folder?.dir ?? '', createLog('error'))
})

beforeEach(async () => {
  receiver.reset()
  source = await aSource(t)
})

let number = 0
const call = (event: string) => {
  number += 1
  return { type: 'track', messageId: `installed-${number}`, userId: 'ada', event }
}

async function aDestination({ isBatched = false } = {}): Promise<string> {
  const created = await manage(t, 'POST', '/destinations', {
    body: {
      source_id: source.id,
      definition: 'segment-actions-crm',
      settings: {
        address: receiver.address,
        oauth_access_token: 'old-access-token',
        oauth_refresh_token: 'old-refresh-token',
      },
      setup: 'custom',
      enabled: true,
    },
  })
  const id: string = created.body.id
  const mapping = {
    user: { '@path': '$.userId' },
    event: { '@path': '$.event' },
    enable_batching: isBatched,
  }
  const mapped = await manage(t, 'POST', `/destinations/${id}/mappings`, {
    body: { action: 'save', enabled: true, mapping },
  })
  expect(mapped).toMatchObject({ status: 200, body: { warnings: [] } })
  return id
}

const outcomes = async (id: string) =>
  (await recorded(t, id)).map(({ outcome, reason, message }) => ({ outcome, reason, message }))

describe('a destination whose definition is installed', () => {
  it('renews its token once, keeps it sealed, and has it for all later calls (§6.7)', async () => {
    receiver.reply(({ path, headers }) => {
      if (path === '/token')
        return {
          status: 200,
          body: { access_token: 'new-access-token', refresh_token: 'new-refresh-token' },
        }
      return { status: headers.authorization === 'Bearer new-access-token' ? 200 : 401 }
    })
    const id = await aDestination()
    await track(t, source, [call('one'), call('two'), call('three')])
    await aSender(t).work()
    await track(t, source, [call('four')])
    await aSender(t).work()

    expect(await outcomes(id)).toEqual(
      Array.from({ length: 4 }, () => ({ outcome: 'delivered', reason: null, message: null })),
    )
    const tokens = receiver.requests.filter(({ path }) => path === '/token')
    expect(tokens.map(({ body }) => body)).toEqual([{ refresh_token: 'old-refresh-token' }])
    expect(receiver.requests.at(-1)).toMatchObject({
      path: '/save',
      headers: { authorization: 'Bearer new-access-token' },
      body: { user: 'ada', event: 'four' },
    })
    const { rows } = await t.db.pool.query('select settings from destination where id = $1', [id])
    expect(JSON.stringify(rows)).not.toMatch(/(old|new)-(access|refresh)-token/)
  })

  it('says what came of each call of a batch, and tries only those again that may succeed', async () => {
    receiver.reply(({ body }) => ({
      status: 200,
      body: body.map(({ event }: { event: string }) =>
        event === 'bad'
          ? { status: 400, errormessage: 'no such person', body: {} }
          : event === 'slow'
            ? { status: 429, errormessage: 'slow down', body: {} }
            : { status: 200, body: 'ok' },
      ),
    }))
    const id = await aDestination({ isBatched: true })
    await track(t, source, [call('good'), call('bad'), call('slow')])
    await aSender(t).work()
    expect(receiver.requests.map(({ body }) => body)).toEqual([
      ['good', 'bad', 'slow'].map((event) => ({ user: 'ada', event })),
    ])
    expect(await outcomes(id)).toEqual([
      { outcome: 'delivered', reason: null, message: null },
      { outcome: 'failed', reason: 'errors.discarded.400', message: 'no such person' },
      { outcome: 'pending', reason: 'errors.awaiting-retry.429', message: 'slow down' },
    ])
  })

  it('does not hold up anything with a fault of its own (A-14)', async () => {
    const id = await aDestination()
    await track(t, source, [call('bug'), call('fine')])
    await aSender(t).work()
    expect(await outcomes(id)).toEqual([
      { outcome: 'pending', reason: 'errors.awaiting-retry.INTERNAL', message: 'a bug' },
      { outcome: 'delivered', reason: null, message: null },
    ])
  })
})
