import { createHmac } from 'node:crypto'
import type { JsonObject } from '../../../kernel/json.ts'
import type { HttpRequest } from '../../../platform/http/index.ts'
import type { ActionDefinition, RequestDecision, Settings } from '../definition.ts'
import { USER_AGENT } from '../user-agent.ts'
import { toHeaders } from './to-headers.ts'

export const send: ActionDefinition = {
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
  },
  toRequest,
}

type SendPayload = {
  url: string
  method: 'POST' | 'PUT' | 'PATCH'
  headers?: JsonObject
  data?: JsonObject
}

function toRequest(payload: JsonObject, settings: Settings): RequestDecision {
  const { url, method, headers: given = {}, data } = payload as SendPayload
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
