import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll } from 'vitest'
import { makeDir, type OwnDir } from '../../support/make-dir.ts'
import { requirePeer } from '../../support/peers.ts'
import { callEngine, callManagement, type Server, startServer } from '../../support/server.ts'
import { waitFor } from '../../support/wait-for.ts'
import { type Client, listMethods, watchCalls } from './method-table.ts'
import { watchAnswers } from './watch-answers.ts'

/** Where the pages stand that the client-side SDK runs in. */
export const ORIGIN = 'https://shop.example.com'
const MANAGEMENT = { id: 'sdk-management', token: 'sdk-management-token' }
/** What opens the reference's management API of the server. */
export const MANAGEMENT_KEY = {
  'x-management-id': MANAGEMENT.id,
  'x-management-token': MANAGEMENT.token,
}
const SETTINGS = {
  PROMOLOOP_MANAGEMENT_ID: MANAGEMENT.id,
  PROMOLOOP_MANAGEMENT_TOKEN: MANAGEMENT.token,
  PROMOLOOP_CLIENT_APP_ID: 'page-app',
  PROMOLOOP_CLIENT_TOKEN: 'page-token',
  // Visitors of pages come from many addresses.
  PROMOLOOP_TRUST_PROXY: '1',
  // What is told of a webhook stays on this machine.
  PROMOLOOP_ALLOW_PRIVATE_NETWORK: '1',
}

/** The published SDKs, talking to a started server. */
export type Sdk = {
  readonly server: Server
  /** The client that `open` made, of which `called` learns what is called. */
  readonly client: Client
  readonly called: ReadonlySet<string>
  /** Where it was answered what the reference would not answer. */
  readonly deviations: ReadonlySet<string>
  /** The names of all methods it has. */
  readonly methods: readonly string[]
  /** Another client like the first one; what is called of it is noted as well. */
  another(): Client
  /** Writes a file for the SDK to upload; its path. */
  writeCsv(lines: readonly string[]): Promise<string>
  /** What came of the action whose id was answered, once it is finished. */
  // biome-ignore lint/suspicious/noExplicitAny: answers are what tests look into, field by field.
  outcomeOf(accepted: { async_action_id: string }): Promise<any>
}

/** Starts a server of this file's own and opens a client of it. */
export function useSdk(open: (server: Server) => Client): Sdk {
  const called = new Set<string>()
  const deviations = new Set<string>()
  let folder: OwnDir | undefined
  let server: Server | undefined
  let client: Client
  let methods: string[] | undefined
  let files = 0

  beforeAll(async () => {
    folder = await makeDir()
    server = await startServer({ dataDir: folder.dir, env: SETTINGS })
    methods = listMethods(open(server))
    client = another()
  })
  afterAll(async () => {
    await server?.end()
    await folder?.remove()
  })

  const opened = <T>(value: T | undefined): T => {
    if (value === undefined) throw new Error('the server is started in beforeAll')
    return value
  }
  const another = () => {
    const made = open(opened(server))
    watchAnswers(made, deviations)
    return watchCalls(made, called)
  }
  return {
    called,
    deviations,
    another,
    get server() {
      return opened(server)
    },
    get client() {
      return opened(client)
    },
    get methods() {
      return opened(methods)
    },
    async writeCsv(lines) {
      files += 1
      const path = join(opened(folder).dir, `upload-${files}.csv`)
      await writeFile(path, `${lines.join('\n')}\n`)
      return path
    },
    outcomeOf: ({ async_action_id: id }) =>
      waitFor(`the end of ${id}`, async () => {
        const { body } = await callEngine(opened(server), `/v1/async-actions/${id}`)
        return body.progress === 100 && body
      }),
  }
}

type Factory = (settings: object) => Client

/** `VoucherifyServerSide` of the current SDK. */
export function openServerSide(server: Server, settings: object = {}): Client {
  const { VoucherifyServerSide } = requirePeer('@voucherify/sdk') as {
    VoucherifyServerSide: Factory
  }
  return VoucherifyServerSide({
    apiUrl: server.address,
    applicationId: server.appId,
    secretKey: server.appToken,
    ...settings,
  })
}

/** `VoucherifyClientSide` of the current SDK, in a page of `ORIGIN`. */
export function openClientSide(server: Server, settings: object = {}): Client {
  const { VoucherifyClientSide } = requirePeer('@voucherify/sdk') as {
    VoucherifyClientSide: Factory
  }
  return VoucherifyClientSide({
    apiUrl: server.address,
    clientApplicationId: SETTINGS.PROMOLOOP_CLIENT_APP_ID,
    clientSecretKey: SETTINGS.PROMOLOOP_CLIENT_TOKEN,
    origin: ORIGIN,
    ...settings,
  })
}

/** The SDK of the major version before it was renamed. */
export function openLegacy(server: Server): Client {
  const open = requirePeer('voucherify') as Factory
  return open({
    apiUrl: server.address,
    applicationId: server.appId,
    clientSecretKey: server.appToken,
  })
}

/** Creates the voucher `code` that takes off `amount_off`. */
export const amountOff = (
  { client }: Sdk,
  code: string,
  amount_off: number,
  fields: object = {},
  // biome-ignore lint/suspicious/noExplicitAny: answers are what tests look into, field by field.
): Promise<any> =>
  client.vouchers.create({
    code,
    type: 'DISCOUNT_VOUCHER',
    discount: { type: 'AMOUNT', amount_off },
    ...fields,
  })

export const vouchersNamed = (...codes: string[]): object[] =>
  codes.map((id) => ({ object: 'voucher', id }))

/** Changes what pages may do. */
export const allowPages = (server: Server, settings: object): Promise<unknown> =>
  callManagement(server, '/api/v1/client-settings', {
    method: 'PATCH',
    body: JSON.stringify(settings),
  })

/** A file that the API answered the address of. */
export async function download({ appId, appToken }: Server, url: string): Promise<string> {
  const response = await fetch(url, { headers: { 'x-app-id': appId, 'x-app-token': appToken } })
  if (!response.ok) throw new Error(`${url} answered ${response.status}`)
  return response.text()
}
