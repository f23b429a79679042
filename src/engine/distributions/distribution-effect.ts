import { newId } from '../../kernel/ids.ts'
import type { Json, JsonObject } from '../../kernel/json.ts'
import type { Tx } from '../../platform/db.ts'
import { LIMITS } from '../../platform/limits.ts'
import { findCampaigns, toSimpleCampaign } from '../campaigns/index.ts'
import { type Customer, findCustomers, toCustomerViews } from '../customers/index.ts'
import type { Happening, ProgramEffect } from '../effects/index.ts'
import { findProjectSettings } from '../project-settings/index.ts'
import { findTiers, showTiers } from '../promotions/index.ts'
import { periodKey } from '../validity/index.ts'
import { type OwnMessage, queueMessages, toEnvelope } from '../webhooks/index.ts'
import { compileBody } from './compile-body.ts'
import { decideLimits, toCounters } from './decide-limits.ts'
import { decideMatches, type Wish } from './decide-matches.ts'
import { findTriggered } from './distribution.repo.ts'
import { type Distribution, toToldDistribution } from './distribution.ts'
import { type Extra, giveCode } from './give-codes.ts'
import { lockSent, saveSent } from './usage.repo.ts'

type Data = { [key: string]: Json }

/**
 * Queues the messages of distributions upon what happened: finds which are meant, counts them within their limits, gives
 * codes, and stores bodies. What is beyond a limit, has no code to give, or grows too long stays as a failed delivery that says why.
 */
async function distribute(tx: Tx, happenings: readonly Happening[]): Promise<void> {
  const [first] = happenings
  if (!first) return
  const { projectId } = first
  const types = [...new Set(happenings.map(({ type }) => type))]
  const wishes = decideMatches(await findTriggered(tx, projectId, types), happenings)
  if (wishes.length === 0) return
  const customers = await findReceivers(tx, projectId, wishes)
  const wanted = wishes.filter(({ customerId }) => customers.has(customerId))
  const refusals = await count(tx, projectId, wanted)
  const promotions = await findPromotions(tx, projectId, wanted)
  const views = await viewReceivers(tx, wanted, customers)
  const messages: OwnMessage[] = []
  for (const [index, wish] of wanted.entries()) {
    const failure = refusals[index]
    const customer = customers.get(wish.customerId)
    if (!customer) continue
    const extra = failure ? { failure } : await toExtra(tx, wish, { customer, promotions })
    messages.push(toMessage(wish, extra, views.get(wish.customerId)))
  }
  queueMessages(tx, messages)
}

async function findReceivers(
  tx: Tx,
  projectId: string,
  wishes: readonly Wish[],
): Promise<ReadonlyMap<string, Customer>> {
  const ids = [...new Set(wishes.map(({ customerId }) => customerId))]
  const customers = await findCustomers(tx, projectId, ids)
  return new Map(customers.map((customer) => [customer.id, customer]))
}

/** Whole customers, for bodies that may ask anything of them. */
async function viewReceivers(
  tx: Tx,
  wishes: readonly Wish[],
  customers: ReadonlyMap<string, Customer>,
): Promise<ReadonlyMap<string, Data>> {
  const asked = wishes.filter(({ distribution }) => distribution.body !== null)
  const wanted = [...new Set(asked.map(({ customerId }) => customerId))].flatMap(
    (id) => customers.get(id) ?? [],
  )
  if (wanted.length === 0) return new Map()
  const views = await toCustomerViews(tx, wanted)
  return new Map(wanted.map(({ id }, index) => [id, views[index] ?? {}]))
}

/** Counts messages by day and month of the project; why each may not be sent, null for those that may. */
async function count(tx: Tx, projectId: string, wishes: readonly Wish[]) {
  const { timeZone = 'UTC' } = (await findProjectSettings(tx, [projectId])).get(projectId) ?? {}
  const counters = wishes.map(({ distribution, happening, customerId }) =>
    toCounters(
      { distributionId: distribution.id, customerId, limits: distribution.limits },
      {
        day: periodKey('daily', happening.call.now, timeZone),
        month: periodKey('monthly', happening.call.now, timeZone),
      },
    ),
  )
  const sent = await lockSent(tx, counters.flat())
  const refusals = decideLimits(counters, sent)
  saveSent(tx, counters.flat(), sent)
  return refusals
}

/** The promotions that customers are told of, with their campaigns, by the ids of their tiers. */
async function findPromotions(
  tx: Tx,
  projectId: string,
  wishes: readonly Wish[],
): Promise<ReadonlyMap<string, Data>> {
  const ids = [...new Set(wishes.flatMap(({ distribution }) => distribution.promotionTierId ?? []))]
  const tiers = [...(await findTiers(tx, projectId, ids)).values()]
  if (tiers.length === 0) return new Map()
  const views = await showTiers(tx, tiers)
  const campaigns = await findCampaigns(
    tx,
    tiers.map(({ campaignId }) => campaignId),
  )
  return new Map(
    tiers.map((tier, index) => {
      const campaign = campaigns.get(tier.campaignId)
      const promotion_tier = views[index] ?? null
      return [tier.id, { campaign: campaign ? toSimpleCampaign(campaign) : null, promotion_tier }]
    }),
  )
}

async function toExtra(
  tx: Tx,
  wish: Wish,
  { customer, promotions }: { customer: Customer; promotions: ReadonlyMap<string, Data> },
): Promise<Extra> {
  const { promotionTierId } = wish.distribution
  if (promotionTierId === null) return giveCode(tx, wish, customer)
  const data = promotions.get(promotionTierId)
  return data ? { data } : { failure: 'not_found' }
}

function toMessage(wish: Wish, extra: Extra, customer: Data | undefined): OwnMessage {
  const { distribution, happening } = wish
  const message = {
    id: newId('webhookMessage'),
    projectId: happening.projectId,
    endpointId: distribution.id,
    occurrenceId: happening.occurrenceId,
    event: distribution.eventName,
    createdAt: happening.call.now,
  }
  if ('failure' in extra) return { ...message, failure: extra.failure }
  const data = {
    ...happening.data,
    ...extra.data,
    ...(customer && distribution.body !== null && { customer }),
    distribution: toToldDistribution(distribution),
  }
  const body = JSON.stringify(toBody(distribution, happening, { ...message, data }))
  return body.length > LIMITS.distributionMessageCharsMax
    ? { ...message, failure: 'too_long' }
    : { ...message, body }
}

/** The envelope, or what the distribution makes of it. */
function toBody(
  distribution: Distribution,
  happening: Happening,
  { id, data, createdAt }: { id: string; data: JsonObject; createdAt: Date },
): Json {
  const envelope = toEnvelope({
    id,
    projectId: distribution.projectId,
    createdAt,
    type: distribution.eventName,
    data,
    source: {
      id: distribution.id,
      object: 'distribution',
      target_url: distribution.endpoint.targetUrl,
    },
    told: {
      id: happening.occurrenceId,
      type: happening.type,
      customerId: happening.customerId,
      groupId: happening.call.groupId,
      channel: happening.call.channel,
      appId: happening.call.appId || null,
      data: happening.data,
      createdAt: happening.createdAt,
    },
  })
  const compiled = distribution.body === null ? undefined : compileBody(distribution.body)
  // A body that is stored was understood before.
  return typeof compiled === 'function' ? compiled(envelope) : (envelope as Json)
}

export const distributionEffect: ProgramEffect = { kind: 'distributions', run: distribute }
