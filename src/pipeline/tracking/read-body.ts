import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'
import { isPlainObject } from '../../kernel/json.ts'

export type ReadBody =
  | { ok: true; body: Record<string, unknown>; bytes: number }
  | { ok: false; message: string }

const decompress = promisify(gunzip)

/**
 * The JSON object in `raw`, whatever its content type says, decompressed when `encoding` is gzip (§1.4). More
 * than `bytesMax` after decompression is refused, as is all that is no JSON object. A byte order mark is
 * skipped.
 */
export async function readBody(
  raw: unknown,
  encoding: string | undefined,
  bytesMax: number,
): Promise<ReadBody> {
  const isEmpty = !Buffer.isBuffer(raw) || raw.length === 0
  if (isEmpty) return { ok: false, message: 'malformed JSON: the body is empty' }
  const plain = await decode(raw, encoding?.trim().toLowerCase() ?? 'identity', bytesMax)
  if (typeof plain === 'string') return { ok: false, message: plain }
  if (plain.length > bytesMax) return { ok: false, message: tooLargeMessage(bytesMax) }
  const body = parse(plain)
  return isPlainObject(body)
    ? { ok: true, body, bytes: plain.length }
    : { ok: false, message: 'malformed JSON: the body must be a JSON object' }
}

export const tooLargeMessage = (bytesMax: number): string =>
  `payload exceeds the limit of ${bytesMax} bytes`

/** The plain bytes, or why they cannot be had. */
async function decode(raw: Buffer, encoding: string, bytesMax: number): Promise<Buffer | string> {
  if (encoding === 'identity' || encoding === '') return raw
  if (encoding !== 'gzip' && encoding !== 'x-gzip')
    return `content encoding ${encoding} is not supported, only gzip`
  try {
    return await decompress(raw, { maxOutputLength: bytesMax })
  } catch (error) {
    const isTooLarge =
      error instanceof Error && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE'
    return isTooLarge ? tooLargeMessage(bytesMax) : 'malformed gzip'
  }
}

function parse(plain: Buffer): unknown {
  const text = plain.toString('utf8')
  try {
    return JSON.parse(text.startsWith('\uFEFF') ? text.slice(1) : text)
  } catch {
    return undefined
  }
}
