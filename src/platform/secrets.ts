import {
  createCipheriv,
  createDecipheriv,
  createHash,
  randomBytes,
  timingSafeEqual,
} from 'node:crypto'
import { mkdir, open, readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'

/** Seals and opens secrets that must be shown or sent again (AES-256-GCM under the installation's key). */
export type Vault = {
  seal(plain: string): string
  /** Throws `VaultError` when `sealed` was sealed under another key, or changed. */
  open(sealed: string): string
}

/** A sealed secret cannot be opened with this installation's key. */
export class VaultError extends Error {
  override readonly name = 'VaultError'
}

/** What stands in answers for a secret that is never shown again. */
export const MASK = '••••••••'

const NONCE_BYTES = 12
const TAG_BYTES = 16
const KEY_BYTES = 32

/** A vault under `secretKey`, 64 hexadecimal digits. */
export function createVault(secretKey: string): Vault {
  const key = Buffer.from(secretKey, 'hex')
  return {
    seal(plain) {
      const nonce = randomBytes(NONCE_BYTES)
      const cipher = createCipheriv('aes-256-gcm', key, nonce)
      const sealed = Buffer.concat([cipher.update(plain, 'utf8'), cipher.final()])
      return Buffer.concat([nonce, cipher.getAuthTag(), sealed]).toString('base64')
    },
    open(sealedText) {
      try {
        const sealed = Buffer.from(sealedText, 'base64')
        const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, NONCE_BYTES))
        decipher.setAuthTag(sealed.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES))
        const plain = decipher.update(sealed.subarray(NONCE_BYTES + TAG_BYTES))
        return Buffer.concat([plain, decipher.final()]).toString('utf8')
      } catch (cause) {
        throw new VaultError('a stored secret cannot be opened with this secret key', { cause })
      }
    },
  }
}

/** The hash under which a token of high entropy is stored and looked up. */
export const hashSecret = (secret: string): Buffer => createHash('sha256').update(secret).digest()

/** Compares in constant time, whatever the lengths. */
export const equalsHash = (secret: string, hash: Uint8Array): boolean =>
  timingSafeEqual(hashSecret(secret), hash)

/**
 * The installation's secret key from `dataDir/secret.key`, made at the first start. The file is
 * written once with mode 600; two processes that start together end with the same key.
 */
export async function readOrCreateSecretKey(dataDir: string): Promise<string> {
  const path = join(dataDir, 'secret.key')
  const existing = await readFile(path, 'utf8').catch(() => undefined)
  if (existing !== undefined && existing.trim() !== '') return existing.trim()

  await mkdir(dirname(path), { recursive: true })
  const key = randomBytes(KEY_BYTES).toString('hex')
  try {
    const file = await open(path, 'wx', 0o600)
    await file.writeFile(`${key}\n`)
    await file.sync()
    await file.close()
    return key
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') {
      return (await readFile(path, 'utf8')).trim()
    }
    throw error
  }
}
