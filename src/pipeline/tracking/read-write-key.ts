import { isPlainObject } from '../../kernel/json.ts'

/**
 * The write key of `Authorization: Basic base64(<key>:)`; undefined without one. Old clients leave the colon
 * out; a password is ignored (§1.2).
 */
export function keyOfHeader(authorization: string | undefined): string | undefined {
  const encoded = /^Basic +(\S+)$/i.exec(authorization?.trim() ?? '')?.[1]
  if (encoded === undefined) return undefined
  return textOrNothing(Buffer.from(encoded, 'base64').toString().split(':', 1)[0])
}

/** The write key in a body: of the call or batch itself, else of the first item that names one (§1.2). */
export function keyOfBody(body: Record<string, unknown>): string | undefined {
  const own = textOrNothing(body['writeKey'])
  if (own !== undefined || !Array.isArray(body['batch'])) return own
  for (const item of body['batch']) {
    const key = isPlainObject(item) ? textOrNothing(item['writeKey']) : undefined
    if (key !== undefined) return key
  }
  return undefined
}

const textOrNothing = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? value : undefined
