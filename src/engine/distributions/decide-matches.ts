import { isPlainObject, type Json } from '../../kernel/json.ts'
import type { Happening } from '../effects/index.ts'
import { BY_HAND, type Distribution } from './distribution.ts'

/** A message that a distribution would send. */
export type Wish = { distribution: Distribution; happening: Happening; customerId: string }

/** Which distributions are to be sent upon what happened, in its order. What happened to nobody in particular sends none. */
export function decideMatches(
  distributions: readonly Distribution[],
  happenings: readonly Happening[],
): Wish[] {
  return happenings.flatMap((happening) => {
    const { customerId } = happening
    if (customerId === null) return []
    return distributions
      .filter((distribution) => isMeant(distribution, happening))
      .map((distribution) => ({ distribution, happening, customerId }))
  })
}

function isMeant(distribution: Distribution, { type, data, createdAt }: Happening): boolean {
  const { trigger, setLiveAt, endpoint } = distribution
  if (trigger.event !== type) return false
  // What was scheduled waits at the endpoint while the distribution is paused.
  if (type === BY_HAND) return idOf(data['distribution']) === distribution.id
  if (!endpoint.isEnabled || createdAt < setLiveAt) return false
  // A code that a distribution gave is no reason to give another one: they would go round among them.
  if (distribution.campaignId !== null && isOfDistribution(data['publication'])) return false
  return (
    isWanted(trigger.customEvent, member(data['event'], 'type')) &&
    isWanted(trigger.segmentId, idOf(data['segment'])) &&
    isWanted(trigger.campaignId, idOf(data['campaign']))
  )
}

const isOfDistribution = (publication: Json | undefined): boolean =>
  typeof member(member(publication, 'metadata'), 'distribution_id') === 'string'

const isWanted = (wanted: string | null, actual: Json | undefined): boolean =>
  wanted === null || wanted === actual

const member = (value: Json | undefined, key: string): Json | undefined =>
  isPlainObject(value) ? (value as { [key: string]: Json })[key] : undefined

const idOf = (value: Json | undefined): Json | undefined => member(value, 'id')
