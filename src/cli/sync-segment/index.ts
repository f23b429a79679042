import { setTimeout as sleep } from 'node:timers/promises'
import type { Json, JsonObject } from '../../kernel/json.ts'
import { type Connection, callEngine, toObject } from '../api.ts'
import { CliError, EXIT } from '../exit-codes.ts'
import { printNote, printResult } from '../output.ts'
import {
  type Checkpoint,
  type Refused,
  readCheckpoint,
  removeCheckpoint,
  writeCheckpoint,
  writeRefused,
} from './checkpoint.ts'
import { type ProfilePage, readPage, readProfile, type Space } from './profile-api.ts'
import { createProgress } from './progress.ts'
import { type BulkCustomer, toBulkCustomer } from './to-bulk-customer.ts'

export type SyncOptions = {
  space: string
  accessToken: string
  /** Base address of the Profile API. */
  profiles: string
  /** File that says where to go on; removed at the end. */
  state?: string
  /** File for what was refused, one line of JSON each. */
  refused?: string
  restart: boolean
  /** Profiles in one page, and customers in one request. */
  pageSize: number
  /** Profiles that are read at a time. */
  parallel: number
  expect?: number
  json: boolean
}

const POLL_MS = 200
const PAGES_IN_FLIGHT = 3

/**
 * Reads the profiles of a space and stores them as customers, in bulk. A sync that ends before it is through goes on
 * where all before it was stored, with the same command; what is sent twice then changes nothing. Returns the exit
 * code: 10 when some were refused. Throws `CliError`.
 */
export async function syncSegment(connection: Connection, options: SyncOptions): Promise<number> {
  const { space: id, profiles: address, accessToken } = options
  const space: Space = { address, id, accessToken }
  const stateFile = options.state ?? `segment-sync-${options.space}.json`
  const refusedFile = options.refused ?? `segment-sync-${options.space}.refused.ndjson`
  if (options.restart) await removeCheckpoint(stateFile)
  const started = (await readCheckpoint(stateFile, space.id)) ?? {
    space: space.id,
    next: '0',
    done: 0,
    refused: 0,
  }
  if (started.next !== '0') printNote(`going on after ${started.done} customers`)

  const progress = createProgress(started, options.expect)
  let checkpoint = started
  for await (const { refused, stored, next } of storedPages(connection, space, {
    ...options,
    from: started.next,
  })) {
    await writeRefused(refusedFile, refused)
    checkpoint = {
      ...checkpoint,
      next: next ?? checkpoint.next,
      done: checkpoint.done + stored,
      refused: checkpoint.refused + refused.length,
    }
    await writeCheckpoint(stateFile, checkpoint)
    progress.show(checkpoint)
  }
  progress.end(checkpoint)
  await removeCheckpoint(stateFile)
  return report(checkpoint, refusedFile, options)
}

function report({ done, refused }: Checkpoint, refusedFile: string, { json }: SyncOptions): number {
  printResult(json, { done, refused, ...(refused > 0 && { refused_file: refusedFile }) }, () => [
    `${done} customers stored`,
    ...(refused > 0 ? [`${refused} refused, with their reasons in ${refusedFile}`] : []),
  ])
  return refused > 0 ? EXIT.partlyFailed : EXIT.done
}

type StoredPage = { stored: number; refused: Refused[]; next: string | undefined }
type PageOptions = Pick<SyncOptions, 'pageSize' | 'parallel'> & { from: string }

/** What came of each page, in their order; some pages are on their way at a time. */
async function* storedPages(
  connection: Connection,
  space: Space,
  { pageSize, parallel, from }: PageOptions,
): AsyncGenerator<StoredPage> {
  const underWay: Promise<StoredPage>[] = []
  let next: string | undefined = from
  while (next !== undefined || underWay.length > 0) {
    if (next !== undefined && underWay.length < PAGES_IN_FLIGHT) {
      const page: ProfilePage = await readPage(space, { next, limit: pageSize })
      const storing = storePage(connection, space, { page, parallel })
      // It is looked at in its turn; until then nobody listens to its failure.
      storing.catch(() => undefined)
      underWay.push(storing)
      next = page.next
    } else {
      const first = underWay.shift()
      if (first) yield await first
    }
  }
}

async function storePage(
  connection: Connection,
  space: Space,
  { page, parallel }: { page: ProfilePage; parallel: number },
): Promise<StoredPage> {
  const refused: Refused[] = []
  const customers: BulkCustomer[] = []
  for (let from = 0; from < page.ids.length; from += parallel) {
    const ids = page.ids.slice(from, from + parallel)
    const profiles = await Promise.all(ids.map((id) => readProfile(space, id)))
    for (const [index, { userId, traits }] of profiles.entries()) {
      if (userId !== undefined) customers.push(toBulkCustomer(userId, traits))
      else refused.push(withoutUser(ids[index] ?? ''))
    }
  }
  refused.push(...(await storeCustomers(connection, customers)))
  return { stored: page.ids.length - refused.length, refused, next: page.next }
}

const withoutUser = (segmentId: string): Refused => ({
  source_id: null,
  reason: { key: 'no_user_id', message: 'The profile has no user id', segment_id: segmentId },
  customer: null,
})

/** What was refused of customers. One that is malformed fails its whole request: halves find out which it is. */
async function storeCustomers(
  connection: Connection,
  customers: readonly BulkCustomer[],
): Promise<Refused[]> {
  const [first] = customers
  if (!first) return []
  try {
    return await storeTogether(connection, customers)
  } catch (error) {
    if (!(error instanceof CliError) || error.exitCode !== EXIT.usage) throw error
    if (customers.length === 1) {
      const reason = { source_id: first.source_id, ...toObject(error.body as Json) }
      return [{ source_id: first.source_id, reason, customer: first }]
    }
    const middle = Math.ceil(customers.length / 2)
    const lower = await storeCustomers(connection, customers.slice(0, middle))
    return [...lower, ...(await storeCustomers(connection, customers.slice(middle)))]
  }
}

/** Stores customers in one asynchronous action and waits for its end; what that refused. */
async function storeTogether(
  connection: Connection,
  customers: readonly BulkCustomer[],
): Promise<Refused[]> {
  const { async_action_id: id } = await callEngine(connection, {
    method: 'POST',
    path: '/v1/customers/bulk/async',
    body: customers as unknown as Json[],
  })
  const bySourceId = new Map(customers.map((customer) => [customer.source_id, customer]))
  for (;;) {
    const action = await callEngine(connection, { path: `/v1/async-actions/${String(id)}` })
    if (action['status'] === 'DONE' || action['status'] === 'FAILED') {
      return toRefused(action, bySourceId)
    }
    await sleep(POLL_MS)
  }
}

function toRefused(action: JsonObject, bySourceId: ReadonlyMap<string, BulkCustomer>): Refused[] {
  const result = toObject(action['result'])
  const errors = Array.isArray(result['errors']) ? result['errors'].map(toObject) : []
  const isLost = action['status'] === 'FAILED' && errors.length === 0
  if (isLost)
    throw new CliError(EXIT.unexpected, 'the server could not store a batch of customers', {
      body: action,
    })
  return errors.map((reason) => {
    const sourceId = typeof reason['source_id'] === 'string' ? reason['source_id'] : null
    return { source_id: sourceId, reason, customer: bySourceId.get(sourceId ?? '') ?? null }
  })
}
