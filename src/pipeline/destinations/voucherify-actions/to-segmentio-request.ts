import type { JsonObject } from '../../../kernel/json.ts'
import { parseBaseUrl } from '../base-url.ts'
import { checkSettings } from '../check-settings.ts'
import type { RefusedRequest, RequestDecision, Settings } from '../definition.ts'
import { oncePerSettings } from '../once-per-settings.ts'
import { USER_AGENT } from '../user-agent.ts'
import { rules } from './settings.ts'

type Kind = 'customer' | 'event' | 'group'
/** What is the same in all requests to one engine; they share it. */
type Engine = {
  testUrl: string
  urls: Readonly<Record<Kind, string>>
  headers: Readonly<Record<string, string>>
  headersOfJson: Readonly<Record<string, string>>
}

/** A call of wire A: `payload` for the endpoint `<kind>-processing` (§12.2.5). */
export function toSegmentioRequest(
  kind: Kind,
  payload: JsonObject,
  settings: Settings,
): RequestDecision {
  const engine = engineOf(settings)
  if ('reason' in engine) return engine
  return {
    method: 'POST',
    url: engine.urls[kind],
    headers: engine.headersOfJson,
    body: JSON.stringify(payload),
  }
}

/** The call that is answered 200 for valid keys and 401 for others (§12.2.4). */
export function toTestRequest(settings: Settings): RequestDecision {
  const engine = engineOf(settings)
  if ('reason' in engine) return engine
  return { method: 'GET', url: engine.testUrl, headers: engine.headers }
}

const engineOf = oncePerSettings(toEngine)

function toEngine(settings: Settings): Engine | RefusedRequest {
  const checked = checkSettings(rules, settings)
  if (!checked.ok) return { reason: checked.reason, message: checked.message }
  const { apiKey, secretKey, customURL } = checked.settings
  const base = `${parseBaseUrl(customURL)}/segmentio`
  // No colon and no password behind the key: so the published destination writes it (§12.2.3).
  const headers = Object.freeze({
    authorization: `Basic ${toBase64(apiKey)}`,
    'secret-key': toBase64(secretKey),
    'user-agent': USER_AGENT,
  })
  return {
    testUrl: `${base}/test-authentication`,
    urls: {
      customer: `${base}/customer-processing`,
      event: `${base}/event-processing`,
      group: `${base}/group-processing`,
    },
    headers,
    headersOfJson: Object.freeze({ ...headers, 'content-type': 'application/json' }),
  }
}

const toBase64 = (text: string): string => Buffer.from(text).toString('base64')
