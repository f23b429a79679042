import type { Json, JsonObject } from '../kernel/json.ts'
import { CliError, EXIT, toExitCode } from './exit-codes.ts'

/** Which server a command talks to, and with which keys. */
export type Connection = {
  address: string
  writeKey: string
  appId: string
  appToken: string
  adminToken: string
}

type Request = {
  method?: 'GET' | 'POST'
  path: string
  query?: Record<string, string | number | undefined>
  body?: JsonObject | Json[]
}

const TIMEOUT_MS = 30_000

function toUrl(address: string, { path, query = {} }: Request): URL {
  const url = new URL(path, address)
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined) url.searchParams.set(name, String(value))
  }
  return url
}

async function send(
  connection: Connection,
  request: Request,
  headers: Record<string, string>,
): Promise<Response> {
  try {
    return await fetch(toUrl(connection.address, request), {
      method: request.method ?? 'GET',
      headers: { 'content-type': 'application/json', ...headers },
      signal: AbortSignal.timeout(TIMEOUT_MS),
      ...(request.body && { body: JSON.stringify(request.body) }),
    })
  } catch {
    throw new CliError(EXIT.unreachable, `no answer from ${connection.address}`, {
      hint: 'Is the server running? Start it with: npm start',
    })
  }
}

/** `value` when it is an object, else an empty one, so that a member can be asked for. */
export const toObject = (value: Json | undefined): JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? value : {}

const text = (value: Json | undefined): string | undefined =>
  typeof value === 'string' ? value : undefined

async function call(
  connection: Connection,
  request: Request,
  headers: Record<string, string>,
): Promise<JsonObject> {
  const response = await send(connection, request, headers)
  const raw = await response.text()
  let body: Json | undefined
  try {
    body = raw === '' ? undefined : (JSON.parse(raw) as Json)
  } catch {
    throw new CliError(
      EXIT.unexpected,
      `${connection.address} did not answer with JSON (${response.status})`,
      {
        hint: 'Does another program listen there?',
      },
    )
  }
  const answer = toObject(body)
  if (response.ok) return answer
  const key = text(answer['key'])
  const message = text(answer['message']) ?? `the server answered ${response.status}`
  throw new CliError(toExitCode(response.status, key), key ? `${message} (${key})` : message, {
    body: answer,
    ...(text(answer['details']) && { hint: text(answer['details']) ?? '' }),
  })
}

/** Calls the engine's server API. Throws `CliError` for any answer but a success. */
export const callEngine = (connection: Connection, request: Request): Promise<JsonObject> =>
  call(connection, request, { 'x-app-id': connection.appId, 'x-app-token': connection.appToken })

/** Calls the management API. Throws `CliError` for any answer but a success. */
export const callManagement = (connection: Connection, request: Request): Promise<JsonObject> =>
  call(connection, request, { authorization: `Bearer ${connection.adminToken}` })

/** Calls the Tracking API. Throws `CliError` for any answer but a success. */
export const callTracking = (connection: Connection, request: Request): Promise<JsonObject> =>
  call(connection, request, {
    authorization: `Basic ${Buffer.from(`${connection.writeKey}:`).toString('base64')}`,
  })

/** Calls the Tracking API as analytics.js does: the write key in the body, no preflight needed. */
export const callTrackingFromBrowser = (
  connection: Connection,
  request: Request & { body: JsonObject },
): Promise<JsonObject> =>
  call(
    connection,
    { ...request, body: { ...request.body, writeKey: connection.writeKey } },
    { 'content-type': 'text/plain' },
  )
