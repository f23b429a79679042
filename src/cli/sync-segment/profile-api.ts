import { setTimeout as sleep } from 'node:timers/promises'
import type { Json, JsonObject } from '../../kernel/json.ts'
import { toObject } from '../api.ts'
import { CliError, EXIT, toExitCode } from '../exit-codes.ts'

/** A space of a Segment-compatible Profile API, and who may read it. */
export type Space = { address: string; id: string; accessToken: string }

/** One page of the profiles of a space, by their `segment_id`. */
export type ProfilePage = { ids: string[]; next: string | undefined }

export type Profile = { userId: string | undefined; traits: JsonObject }

const TIMEOUT_MS = 30_000
const ATTEMPTS_MAX = 8
const FIRST_DELAY_MS = 500
const DELAY_MAX_MS = 30_000
/** The most that one answer of the Profile API holds. */
const TRAITS_PER_PAGE = 200

/** The profiles that come after `next`, of which the first is `0`. Throws `CliError`. */
export async function readPage(
  space: Space,
  { next, limit }: { next: string; limit: number },
): Promise<ProfilePage> {
  const body = await read(space, '', { limit: String(limit), next })
  const ids = toList(body['data']).flatMap((each) => {
    const { segment_id: id } = toObject(each)
    return typeof id === 'string' ? [id] : []
  })
  return { ids, next: toNext(body) }
}

/** The traits of a profile, and the user id by which its customer is known. Throws `CliError`. */
export async function readProfile(space: Space, segmentId: string): Promise<Profile> {
  const path = `/segment_id:${encodeURIComponent(segmentId)}`
  const [ids, traits] = await Promise.all([
    read(space, `${path}/external_ids`, { include: 'user_id', limit: '1' }),
    readTraits(space, `${path}/traits`),
  ])
  const userId = toList(ids['data'])
    .map(toObject)
    .find(({ type }) => type === 'user_id')?.['id']
  return { userId: typeof userId === 'string' ? userId : undefined, traits }
}

async function readTraits(space: Space, path: string): Promise<JsonObject> {
  const traits: JsonObject = {}
  let next: string | undefined
  do {
    const query = { limit: String(TRAITS_PER_PAGE), ...(next !== undefined && { next }) }
    const body = await read(space, path, query)
    Object.assign(traits, toObject(body['traits']))
    next = toNext(body)
  } while (next !== undefined)
  return traits
}

const toList = (value: Json | undefined): Json[] => (Array.isArray(value) ? value : [])

function toNext(body: JsonObject): string | undefined {
  const { has_more: hasMore, next } = toObject(body['cursor'])
  return hasMore === true && (typeof next === 'string' || typeof next === 'number')
    ? String(next)
    : undefined
}

/** Asks again while the space is busy or out of reach: it allows 100 requests a second. */
async function read(
  space: Space,
  path: string,
  query: Record<string, string>,
): Promise<JsonObject> {
  const url = new URL(
    `/v1/spaces/${encodeURIComponent(space.id)}/collections/users/profiles${path}`,
    space.address,
  )
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value)
  for (let attempt = 1; ; attempt += 1) {
    const answer = await ask(url, space.accessToken)
    if (answer.kind === 'read') return answer.body
    if (answer.kind === 'refused' || attempt === ATTEMPTS_MAX) throw answer.error
    await sleep(answer.afterMs ?? Math.min(DELAY_MAX_MS, FIRST_DELAY_MS * 2 ** (attempt - 1)))
  }
}

type Answer =
  | { kind: 'read'; body: JsonObject }
  | { kind: 'refused'; error: CliError }
  | { kind: 'busy'; error: CliError; afterMs: number | undefined }

async function ask(url: URL, accessToken: string): Promise<Answer> {
  const authorization = `Basic ${Buffer.from(`${accessToken}:`).toString('base64')}`
  try {
    const signal = AbortSignal.timeout(TIMEOUT_MS)
    const response = await fetch(url, { headers: { authorization }, signal, redirect: 'error' })
    if (response.ok) return { kind: 'read', body: toObject((await response.json()) as Json) }
    await response.body?.cancel()
    const error = new CliError(
      toExitCode(response.status, undefined),
      `${url.origin}${url.pathname} answered ${response.status}`,
      { hint: toHint(response.status) },
    )
    if (response.status !== 429 && response.status < 500) return { kind: 'refused', error }
    return { kind: 'busy', error, afterMs: toDelay(response.headers.get('retry-after')) }
  } catch {
    const error = new CliError(EXIT.unreachable, `no answer from ${url.origin}`, {
      hint: 'Is this the address of a Profile API? (--profiles)',
    })
    return { kind: 'busy', error, afterMs: undefined }
  }
}

const toHint = (status: number): string =>
  status === 401 || status === 403
    ? 'SEGMENT_ACCESS_TOKEN must hold an access token of this space.'
    : 'The same command goes on where this one ended.'

function toDelay(retryAfter: string | null): number | undefined {
  const seconds = Number(retryAfter ?? Number.NaN)
  return Number.isFinite(seconds) ? Math.min(DELAY_MAX_MS, seconds * 1_000) : undefined
}
