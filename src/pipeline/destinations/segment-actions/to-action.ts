import type { JsonObject } from '../../../kernel/json.ts'
import type { FieldDefinitions } from '../../fields/index.ts'
import { batchFields } from '../batch-fields.ts'
import { checkSettings, type SettingsRules } from '../check-settings.ts'
import type {
  PerformAction,
  Performance,
  Performed,
  PerformedCall,
  Settings,
} from '../definition.ts'
import type { Foreign, ForeignAction, ForeignTokens } from './foreign.ts'
import { clientFor, personasOf, SYNC_MODE, toBundle, withinTime } from './perform.ts'
import { refreshOf, withTokens } from './renew-tokens.ts'
import { toFields } from './to-fields.ts'
import { ofBatchValue, ofError, ofValue } from './to-performed.ts'
import { withoutTokens } from './tokens.ts'

/** What the actions of one destination have in common. */
export type Common = Foreign & { rules: SettingsRules<Settings> }

/** Calls that foreign code gets together, as a batch or one alone. */
type Group = { calls: readonly PerformedCall[]; isBatch: boolean }

/** A foreign action as one of ours that sends by itself (§6.2, §6.3). Throws for fields that ours cannot have. */
export function toAction(common: Common, key: string, action: ForeignAction): PerformAction {
  const { title = key, description = '', defaultSubscription = '', fields = {} } = action
  const performGroup = (group: Group, performance: Performance): Promise<Performed[]> =>
    perform(common, action, group, performance)
  return {
    title,
    description,
    defaultTrigger: defaultSubscription,
    fields: { ...toFields(fields), ...addedFields(action) },
    perform: async (call, performance) => {
      const group = { calls: [call], isBatch: false }
      const [performed] = await performGroup(group, limited(performance))
      return performed as Performed
    },
    ...(action.performBatch && {
      performBatch: (calls: readonly PerformedCall[], performance: Performance) => {
        const inTime = limited(performance)
        return byAudience(common, calls, (group) =>
          performGroup({ calls: group, isBatch: true }, inTime),
        )
      },
    }),
  }
}

const limited = (performance: Performance): Performance => ({
  ...performance,
  send: withinTime(performance.send),
})

/** What the published framework adds to the fields that an action declares, and its screens to a mapping. */
function addedFields({ fields = {}, performBatch, syncMode }: ForeignAction): FieldDefinitions {
  const added: FieldDefinitions = {
    ...(performBatch && batchFields([])),
    ...(syncMode && {
      [SYNC_MODE]: {
        label: syncMode.label ?? 'Sync Mode',
        ...(syncMode.description !== undefined && { description: syncMode.description }),
        type: 'string',
        ...(syncMode.choices?.length && { choices: syncMode.choices }),
        ...(syncMode.default !== undefined && { default: syncMode.default }),
      },
    }),
  }
  return Object.fromEntries(Object.entries(added).filter(([key]) => !Object.hasOwn(fields, key)))
}

/** Never throws for what foreign code is known to throw; says what came of each call of the group. */
async function perform(
  common: Common,
  action: ForeignAction,
  group: Group,
  performance: Performance,
): Promise<Performed[]> {
  const forAll = (performed: Performed): Performed[] => group.calls.map(() => performed)
  const checked = checkSettings(common.rules, performance.settings)
  if (!checked.ok) return forAll({ kind: 'refused', ...checked })
  const settings = withoutTokens(checked.settings)
  const attempt = async (tokens: ForeignTokens): Promise<Performed[]> => {
    try {
      return await runAction(common, action, group, { performance, settings, tokens })
    } catch (error) {
      return forAll(ofError(error))
    }
  }
  try {
    return await withTokens(performance, refreshOf(common, performance.send, settings), attempt)
  } catch (error) {
    return forAll(ofError(error))
  }
}

async function runAction(
  common: Common,
  action: ForeignAction,
  { calls, isBatch }: Group,
  {
    performance: { send, mapping },
    settings,
    tokens,
  }: { performance: Performance; settings: JsonObject; tokens: ForeignTokens },
): Promise<Performed[]> {
  const [call] = calls
  const bundle = toBundle(
    common,
    action,
    { mapping, settings, tokens },
    isBatch || !call ? calls : call,
  )
  const client = clientFor(common, send, bundle)
  if (isBatch)
    return ofBatchValue(common.core, await action.performBatch?.(client, bundle), calls.length)
  return [ofValue(common.core, await action.perform(client, bundle))]
}

/** Runs calls of a batch by their audiences: foreign code reads the audience from the first of them (§6.3.3). */
async function byAudience(
  { definition }: Common,
  calls: readonly PerformedCall[],
  run: (group: readonly PerformedCall[]) => Promise<Performed[]>,
): Promise<Performed[]> {
  const groups = new Map<string, PerformedCall[]>()
  for (const call of calls) {
    const key = definition.audienceConfig ? audienceOf(call) : ''
    groups.set(key, [...(groups.get(key) ?? []), call])
  }
  const performed = new Map<PerformedCall, Performed>()
  for (const group of groups.values())
    for (const [index, one] of (await run(group)).entries())
      performed.set(group[index] as PerformedCall, one)
  return calls.map((call) => performed.get(call) as Performed)
}

function audienceOf({ event }: PerformedCall): string {
  const personas = personasOf(event) ?? {}
  const { computation_key, external_audience_id, audience_settings } = personas
  return JSON.stringify([computation_key, external_audience_id, audience_settings])
}
