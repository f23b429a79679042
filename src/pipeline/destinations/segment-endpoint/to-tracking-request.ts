import type { JsonObject } from '../../../kernel/json.ts'
import { checkSettings } from '../check-settings.ts'
import type { RefusedRequest, RequestDecision, Settings, TestVerdict } from '../definition.ts'
import { oncePerSettings } from '../once-per-settings.ts'
import { USER_AGENT } from '../user-agent.ts'
import { endpointOf, rules, SEGMENT_ENDPOINTS } from './settings.ts'

export type CallType = 'track' | 'identify' | 'page' | 'screen' | 'group' | 'alias'

type Endpoint = { url: string; writeKey: string; headers: Readonly<Record<string, string>> }

/**
 * A call to the Tracking API (§1.1), whose members are those of `payload`. It has no `sentAt`: the timestamp was
 * corrected when the call came in, and without `sentAt` the other side takes it as it is (§1.9).
 */
export function toTrackingRequest(
  type: CallType,
  payload: JsonObject,
  settings: Settings,
): RequestDecision {
  const endpoint = toEndpoint(settings)
  if ('reason' in endpoint) return endpoint
  return post(endpoint, type, { type, ...payload })
}

/** Where Segment tells analytics.js how a source is set up. */
const SEGMENT_SETTINGS = 'https://cdn.segment.com/v1/projects'

/**
 * A request that no event comes of. Segment's Tracking API answers 200 whatever the write key is (§1.2.6), so
 * there the settings of the source are asked for, as the published destination does. Anybody else gets a batch
 * of no calls, and answers 401 to a wrong key: another Promoloop records that it came (`empty_batch`) and stores
 * no event.
 */
export function toTestRequest(settings: Settings): RequestDecision {
  const endpoint = toEndpoint(settings)
  if ('reason' in endpoint) return endpoint
  if (!isSegment(endpoint.url)) return post(endpoint, 'batch', { batch: [] })
  const key = encodeURIComponent(endpoint.writeKey)
  return {
    method: 'GET',
    url: `${SEGMENT_SETTINGS}/${key}/settings`,
    headers: { 'user-agent': USER_AGENT },
  }
}

/**
 * Segment knows no settings of a source that is not there. RudderStack refuses a batch of no calls with 400, but
 * only after it has found the write key good.
 */
export function readTestAnswer(status: number, settings: Settings): TestVerdict | undefined {
  const endpoint = toEndpoint(settings)
  if ('reason' in endpoint) return undefined
  if (isSegment(endpoint.url)) return status === 404 ? 'wrong_credentials' : undefined
  return status === 400 ? 'works' : undefined
}

const isSegment = (url: string): boolean => SEGMENT_ENDPOINTS.some((known) => known === url)

const post = ({ url, headers }: Endpoint, path: string, body: JsonObject): RequestDecision => ({
  method: 'POST',
  url: `${url}/v1/${path}`,
  headers: { ...headers, 'content-type': 'application/json' },
  body: JSON.stringify(body),
})

const toEndpoint = oncePerSettings(checkedEndpoint)

function checkedEndpoint(settings: Settings): Endpoint | RefusedRequest {
  const checked = checkSettings(rules, settings)
  if (!checked.ok) return { reason: checked.reason, message: checked.message }
  const { writeKey } = checked.settings
  // The write key is the user, and the password is empty (§1.2).
  const credentials = Buffer.from(`${writeKey}:`).toString('base64')
  return {
    url: endpointOf(checked.settings) ?? '',
    writeKey,
    headers: { authorization: `Basic ${credentials}`, 'user-agent': USER_AGENT },
  }
}
