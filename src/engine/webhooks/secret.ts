import { createHmac, randomBytes } from 'node:crypto'
import type { Vault } from '../../platform/secrets.ts'

const PREFIX = 'whsec_'
const KEY_BYTES = 32

/** A new secret in the form of Standard Webhooks: `whsec_` and the key in base64. */
export const newWebhookSecret = (): string => PREFIX + randomBytes(KEY_BYTES).toString('base64')

const hmac = (key: string | Buffer, message: string) => createHmac('sha256', key).update(message)

type Headers = Readonly<Record<string, string>>

/** Headers as they are stored, because some of them let in; null for none. */
export const sealHeaders = (vault: Vault, headers: Headers): string | null =>
  Object.keys(headers).length === 0 ? null : vault.seal(JSON.stringify(headers))

/** The inverse of `sealHeaders`. */
export const openHeaders = (vault: Vault, sealed: string | null): Headers =>
  sealed === null ? {} : (JSON.parse(vault.open(sealed)) as Headers)

/** `x-voucherify-signature`: HMAC-SHA256 of the body under the secret as a text, in hex (WH-1). */
export const toReferenceSignature = (secret: string, body: string): string =>
  hmac(secret, body).digest('hex')

/**
 * `webhook-signature` of Standard Webhooks: a `v1` signature for each secret that is valid, so that a receiver
 * can change to a new one in its own time.
 */
export const toStandardSignature = (
  secrets: readonly string[],
  { id, timestampS, body }: { id: string; timestampS: number; body: string },
): string =>
  secrets
    .map((secret) => Buffer.from(secret.slice(PREFIX.length), 'base64'))
    .map((key) => `v1,${hmac(key, `${id}.${timestampS}.${body}`).digest('base64')}`)
    .join(' ')
