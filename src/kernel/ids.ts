import { createHash, randomBytes, randomFillSync } from 'node:crypto'

/** Every kind of public id with its prefix. Voucherify's prefixes in the engine, ours elsewhere. */
const PREFIXES = {
  // engine (engine-core §2.1, engine-programs §1.6)
  project: 'proj',
  user: 'user',
  brand: 'brd',
  customer: 'cust',
  voucher: 'v',
  campaign: 'camp',
  campaignTemplate: 'camp_tpl',
  order: 'ord',
  orderLine: 'ordli',
  redemption: 'r',
  failedRedemption: 'rf',
  rollback: 'rr',
  failedRollback: 'rrf',
  validation: 'valid',
  publication: 'pub',
  customEvent: 'event',
  occurrence: 'evcus',
  voucherTransaction: 'vtx',
  pointsBucket: 'lopb',
  pendingPoints: 'lopp',
  promotionTier: 'promo',
  promotionStack: 'stack',
  validationRule: 'val',
  validationRuleAssignment: 'asgm',
  category: 'cat',
  stackingRules: 'stk',
  session: 'ssn',
  product: 'prod',
  sku: 'sku',
  productCollection: 'pc',
  asyncAction: 'aa',
  export: 'exp',
  location: 'loc',
  referralTier: 'reft',
  reward: 'rew',
  rewardAssignment: 'rewa',
  rewardRedemption: 'rewr',
  earningRule: 'ern',
  automation: 'auto',
  loyaltyTier: 'ltr',
  webhook: 'wh',
  webhookMessage: 'whs',
  distribution: 'distr',
  consent: 'cnst',
  consentGroup: 'cnstg',
  segmentActivity: 'evseg',
  segment: 'seg',
  redeemableHolder: 'rh',
  permanentDeletion: 'del',
  metadataSchema: 'ms',
  // pipeline
  source: 'src',
  destination: 'dest',
  mapping: 'map',
  replay: 'rpl',
  filter: 'filt',
} as const

export type IdKind = keyof typeof PREFIXES
export type Id<K extends IdKind> = `${(typeof PREFIXES)[K]}_${string}`

const RANDOM_BYTES_IN_ID = 12

/** Random bytes are drawn by the thousand: one system call each would cost more than all else an id costs. */
const pool = Buffer.alloc(4_096)
let poolUsed = pool.length

function randomHex(bytes: number): string {
  if (poolUsed + bytes > pool.length) {
    randomFillSync(pool)
    poolUsed = 0
  }
  const hex = pool.toString('hex', poolUsed, poolUsed + bytes)
  // A byte that was handed out is never handed out again.
  poolUsed += bytes
  return hex
}

/** A new opaque random id of the given kind, such as `cust_7f…` (24 hex digits after the prefix). */
export function newId<K extends IdKind>(kind: K): Id<K> {
  return `${PREFIXES[kind]}_${randomHex(RANDOM_BYTES_IN_ID)}`
}

/** A clock set back by more than this was wrong before; by less, it is being kept in time. */
const CLOCK_CORRECTION_MS = 60_000

let lastSortableMs = 0
let sortableCounter = 0

/**
 * A new id that sorts by the time it was made, for lists that page by id (engine-programs §1.6):
 * 11 hex digits of milliseconds, 5 of a counter within this process, 8 random. The ids of a process follow one
 * another even where its clock is corrected backwards.
 */
export function newSortableId<K extends IdKind>(kind: K, nowMs: number): Id<K> {
  if (nowMs > lastSortableMs || nowMs < lastSortableMs - CLOCK_CORRECTION_MS) {
    lastSortableMs = nowMs
    sortableCounter = 0
  }
  sortableCounter += 1
  const time = lastSortableMs.toString(16).padStart(11, '0')
  const counter = (sortableCounter & 0xfffff).toString(16).padStart(5, '0')
  return `${PREFIXES[kind]}_${time}${counter}${randomHex(4)}`
}

/** The smallest sortable id that can be made at or after `ms`. */
export const sortableIdAt = (kind: IdKind, ms: number): string =>
  `${PREFIXES[kind]}_${ms.toString(16).padStart(11, '0')}`

/** True when `text` has the prefix of `kind`, so a path value can be told from a `source_id`. */
export function isId<K extends IdKind>(kind: K, text: string): text is Id<K> {
  return text.startsWith(`${PREFIXES[kind]}_`)
}

/** A request id as the reference writes it: `v-` and 18 hex digits. */
export const newRequestId = (): string => `v-${randomHex(9)}`

const SECRET_ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'

/** A random string of letters and digits, free of modulo bias, for keys and tokens. */
export function newSecret(length: number): string {
  let secret = ''
  while (secret.length < length) {
    for (const byte of randomBytes(length * 2)) {
      if (byte < 248 && secret.length < length) secret += SECRET_ALPHABET[byte % 62]
    }
  }
  return secret
}

/**
 * The opaque tracking id of a customer: a stable hash of project and identity, so that equal people
 * get equal ids and nobody can read the `source_id` from it (R-ID-04).
 */
export function trackingId(projectId: string, identity: string): string {
  return `track_${createHash('sha256').update(`${projectId}\0${identity}`).digest('base64url')}`
}
