import { isPlainObject } from '../../kernel/json.ts'
import { LIMITS } from '../../platform/limits.ts'
import { isCallType, type Refusal, type RejectionReason, type TrackingEvent } from './call.ts'

const DEPTH_MAX = LIMITS.trackingDepthMax
const CONSENT_EVENT = 'Segment Consent Preference Updated'

const refuse = (reason: RejectionReason, message: string): Refusal => ({ reason, message })

/** Why a normalised call cannot be accepted, the first reason that applies; undefined when it can (§1.7). */
export function decideAcceptance(event: TrackingEvent): Refusal | undefined {
  if (!isCallType(event.type)) return refuse('bad_request', 'The type of the call is unknown')
  if (event.messageId.length > LIMITS.trackingMessageIdLengthMax)
    return refuse('bad_request', 'messageId must be shorter than 100 characters')
  return (
    decideIds(event) ??
    decideEventName(event) ??
    decideDetails(event) ??
    decidePageNames(event) ??
    decideDevice(event) ??
    decideConsent(event) ??
    decideDepth(event)
  )
}

function decideIds(event: TrackingEvent): Refusal | undefined {
  const { userId, anonymousId } = event
  if (userId === undefined && anonymousId === undefined && event.type !== 'alias')
    return refuse('no_user_anon_id', 'A call needs a userId or an anonymousId')
  for (const name of ['userId', 'anonymousId'])
    if (event[name] !== undefined && !isName(event[name]))
      return refuse('id_not_string', `${name} must be a non-empty string`)
  // The reference has no codes of their own for these two (§1.7 rule 4).
  if (event.type === 'group') return decideRequiredId(event, 'groupId')
  if (event.type === 'alias')
    return decideRequiredId(event, 'userId') ?? decideRequiredId(event, 'previousId')
  return undefined
}

function decideRequiredId(event: TrackingEvent, name: string): Refusal | undefined {
  if (event[name] === undefined || event[name] === '')
    return refuse('id_required', `The call ${event.type} needs a ${name}`)
  if (typeof event[name] !== 'string') return refuse('id_not_string', `${name} must be a string`)
  return undefined
}

function decideEventName({ type, event }: TrackingEvent): Refusal | undefined {
  if (type !== 'track') return undefined
  if (event === undefined || event === null || event === '')
    return refuse('event_not_defined', 'The call track needs an event')
  if (typeof event !== 'string') return refuse('event_not_string', 'event must be a string')
  return undefined
}

function decideDetails({ properties, traits }: TrackingEvent): Refusal | undefined {
  if (isPresent(properties) && !isPlainObject(properties))
    return refuse('properties_not_object', 'properties must be an object')
  if (isPresent(traits) && !isPlainObject(traits))
    return refuse('traits_not_object', 'traits must be an object')
  return undefined
}

function decidePageNames({ type, name, category }: TrackingEvent): Refusal | undefined {
  if (type !== 'page' && type !== 'screen') return undefined
  if (name !== undefined && !isName(name)) return refuse('name_not_string', 'name must be a string')
  if (category !== undefined && !isName(category))
    return refuse('category_not_string', 'category must be a string')
  return undefined
}

function decideDevice({ context }: TrackingEvent): Refusal | undefined {
  const device = isPlainObject(context) ? context['device'] : undefined
  const advertisingId = isPlainObject(device) ? device['advertisingId'] : undefined
  if (isPresent(advertisingId) && typeof advertisingId !== 'string')
    return refuse(
      'device_advertisingid_should_be_string',
      'context.device.advertisingId must be a string',
    )
  return undefined
}

function decideConsent({ type, event, context }: TrackingEvent): Refusal | undefined {
  if (type !== 'track' || event !== CONSENT_EVENT) return undefined
  const consent = isPlainObject(context) ? context['consent'] : undefined
  const { categoryPreferences, version } = isPlainObject(consent) ? consent : {}
  const field = 'context.consent.categoryPreferences'
  if (!isPresent(categoryPreferences))
    return refuse('consent_categorypreferences_should_exist', `${field} must be given`)
  if (!isPlainObject(categoryPreferences))
    return refuse(
      'consent_categorypreferences_fields_should_be_object',
      `${field} must be an object`,
    )
  if (Object.values(categoryPreferences).some((preference) => typeof preference !== 'boolean'))
    return refuse(
      'consent_categorypreferences_fields_should_be_bool',
      `Each member of ${field} must be true or false`,
    )
  if (isPresent(version) && typeof version !== 'number')
    return refuse('consent_version_should_be_number', 'context.consent.version must be a number')
  return undefined
}

/** Objects nested without end would exhaust the stack of whoever reads them, PostgreSQL's first. */
function decideDepth(event: TrackingEvent): Refusal | undefined {
  return isDeeperThan(event, DEPTH_MAX)
    ? refuse('bad_request', `A call may nest at most ${DEPTH_MAX} objects and lists`)
    : undefined
}

function isDeeperThan(value: unknown, depth: number): boolean {
  if (typeof value !== 'object' || value === null) return false
  if (depth === 0) return true
  for (const member of Object.values(value)) if (isDeeperThan(member, depth - 1)) return true
  return false
}

const isPresent = (value: unknown): boolean => value !== undefined && value !== null
const isName = (value: unknown): boolean => typeof value === 'string' && value !== ''
