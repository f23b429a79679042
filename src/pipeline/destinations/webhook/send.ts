import { createHmac } from 'node:crypto'
import { invariant } from '../../../kernel/assert.ts'
import type { JsonObject } from '../../../kernel/json.ts'
import type { HttpRequest } from '../../../platform/http/index.ts'
import { batchFields } from '../batch-fields.ts'
import type { RequestAction, RequestDecision, Settings } from '../definition.ts'
import { USER_AGENT } from '../user-agent.ts'
import { toHeaders } from './to-headers.ts'

export const send: RequestAction = {
  title: 'Send',
  description: 'Sends an HTTP request.',
  defaultTrigger:
    'type = "track" or type = "identify" or type = "page" or type = "screen" or type = "group" or type = "alias"',
  fields: {
    url: {
      label: 'URL',
      description: 'The address that the request is sent to, beginning with http:// or https://.',
      type: 'string',
      required: true,
      format: 'uri',
    },
    method: {
      label: 'Method',
      description: 'The HTTP method of the request.',
      type: 'string',
      choices: ['POST', 'PUT', 'PATCH'],
      default: 'POST',
      required: true,
    },
    headers: {
      label: 'Headers',
      description: 'HTTP headers to send along, in ASCII.',
      type: 'object',
      defaultObjectUI: 'keyvalue:only',
    },
    data: {
      label: 'Data',
      description:
        'What is sent as the body, in JSON: the whole call unless the mapping says less.',
      type: 'object',
      default: { '@path': '$.' },
    },
    ...batchFields(['url', 'method', 'headers']),
  },
  toRequest: (payload, settings) => {
    const { data } = payload as SendPayload
    return toRequest(payload as SendPayload, { data, settings })
  },
  toBatchRequest: (payloads, settings) => {
    const all = payloads as readonly SendPayload[]
    const [first] = all
    invariant(first, 'a batch is not empty')
    return toRequest(first, { data: all.map(({ data = null }) => data), settings })
  },
}

type SendPayload = {
  url: string
  method: 'POST' | 'PUT' | 'PATCH'
  headers?: JsonObject
  data?: JsonObject
}

function toRequest(
  { url, method, headers: given = {} }: SendPayload,
  { data, settings }: { data: unknown; settings: Settings },
): RequestDecision {
  if (!isHttpUrl(url))
    return {
      reason: 'MESSAGE_REJECTED',
      message: 'URL must begin with http:// or https:// and have no user or password.',
    }
  const headers = toHeaders(given)
  if ('reason' in headers) return headers
  // Without data there is no body, and nothing to sign: so it is published.
  const request = { method, url, headers: { 'user-agent': USER_AGENT, ...headers.headers } }
  return data === undefined ? request : withBody(request, JSON.stringify(data), settings)
}

/** Signed when there is a secret: `X-Signature` is the hex HMAC-SHA1 of the very bytes of the body (§11.6). */
function withBody(request: HttpRequest, body: string, { sharedSecret }: Settings): RequestDecision {
  // A secret that can no longer be read is null. Unsigned requests in its place would be a surprise.
  if (sharedSecret === null)
    return { reason: 'INVALID_SETTINGS', message: 'Shared Secret cannot be read: set it again.' }
  const headers = { 'content-type': 'application/json', ...request.headers }
  if (typeof sharedSecret !== 'string' || sharedSecret === '') return { ...request, headers, body }
  const signature = createHmac('sha1', sharedSecret).update(body, 'utf8').digest('hex')
  return { ...request, headers: { ...headers, 'x-signature': signature }, body }
}

/** Credentials in a URL would be shown wherever the request is. Which networks may be reached is the client's business (D-16). */
function isHttpUrl(text: string): boolean {
  if (!/^https?:\/\//i.test(text) || !URL.canParse(text)) return false
  const { username, password } = new URL(text)
  return username === '' && password === ''
}
