import { describe, expect, it } from 'vitest'
import type { Happening } from '../effects/index.ts'
import { decideMatches } from './decide-matches.ts'
import type { Distribution, Trigger } from './distribution.ts'

const NOW = new Date('2026-06-01T12:00:00Z')

const aDistribution = (
  trigger: Partial<Trigger>,
  more: Partial<Distribution> = {},
): Distribution => ({
  id: 'distr_1',
  projectId: 'proj_1',
  name: 'One',
  trigger: {
    event: 'customer.custom_event',
    customEvent: null,
    segmentId: null,
    campaignId: null,
    ...trigger,
  },
  eventName: 'told',
  body: null,
  campaignId: null,
  promotionTierId: null,
  limits: { perDay: null, perMonth: null },
  setLiveAt: NOW,
  doneAt: null,
  createdAt: NOW,
  updatedAt: null,
  endpoint: {
    targetUrl: 'https://example.com',
    headersSealed: null,
    isEnabled: true,
    disabledReason: null,
    health: { failures: 0, lastFailure: null, lastSuccessAt: null, nextAttemptAt: null },
  },
  ...more,
})

const aHappening = (
  type: Happening['type'],
  data: Happening['data'] = {},
  more: Partial<Happening> = {},
): Happening => ({
  occurrenceId: 'evcus_1',
  projectId: 'proj_1',
  type,
  customerId: 'cust_1',
  data,
  call: { projectId: 'proj_1', appId: '', groupId: 'v-1', channel: 'INTERNAL', now: NOW },
  createdAt: NOW,
  hops: 0,
  ...more,
})

const isSent = (distribution: Distribution, happening: Happening): boolean =>
  decideMatches([distribution], [happening]).length === 1

const PAUSED = { endpoint: { ...aDistribution({}).endpoint, isEnabled: false } }
const EVENT = aHappening('customer.custom_event', { event: { type: 'sign_up' } })
const BY_HAND = aHappening('manual_distribution_schedule', { distribution: { id: 'distr_1' } })

describe('a distribution is sent', () => {
  it.each<[string, boolean, Distribution, Happening]>([
    ['upon its event', true, aDistribution({}), EVENT],
    ['not upon another', false, aDistribution({ event: 'customer.created' }), EVENT],
    ['upon its custom event', true, aDistribution({ customEvent: 'sign_up' }), EVENT],
    ['not upon another custom event', false, aDistribution({ customEvent: 'visit' }), EVENT],
    [
      'for its segment',
      true,
      aDistribution({ event: 'customer.segment.left', segmentId: 'seg_1' }),
      aHappening('customer.segment.left', { segment: { id: 'seg_1' } }),
    ],
    [
      'not for another segment',
      false,
      aDistribution({ event: 'customer.segment.left', segmentId: 'seg_1' }),
      aHappening('customer.segment.left', { segment: { id: 'seg_2' } }),
    ],
    [
      'not where no campaign is',
      false,
      aDistribution({ event: 'customer.redemption.succeeded', campaignId: 'camp_1' }),
      aHappening('customer.redemption.succeeded', { campaign: null }),
    ],
    ['not to nobody in particular', false, aDistribution({}), { ...EVENT, customerId: null }],
    ['not while it is paused', false, aDistribution({}, PAUSED), EVENT],
    [
      'not upon what happened before it was live',
      false,
      aDistribution({}, { setLiveAt: new Date(NOW.getTime() + 1) }),
      EVENT,
    ],
    [
      'by hand, where it is the one',
      true,
      aDistribution({ event: 'manual_distribution_schedule' }),
      BY_HAND,
    ],
    [
      'not by hand, where it is another',
      false,
      aDistribution({ event: 'manual_distribution_schedule' }, { id: 'distr_2' }),
      BY_HAND,
    ],
    [
      'by hand to those who were reached before it was paused',
      true,
      aDistribution({ event: 'manual_distribution_schedule' }, PAUSED),
      BY_HAND,
    ],
    [
      'not upon a code that a distribution gave, where it would give one itself',
      false,
      aDistribution({ event: 'customer.publication.succeeded' }, { campaignId: 'camp_1' }),
      aHappening('customer.publication.succeeded', {
        publication: { metadata: { distribution_id: 'distr_2' } },
      }),
    ],
    [
      'upon a code that a distribution gave, where it only tells of it',
      true,
      aDistribution({ event: 'customer.publication.succeeded' }),
      aHappening('customer.publication.succeeded', {
        publication: { metadata: { distribution_id: 'distr_2' } },
      }),
    ],
  ])('%s', (_, isMeant, distribution, happening) => {
    expect(isSent(distribution, happening)).toBe(isMeant)
  })

  it('for each thing that happened in its order, each distribution in its own', () => {
    const [one, two] = [aDistribution({}), aDistribution({}, { id: 'distr_2' })]
    const happenings = [EVENT, { ...EVENT, occurrenceId: 'evcus_2' }]
    const wishes = decideMatches([one, two], happenings)
    expect(
      wishes.map(({ distribution, happening }) => [happening.occurrenceId, distribution.id]),
    ).toEqual([
      ['evcus_1', 'distr_1'],
      ['evcus_1', 'distr_2'],
      ['evcus_2', 'distr_1'],
      ['evcus_2', 'distr_2'],
    ])
  })
})
