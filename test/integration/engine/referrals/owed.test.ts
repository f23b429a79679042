import { Writable } from 'node:stream'
import { pino } from 'pino'
import { describe, expect, it } from 'vitest'
import { toOwnCall } from '../../../../src/engine/context.ts'
import { owedAwardsStep } from '../../../../src/engine/referrals/index.ts'
import { inTransaction } from '../../../../src/platform/db.ts'
import { drainEffects } from '../../../support/effects.ts'
import { runNight } from '../../../support/nightly.ts'
import { useTestApp } from '../../../support/test-app.ts'
import { aCouponCampaign, announced, balanceOf, typesOf, unique } from '../rewards/support.ts'
import { aReferralCampaign, aReferrer, aTier, customerOf, redeem } from './support.ts'

const t = useTestApp()

/** A campaign that has no code, until somebody adds some. */
const anEmptyCampaign = () => aCouponCampaign(t, { type: 'STATIC', vouchers_count: 0 })

const addCodes = async (campaign: { id: string }, count: number) => {
  for (let n = 0; n < count; n += 1) {
    const { status } = await t.call('POST', `/v1/campaigns/${campaign.id}/vouchers`, {})
    expect(status).toBe(200)
  }
}

const codesOf = async (campaign: { id: string }, customerId: string): Promise<number> => {
  const { rows } = await t.db.pool.query(
    'select from voucher where campaign_id = $1 and holder_id = $2',
    [campaign.id, customerId],
  )
  return rows.length
}

/** The next day begins, and does only this. */
async function nextNight(): Promise<void> {
  t.clock.advance(24 * 3_600_000)
  await runNight(t, [owedAwardsStep])
}

/** A log, and the lines that were written to it. */
function aLog() {
  const lines: Record<string, unknown>[] = []
  const stream = new Writable({
    write(line, _encoding, done) {
      lines.push(JSON.parse(String(line)))
      done()
    },
  })
  return { log: pino({ level: 'warn' }, stream), lines }
}

describe('what a referral is worth and cannot be given', () => {
  it('is told of, and given to the referrer once the campaign has codes (F-12, §10.2)', async () => {
    const campaign = await aReferralCampaign(t)
    const coupons = await anEmptyCampaign()
    const { tier, reward } = await aTier(t, campaign, { id: coupons.id })
    const ann = await aReferrer(t, campaign)
    const { body } = await redeem(t, ann.code, unique('bob'))
    const { log, lines } = aLog()
    await drainEffects(t, undefined, log)
    expect(lines).toMatchObject([
      {
        projectId: t.keys.projectId,
        campaign: campaign.id,
        tier: tier.id,
        referrer: ann.id,
        reason: "no_voucher_suitable_for_publication: Couldn't create new vouchers for publication",
      },
    ])
    await nextNight()
    const refused = typesOf(await announced(t, ann.id)).filter((type) => /failed/.test(type))
    expect(refused).toEqual(['customer.publication.failed'])
    expect(await codesOf(coupons, ann.id)).toBe(0)

    await addCodes(coupons, 2)
    await nextNight()
    await nextNight()
    expect(await codesOf(coupons, ann.id)).toBe(1)
    const rewarded = (await announced(t, ann.id)).filter(({ type }) => type === 'customer.rewarded')
    expect(rewarded).toHaveLength(1)
    expect(rewarded[0]?.data).toMatchObject({
      redemption: { id: body.redemptions[0].id },
      reward: { id: reward.id },
      referral_tier: { id: tier.id },
    })
  })

  it('is given with a later referral, before what that one is worth', async () => {
    const campaign = await aReferralCampaign(t)
    const coupons = await anEmptyCampaign()
    await aTier(t, campaign, { id: coupons.id })
    const ann = await aReferrer(t, campaign)
    const bob = unique('bob')
    await redeem(t, ann.code, bob)
    await drainEffects(t)
    await addCodes(coupons, 1)
    const eve = unique('eve')
    await redeem(t, ann.code, eve)
    await drainEffects(t)
    expect(await codesOf(coupons, ann.id)).toBe(1)
    const [rewarded] = (await announced(t, ann.id)).filter(
      ({ type }) => type === 'customer.rewarded',
    )
    expect(rewarded?.data).toMatchObject({ redemption: { customer: { source_id: bob } } })
    await addCodes(coupons, 5)
    await redeem(t, ann.code, unique('joe'))
    await drainEffects(t)
    expect(await codesOf(coupons, ann.id)).toBe(3)
  })

  it('is given to the referee as well (F-12)', async () => {
    const gifts = await aCouponCampaign(t, {
      type: 'STATIC',
      vouchers_count: 0,
      voucher: { type: 'GIFT_VOUCHER', gift: { amount: 0 } },
    })
    const campaign = await aReferralCampaign(t, {
      referee_reward: {
        related_object_parent: { id: gifts.id },
        type: 'GIFT_VOUCHER',
        amount: 300,
      },
    })
    const ann = await aReferrer(t, campaign)
    const bob = unique('bob')
    await redeem(t, ann.code, bob)
    const { log, lines } = aLog()
    await drainEffects(t, undefined, log)
    const { id } = await customerOf(t, bob)
    expect(lines).toMatchObject([{ tier: null, referrer: ann.id, referee: id }])
    await addCodes(gifts, 2)
    await nextNight()
    await nextNight()
    const { rows } = await t.db.pool.query(
      'select code from voucher where campaign_id = $1 and holder_id = $2',
      [gifts.id, id],
    )
    expect(rows).toHaveLength(1)
    expect(await balanceOf(t, rows[0].code)).toBe(300)
  })

  it('is told once, though it may never be given: nobody gets two of a campaign with join_once (P-5)', async () => {
    const coupons = await aCouponCampaign(t, { join_once: true })
    const campaign = await aReferralCampaign(t)
    await aTier(t, campaign, { id: coupons.id })
    const ann = await aReferrer(t, campaign)
    const { log, lines } = aLog()
    for (let count = 0; count < 2; count += 1) {
      await redeem(t, ann.code, unique('bob'))
      await drainEffects(t, undefined, log)
    }
    await nextNight()
    await nextNight()
    expect(lines).toMatchObject([{ reason: expect.stringContaining('already joined') }])
    const types = typesOf(await announced(t, ann.id))
    expect(types.filter((type) => type === 'customer.publication.failed')).toHaveLength(1)
    expect(await codesOf(coupons, ann.id)).toBe(1)
  })

  it('is not given while its redemption is rolled back (F-14)', async () => {
    const campaign = await aReferralCampaign(t)
    const coupons = await anEmptyCampaign()
    await aTier(t, campaign, { id: coupons.id })
    const ann = await aReferrer(t, campaign)
    const bob = unique('bob')
    const { body } = await redeem(t, ann.code, bob)
    await drainEffects(t)
    await t.call('POST', `/v1/redemptions/${body.redemptions[0].id}/rollback`, {})
    await drainEffects(t)
    await addCodes(coupons, 2)
    await nextNight()
    expect(await codesOf(coupons, ann.id)).toBe(0)
    await redeem(t, ann.code, bob)
    await drainEffects(t)
    await nextNight()
    expect(await codesOf(coupons, ann.id)).toBe(1)
  })

  it('is given once, whoever else gives it at the same time', async () => {
    const campaign = await aReferralCampaign(t)
    const coupons = await anEmptyCampaign()
    await aTier(t, campaign, { id: coupons.id })
    const ann = await aReferrer(t, campaign)
    for (let count = 0; count < 4; count += 1) await redeem(t, ann.code, unique('bob'))
    await drainEffects(t)
    await addCodes(coupons, 40)
    const { projectId } = t.keys
    const giveAtNight = () =>
      inTransaction(t.db, (tx) =>
        owedAwardsStep.run(tx, {
          call: toOwnCall(projectId, t.clock.now()),
          projectId,
          timeZone: 'UTC',
          today: '2026-01-01',
          completeTo: null,
          state: null,
          cardsMax: Number.POSITIVE_INFINITY,
          failed: [],
          failedBefore: [],
          takes: () => undefined,
          warn: () => undefined,
        }),
      )
    await redeem(t, ann.code, unique('bob'))
    await Promise.all([...Array.from({ length: 12 }, giveAtNight), drainEffects(t)])
    expect(await codesOf(coupons, ann.id)).toBe(5)
  })
})
