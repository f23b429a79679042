import { type DestinationDefinition, defaultMapping } from '../definition.ts'
import * as actions from './actions.ts'
import { rules, settingsHint } from './settings.ts'
import { readTestAnswer, toTestRequest } from './to-tracking-request.ts'

/**
 * Segment-compatible endpoint: calls go on to whatever speaks the Tracking API (§1): Segment, RudderStack,
 * another Promoloop. One action for each type of call, by the keys of Segment's own destination for this.
 */
export const segmentEndpoint: DestinationDefinition = {
  slug: 'segment-endpoint',
  name: 'Segment-compatible endpoint',
  description:
    'Forwards calls to Segment, RudderStack, another Promoloop or anything else that takes the calls of Segment.',
  mode: 'cloud',
  supportedCalls: ['track', 'identify', 'page', 'screen', 'group', 'alias'],
  ...rules,
  settingsHint,
  toTestRequest,
  readTestAnswer,
  actions: { ...actions },
  presets: Object.entries(actions).map(([key, action]) => ({
    name: action.title,
    action: key,
    trigger: action.defaultTrigger,
    mapping: defaultMapping(action),
  })),
}
