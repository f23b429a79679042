import { z } from 'zod'
import type { Explain } from '../../kernel/explain.ts'
import type { Json } from '../../kernel/json.ts'
import { toIso } from '../../kernel/time.ts'
import { LIMITS } from '../../platform/limits.ts'
import { idParams, TIMESTAMP } from '../../platform/management/index.ts'
import { findDefinition } from './catalog.ts'
import type { Remark } from './check-mapping.ts'
import type { DestinationDefinition, Settings } from './definition.ts'
import { type Destination, ORDERINGS } from './destination.ts'
import { MASK, maskSettings } from './sealed-settings.ts'

export const NAME = z.string().trim().min(1).max(LIMITS.nameLengthMax)

export const WARNINGS = z
  .array(
    z.object({
      path: z.string().describe('The place, such as `/trigger` or `/mapping/event/@path`.'),
      message: z.string(),
      suggestion: z.string().optional().describe('What to write there instead.'),
    }),
  )
  .describe('What is doubtful about it.')

/** Why something passed or did not, as answers carry it. */
export const EXPLAIN = z
  .unknown()
  .transform((value) => value as Explain)
  .describe(
    'A tree: `what` was asked, whether it `passed`, what was `expected`, the `actual` value, a `message`, and ' +
      '`parts` of the same shape.',
  )

const ordering = z
  .enum(ORDERINGS)
  .describe(
    "`strict`: a person's later calls wait while an earlier one awaits its retry; `best_effort`: they go ahead.",
  )

const concurrency = z
  .int()
  .min(1)
  .max(LIMITS.deliveryConcurrencyMax)
  .describe('How many requests each worker may have under way to it.')

const SETTINGS = z.record(
  z.string(),
  z.unknown().transform((value) => value as Json),
)

export const DESTINATION_VIEW = z
  .object({
    id: z.string(),
    source_id: z.string().describe('The source whose calls it gets.'),
    definition: z.string().describe('The slug of its kind in the catalog.'),
    name: z.string(),
    enabled: z.boolean().describe('Nothing is sent to a destination that is not enabled.'),
    enabled_at: TIMESTAMP.nullable().describe('Since when; earlier calls are not for it.'),
    settings: z
      .record(z.string(), z.unknown())
      .describe(`By the keys of its kind. Secrets are never answered: \`${MASK}\`.`),
    ordering,
    concurrency,
    warnings: WARNINGS,
    created_at: TIMESTAMP,
    updated_at: TIMESTAMP.nullable(),
  })
  .meta({ id: 'Destination', description: 'Where calls of a source are sent, and how.' })

/** A destination without its secrets. One of a kind that this version does not know shows no settings. */
export function toDestinationView(destination: Destination): z.infer<typeof DESTINATION_VIEW> {
  const definition = findDefinition(destination.definition)
  const settings = definition ? maskSettings(definition, destination.settings) : {}
  return {
    id: destination.id,
    source_id: destination.sourceId,
    definition: destination.definition,
    name: destination.name,
    enabled: destination.enabledAt !== null,
    enabled_at: destination.enabledAt && toIso(destination.enabledAt),
    settings,
    ordering: destination.ordering,
    concurrency: destination.concurrency,
    warnings: definition ? settingsWarnings(definition, settings) : [],
    created_at: toIso(destination.createdAt),
    updated_at: destination.updatedAt && toIso(destination.updatedAt),
  }
}

export function settingsWarnings(definition: DestinationDefinition, settings: Settings): Remark[] {
  const message = definition.settingsHint?.(settings)
  return message === undefined ? [] : [{ path: '/settings', message }]
}

export const NEW_DESTINATION = z.strictObject({
  source_id: z.string(),
  definition: z.string().describe('The slug of a kind in the catalog: `voucherify-actions`.'),
  name: NAME.optional().describe('Else the name of its kind.'),
  settings: SETTINGS,
  setup: z
    .enum(['quick', 'custom'])
    .describe(
      '`quick` makes an enabled mapping of every preset (disabled where a required value is left to you), `custom` makes none.',
    ),
  ordering: ordering.default('best_effort'),
  concurrency: concurrency.default(LIMITS.deliveryConcurrencyPerDestination),
  enabled: z.boolean().default(false),
})

export const DESTINATION_CHANGES = z.strictObject({
  name: NAME.optional(),
  enabled: z.boolean().optional(),
  ordering: ordering.optional(),
  concurrency: concurrency.optional(),
  settings: SETTINGS.optional().describe(
    `Settings that are not given stay, also secrets given as \`${MASK}\`; null removes one.`,
  ),
})

export const CONNECTION_TEST = z
  .object({
    ok: z.boolean().nullable().describe('Null when this kind of destination has nothing to test.'),
    status: z.int().nullable().describe('The status of the answer; null when there was none.'),
    message: z
      .string()
      .nullable()
      .describe('What is wrong, or why there is nothing to test; null when the test passed.'),
    warnings: WARNINGS,
  })
  .meta({ id: 'ConnectionTest', description: 'Whether the other side takes calls.' })

export const DESTINATION_PARAMS = idParams('The id of a destination.')
