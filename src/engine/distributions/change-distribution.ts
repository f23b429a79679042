import { isDeepStrictEqual } from 'node:util'
import { ApiError, notFound } from '../../kernel/api-error.ts'
import { newId } from '../../kernel/ids.ts'
import type { JsonObject } from '../../kernel/json.ts'
import type { Db, Tx } from '../../platform/db.ts'
import { LIMITS } from '../../platform/limits.ts'
import { MASK, type Vault } from '../../platform/secrets.ts'
import { getCampaign } from '../campaigns/index.ts'
import { endProgram, startProgram } from '../effects/index.ts'
import { findTiers } from '../promotions/index.ts'
import { activateSegments, requireSegment } from '../segments/index.ts'
import {
  checkTargetUrl,
  deleteWebhook,
  insertWebhook,
  lockWebhooksOf,
  newWebhookSecret,
  openHeaders,
  sealHeaders,
  updateWebhook,
} from '../webhooks/index.ts'
import { compileBody } from './compile-body.ts'
import {
  type DistributionReference,
  findDistribution,
  insertDistribution,
  lockDistribution,
  type StoredDistribution,
  updateDistribution,
} from './distribution.repo.ts'
import { BY_HAND, type Distribution, type Trigger } from './distribution.ts'

type Headers = Readonly<Record<string, string>>

/** What a caller wishes a distribution to be. */
export type DistributionWish = Pick<
  Distribution,
  'name' | 'trigger' | 'eventName' | 'body' | 'campaignId' | 'promotionTierId' | 'limits'
> & {
  targetUrl: string
  headers: Headers
  isEnabled: boolean
  /** Undefined for at once: by hand that is in ten minutes. */
  setLiveAt: Date | undefined
}

type Made = { vault: Vault; now: Date }

/** A distribution with the names of the headers that are sent along: some of their values let in. */
export type ShownDistribution = Distribution & { maskedHeaders: Headers }

/**
 * Makes a distribution with a secret of its own: from when it is live it is sent upon what happens. A passive segment that it
 * waits for becomes active (S-2). Throws `invalid_payload`, `not_found` for a campaign, tier or segment there is not, and
 * `distribution_limit_reached`.
 */
export async function createDistribution(
  tx: Tx,
  projectId: string,
  wish: DistributionWish,
  { vault, now }: Made,
): Promise<Distribution> {
  if ((await lockWebhooksOf(tx, projectId, 'distribution')) >= LIMITS.distributionsPerProjectMax) {
    throw new ApiError('distribution_limit_reached', {
      details: `A project has at most ${LIMITS.distributionsPerProjectMax} distributions`,
    })
  }
  const id = newId('distribution')
  const checked = await check(tx, { projectId, now }, { wish })
  await insertWebhook(
    tx,
    { projectId, id, kind: 'distribution' },
    {
      ...toEndpointOf(wish),
      headersSealed: sealHeaders(vault, unmask(wish.headers, {})),
      secretSealed: vault.seal(newWebhookSecret()),
      now,
    },
  )
  const setLiveAt = toLiveTime(wish, now)
  await insertDistribution(tx, {
    ...checked,
    id,
    projectId,
    setLiveAt,
    createdAt: now,
    updatedAt: null,
  })
  startProgram(tx, projectId, 'distributions')
  return getDistribution(tx, { projectId, id })
}

/** What is sent by hand can be thought over for ten minutes (§12.2). */
function toLiveTime({ trigger, setLiveAt }: DistributionWish, now: Date): Date {
  const earliest =
    trigger.event === BY_HAND ? new Date(now.getTime() + LIMITS.distributionDelayMs) : now
  return setLiveAt === undefined || setLiveAt < earliest ? earliest : setLiveAt
}

const toEndpointOf = ({ targetUrl, isEnabled }: DistributionWish) => ({
  targetUrl,
  events: [],
  eventNames: [],
  isEnabled,
})

/**
 * Changes what is given; messages that are queued stay as they are. One that was paused by itself starts afresh when it
 * is resumed. What is sent by hand can be moved, or given another segment, until it is live. Throws as `createDistribution`
 * does of what is given, and `not_found`.
 */
export async function changeDistribution(
  tx: Tx,
  reference: DistributionReference,
  changes: Partial<DistributionWish>,
  { vault, now }: Made,
): Promise<Distribution> {
  const current = await lockDistribution(tx, reference)
  if (!current) throw notFound('distribution', reference.id)
  refuseUnchangeable(current, changes, now)
  const { targetUrl, isEnabled, headersSealed } = current.endpoint
  const wish = { ...current, targetUrl, isEnabled, headers: {}, ...changes }
  const checked = await check(tx, { ...reference, now }, { wish, current })
  const { id, projectId, createdAt } = current
  const setLiveAt = changes.setLiveAt ? toLiveTime(wish, now) : current.setLiveAt
  await updateDistribution(tx, { ...checked, id, projectId, setLiveAt, createdAt, updatedAt: now })
  // Why it was paused stays known until it is resumed, or goes elsewhere.
  if (ENDPOINT_FIELDS.some((field) => changes[field] !== undefined)) {
    const sealed = changes.headers
      ? sealHeaders(vault, unmask(changes.headers, openHeaders(vault, headersSealed)))
      : headersSealed
    const endpoint = { ...toEndpointOf(wish), headersSealed: sealed, now }
    await updateWebhook(tx, { ...reference, kind: 'distribution' }, endpoint)
  }
  return getDistribution(tx, reference)
}

const ENDPOINT_FIELDS = ['targetUrl', 'headers', 'isEnabled'] as const

/** How far it came is told by the customers of one segment, so it is by hand for good, and stays where it was sent to. */
function refuseUnchangeable(
  current: Distribution,
  changes: Partial<DistributionWish>,
  now: Date,
): void {
  const { trigger = current.trigger } = changes
  const isByHand = current.trigger.event === BY_HAND
  if ((trigger.event === BY_HAND) !== isByHand)
    throw invalid('.trigger.event', `cannot be changed ${isByHand ? 'from' : 'to'} ${BY_HAND}`)
  if (!isByHand || current.setLiveAt > now) return
  const late = 'cannot be changed once the distribution is being sent'
  if (changes.setLiveAt) throw invalid('.set_live_at', late)
  if (!isDeepStrictEqual(trigger, current.trigger)) throw invalid('.trigger', late)
}

/** Deletes a distribution with what it was to send; throws `not_found`. */
export async function removeDistribution(tx: Tx, reference: DistributionReference): Promise<void> {
  const { projectId } = reference
  const left = await lockWebhooksOf(tx, projectId, 'distribution')
  if (!(await deleteWebhook(tx, { ...reference, kind: 'distribution' })))
    throw notFound('distribution', reference.id)
  if (left === 1) endProgram(tx, projectId, 'distributions')
}

/** A distribution as it is stored; throws `not_found`. */
export async function getDistribution(
  db: Db,
  reference: DistributionReference,
): Promise<Distribution> {
  const distribution = await findDistribution(db, reference)
  if (!distribution) throw notFound('distribution', reference.id)
  return distribution
}

export const toShown = (distribution: Distribution, vault: Vault): ShownDistribution => {
  const names = Object.keys(openHeaders(vault, distribution.endpoint.headersSealed))
  return { ...distribution, maskedHeaders: Object.fromEntries(names.map((name) => [name, MASK])) }
}

/** Headers as they are sent, of which those that came back masked keep their value. */
function unmask(headers: Headers, stored: Headers): Headers {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => {
      if (value !== MASK) return [name, value]
      const kept = stored[name]
      if (kept === undefined) throw invalid(`.headers.${name}`, 'has no value that could stay')
      return [name, kept]
    }),
  )
}

type Checked = Omit<
  StoredDistribution,
  'id' | 'projectId' | 'setLiveAt' | 'createdAt' | 'updatedAt'
>

/** Looks up what a wish refers to, by id or name, and refuses what makes no sense; what stays was looked up before. */
async function check(
  tx: Tx,
  { projectId, now }: { projectId: string; now: Date },
  { wish, current }: { wish: DistributionWish; current?: Distribution },
): Promise<Checked> {
  checkTargetUrl(wish.targetUrl)
  checkBody(wish.body)
  const { name, eventName, body, limits, promotionTierId } = wish
  const trigger = isDeepStrictEqual(wish.trigger, current?.trigger)
    ? wish.trigger
    : await checkTrigger(tx, { projectId, now }, wish.trigger)
  if (promotionTierId !== null && wish.campaignId !== null)
    throw invalid('.promotion_tier', 'excludes .campaign')
  if (promotionTierId !== null && promotionTierId !== current?.promotionTierId)
    await requireTier(tx, projectId, promotionTierId)
  const campaignId =
    wish.campaignId === current?.campaignId
      ? wish.campaignId
      : await checkCampaign(tx, projectId, wish.campaignId)
  return { name, eventName, body, limits, promotionTierId, trigger, campaignId }
}

async function requireTier(tx: Tx, projectId: string, id: string): Promise<void> {
  if (!(await findTiers(tx, projectId, [id])).has(id)) throw notFound('promotion_tier', id)
}

const invalid = (property: string, why: string): ApiError =>
  new ApiError('invalid_payload', { details: `Property ${property} ${why}` })

function checkBody(body: JsonObject | null): void {
  const fault = body && compileBody(body)
  if (fault && typeof fault !== 'function')
    throw invalid(`.body${fault.at}`, `cannot be read: ${fault.why}`)
}

async function checkCampaign(
  tx: Tx,
  projectId: string,
  reference: string | null,
): Promise<string | null> {
  if (reference === null) return null
  const { id, campaignType } = await getCampaign(tx, projectId, reference)
  if (campaignType !== 'PROMOTION') return id
  throw invalid('.campaign', 'should be a campaign that has codes')
}

/** Which members of a trigger a type of event knows, and which it needs. */
async function checkTrigger(
  tx: Tx,
  { projectId, now }: { projectId: string; now: Date },
  { event, customEvent, segmentId, campaignId }: Trigger,
): Promise<Trigger> {
  const isOfSegment = event.startsWith('customer.segment.') || event === BY_HAND
  if (isOfSegment !== (segmentId !== null)) {
    throw invalid(
      '.trigger.segment',
      isOfSegment ? `is required for ${event}` : `is not known for ${event}`,
    )
  }
  if (customEvent !== null && event !== 'customer.custom_event')
    throw invalid('.trigger.custom_event', `is not known for ${event}`)
  if (campaignId !== null && !HAVE_CAMPAIGN.test(event))
    throw invalid('.trigger.campaign', `is not known for ${event}`)
  if (segmentId !== null && event === BY_HAND) await requireSegment(tx, projectId, segmentId)
  // Who enters a passive segment is told from now on (S-2).
  else if (segmentId !== null) await activateSegments(tx, { projectId, now }, [segmentId])
  const campaign = campaignId === null ? null : await getCampaign(tx, projectId, campaignId)
  return { event, customEvent, segmentId, campaignId: campaign?.id ?? null }
}

const HAVE_CAMPAIGN =
  /^customer\.(referred|rewarded|publication|redemption|reward_redemptions|loyalty|voucher)\b/
