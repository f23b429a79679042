import type { FieldDefinitions } from '../../fields/index.ts'
import type { ActionDefinition } from '../definition.ts'
import { caller, common, member, nameAndCategory, properties, traits } from './call-fields.ts'
import { type CallType, toTrackingRequest } from './to-tracking-request.ts'

/** The action for calls of one type; its fields are the members of such a call, by their names in the spec. */
const forward = (
  title: string,
  type: CallType,
  description: string,
  fields: FieldDefinitions,
): ActionDefinition => ({
  title,
  description,
  defaultTrigger: `type = "${type}"`,
  fields: { ...fields, ...common },
  toRequest: (payload, settings) => toTrackingRequest(type, payload, settings),
})

export const sendTrack = forward('Send Track', 'track', 'Sends what somebody did.', {
  ...caller,
  ...member('event', 'string', {
    label: 'Event Name',
    description: 'What was done.',
    required: true,
  }),
  ...properties,
})

export const sendIdentify = forward('Send Identify', 'identify', 'Sends who somebody is.', {
  ...caller,
  ...traits('user'),
})

export const sendPage = forward('Send Page', 'page', 'Sends that a page was viewed.', {
  ...caller,
  ...nameAndCategory('page'),
  ...properties,
})

export const sendScreen = forward('Send Screen', 'screen', 'Sends that a screen was viewed.', {
  ...caller,
  ...nameAndCategory('screen'),
  ...properties,
})

export const sendGroup = forward('Send Group', 'group', 'Sends which group somebody belongs to.', {
  ...caller,
  ...member('groupId', 'string', {
    label: 'Group ID',
    description: 'The id of the group.',
    required: true,
  }),
  ...traits('group'),
})

export const sendAlias = forward('Send Alias', 'alias', 'Sends that two ids are the same user.', {
  ...member('userId', 'string', {
    label: 'User ID',
    description: 'The id that stays.',
    required: true,
  }),
  ...member('previousId', 'string', {
    label: 'Previous ID',
    description: 'The id that the user had before.',
    required: true,
  }),
})
