import { sendByHand } from '../../../../src/engine/distributions/index.ts'
import { drainEffects } from '../../../support/effects.ts'
import type { CallAnswer } from '../../../support/test-app.ts'
import { type Hooks, useHooks } from '../webhooks/support.ts'

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
  return Object.assign(Object.create(t) as Hooks, {
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
      const { status, body } = await t.call('POST', '/v1/events', { event, customer, ...more })
      if (status !== 200) throw new Error(JSON.stringify(body))
    },
  })
}
