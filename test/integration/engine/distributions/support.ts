import { sendByHand } from '../../../../src/engine/distributions/index.ts'
import { drainEffects } from '../../../support/effects.ts'
import type { CallAnswer } from '../../../support/test-app.ts'
import { type Hooks, useHooks } from '../webhooks/support.ts'

/** The trigger of what is sent by hand. */
export const byHand = (segment: string) => ({ event: 'manual_distribution_schedule', segment })

export type Distributions = Hooks & {
  /** Makes a distribution to `/d` of the receiver; its view. Throws what was refused. */
  // biome-ignore lint/suspicious/noExplicitAny: answers are what tests look into, field by field.
  distribute(trigger: object, more?: object): Promise<any>
  tryToDistribute(trigger: object, more?: object): Promise<CallAnswer>
  /** Lets everything follow from what happened, and sends what is due. */
  settle(): Promise<void>
  // biome-ignore lint/suspicious/noExplicitAny: as above.
  deliveriesOf(id: string, query?: string): Promise<any[]>
  track(event: string, customer?: object, more?: object): Promise<void>
  /** What a POST made; throws what was refused. */
  // biome-ignore lint/suspicious/noExplicitAny: as above.
  create(url: string, body: object): Promise<any>
  /** A campaign that makes as many codes as are asked for. */
  // biome-ignore lint/suspicious/noExplicitAny: as above.
  aCampaign(more?: object): Promise<any>
  /** The id of a static segment of customers, who are made. */
  aSegment(customers: string[]): Promise<string>
}

/** The app with a receiver of messages; distributions end with each test. */
export function useDistributions(): Distributions {
  const t = useHooks()
  const tryToDistribute: Distributions['tryToDistribute'] = (trigger, more = {}) =>
    t.manage('POST', '/api/v1/distributions', {
      name: 'A distribution',
      trigger,
      target_url: `${t.address}/d`,
      ...more,
    })
  const create: Distributions['create'] = async (url, body) => {
    const answer = await t.call('POST', url, body)
    if (answer.status !== 200) throw new Error(JSON.stringify(answer.body))
    return answer.body
  }
  let names = 0
  return Object.assign(Object.create(t) as Hooks, {
    create,
    aCampaign(more: object = {}) {
      names += 1
      return create('/v1/campaigns', {
        name: `Codes ${names}`,
        campaign_type: 'DISCOUNT_COUPONS',
        type: 'AUTO_UPDATE',
        voucher: { type: 'DISCOUNT_VOUCHER', discount: { type: 'AMOUNT', amount_off: 100 } },
        ...more,
      })
    },
    async aSegment(customers: string[]) {
      for (const source_id of customers) await create('/v1/customers', { source_id })
      names += 1
      const segment = { name: `Segment ${names}`, type: 'static', customers }
      return (await create('/v1/segments', segment)).id as string
    },
    tryToDistribute,
    async distribute(trigger: object, more?: object) {
      const { status, body } = await tryToDistribute(trigger, more)
      if (status !== 200) throw new Error(JSON.stringify(body))
      return body
    },
    async settle() {
      const { db, clock } = t
      await drainEffects({ db, clock })
      while (await sendByHand({ db, clock, announced: () => undefined }));
      await drainEffects({ db, clock })
      await t.sendAll()
    },
    async deliveriesOf(id: string, query = '') {
      return (await t.manage('GET', `/api/v1/distributions/${id}/deliveries?${query}`)).body.data
    },
    async track(event: string, customer: object = { source_id: 'anna' }, more: object = {}) {
      await create('/v1/events', { event, customer, ...more })
    },
  })
}
