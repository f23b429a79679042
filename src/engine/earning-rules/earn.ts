import type { Tx } from '../../platform/db.ts'
import { type Campaign, findCampaigns, lockCampaigns } from '../campaigns/index.ts'
import { findCustomers } from '../customers/index.ts'
import type { Happening, ProgramEffect } from '../effects/index.ts'
import { type ChangedCard, evaluateTiers } from '../loyalty-tiers/index.ts'
import { addPendingPoints, addPoints, type Moved } from '../points/index.ts'
import { AUTOMATION, lockVouchersById } from '../vouchers/index.ts'
import { tellAccruals } from './accrual-facts.ts'
import { toDetails, toPendingDetails } from './accrual-view.ts'
import { type CardAccrual, cardsKey, decideAccruals, isSetOff } from './decide-accruals.ts'
import { findHeldCards, type HeldCard, takeUnearned } from './earning.repo.ts'
import { findRulesOfEvents } from './earning-rule.repo.ts'
import { joinPrograms } from './join-programs.ts'
import { loadEarning } from './load-earning.ts'
import { type Trigger, toTrigger } from './trigger.ts'

/** What members of loyalty programs earn by what they do, and by what happens to them (engine-programs §8.3). */
export const earningEffect: ProgramEffect = { kind: 'earning_rules', run: earn }

/**
 * Gives the points that the happenings of one project earn: loads once, decides without IO, writes in a batch. The tiers
 * of the cards are looked at after all rules (L-14).
 */
async function earn(tx: Tx, happenings: readonly Happening[]): Promise<void> {
  const [first] = happenings
  if (!first) return
  const { projectId, call } = first
  const triggers = await onceAnOrder(
    tx,
    first,
    happenings.flatMap((happening) => toTrigger(happening) ?? []),
  )
  const events = triggers.map(({ event }) => event)
  const found = await findRulesOfEvents(tx, projectId, events)
  const rules = found.filter((rule) => triggers.some((trigger) => isSetOff(rule, trigger)))
  if (rules.length === 0) return
  const programs = await findCampaigns(tx, [...new Set(rules.map((rule) => rule.campaignId))])
  const customerIds = triggers.map(({ customerId }) => customerId)
  const held = await findHeldCards(tx, projectId, {
    customerIds,
    campaignIds: [...programs.keys()],
  })
  const campaigns = await lockJoinable(tx, programs, { triggers, held })
  const cards = await lockVouchersById(
    tx,
    projectId,
    held.map(({ id }) => id),
  )
  const state = await loadEarning(tx, {
    projectId,
    now: call.now,
    triggers,
    rules,
    campaigns,
    customers: await findCustomers(tx, projectId, [...new Set(customerIds)]),
    cards,
  })
  const accruals = decideAccruals(triggers, state)
  const joined = await joinPrograms(tx, accruals)
  const given = accruals.flatMap((accrual): CardAccrual[] => {
    const { customer, campaign } = accrual
    const card = accrual.card ?? joined.get(cardsKey(customer.id, campaign.id))
    return card ? [{ ...accrual, card }] : []
  })
  await give(tx, given, call.now)
}

/**
 * The programs, those locked that somebody may join as they have no card of it yet: whoever makes cards of one waits.
 * Comes before cards.
 */
async function lockJoinable(
  tx: Tx,
  programs: ReadonlyMap<string, Campaign>,
  { triggers, held }: { triggers: readonly Trigger[]; held: readonly HeldCard[] },
): Promise<ReadonlyMap<string, Campaign>> {
  const owned = new Set(held.map((card) => cardsKey(card.holder_id, card.campaign_id)))
  const joinable = [...programs.values()].filter(
    ({ id, autoJoin }) =>
      autoJoin && triggers.some(({ customerId }) => !owned.has(cardsKey(customerId, id))),
  )
  if (joinable.length === 0) return programs
  const ids = new Set(joinable.map(({ id }) => id))
  const locked = await lockCampaigns(tx, [...ids])
  return new Map([...[...programs].filter(([id]) => !ids.has(id)), ...locked])
}

/** L-15: an order that comes to be paid again has earned already. */
async function onceAnOrder(
  tx: Tx,
  { projectId, call }: Happening,
  triggers: readonly Trigger[],
): Promise<Trigger[]> {
  const orderIds = triggers.flatMap(({ order }) => toOrderId(order) ?? [])
  const unearned = new Set(await takeUnearned(tx, projectId, orderIds, call.now))
  return triggers.filter(({ order }) => {
    const id = toOrderId(order)
    return id === null || unearned.delete(id)
  })
}

const toOrderId = (order: Trigger['order']): string | null =>
  typeof order?.['id'] === 'string' ? order['id'] : null

async function give(tx: Tx, accruals: readonly CardAccrual[], now: Date): Promise<void> {
  await addPendingPoints(
    tx,
    accruals.flatMap(({ rule, card, points, ...accrual }) =>
      rule.pendingDays === null
        ? []
        : [
            {
              call: accrual.trigger.happening.call,
              voucher: card,
              points,
              days: rule.pendingDays,
              orderId: toOrderId(accrual.trigger.order),
              details: toPendingDetails({ rule, ...accrual }),
              expirationRules: rule.expirationRules,
            },
          ],
    ),
  )
  const immediate = accruals.filter(({ rule }) => rule.pendingDays === null)
  const moved = await addPoints(
    tx,
    immediate.map(({ card, points, ...accrual }) => ({
      voucher: card,
      points,
      type: 'POINTS_ACCRUAL' as const,
      expiresAt: accrual.rule.expirationRules ?? 'PROGRAM',
      orderId: toOrderId(accrual.trigger.order),
      source: AUTOMATION,
      details: toDetails(accrual),
    })),
    now,
  )
  await tellAccruals(tx, immediate, moved)
  await evaluateTiers(tx, toChanged(immediate, moved))
}

const toChanged = (accruals: readonly CardAccrual[], moved: readonly Moved[]): ChangedCard[] =>
  moved.flatMap(({ voucher }, index) => {
    const call = accruals[index]?.trigger.happening.call
    return call ? [{ voucher, call }] : []
  })
