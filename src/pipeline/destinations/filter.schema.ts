import { z } from 'zod'
import type { JsonObject } from '../../kernel/json.ts'
import { toIso } from '../../kernel/time.ts'
import { LIMITS } from '../../platform/limits.ts'
import { TIMESTAMP } from '../../platform/management/index.ts'
import type { ExplainedRule, FilterAction } from '../filters/index.ts'
import { inspectFilter } from './check-filter.ts'
import type { Remark } from './check-mapping.ts'
import { DESTINATION_PARAMS, EXPLAIN, WARNINGS } from './destination.schema.ts'
import type { DestinationFilter } from './filter.ts'

const title = z
  .string()
  .trim()
  .min(1)
  .max(LIMITS.filterTitleLengthMax)
  .describe('Event Delivery shows it with the events that the filter kept back.')
const description = z.string().trim().max(LIMITS.nameLengthMax).nullable()
const condition = z
  .string()
  .describe(
    "For which events, in the filter query language: `type = 'track' and properties.total > 10`; `all` for every event.",
  )
const fields = z
  .record(z.string(), z.array(z.string()))
  .refine((paths) => Object.keys(paths).length > 0, { message: 'should name a path' })
  .describe(
    'For paths of the event, the names of members there: `{"properties": ["email"]}`. The path "" is the event ' +
      'itself; a list stands for each of its elements.',
  )

const ACTION = z
  .discriminatedUnion('type', [
    z.strictObject({ type: z.literal('DROP') }),
    z.strictObject({
      type: z.literal('SAMPLE'),
      percent: z.number().min(0).max(1).describe('The share of events that is sent: 0.1 is 10 %.'),
      path: z
        .string()
        .optional()
        .describe('Events with the same value here share one fate; without it, each has its own.'),
    }),
    z.strictObject({ type: z.literal('DROP_PROPERTIES'), fields }),
    z.strictObject({ type: z.literal('ALLOW_PROPERTIES'), fields }),
  ])
  .describe(
    '`DROP` sends no such event, `SAMPLE` a share of them, `DROP_PROPERTIES` sends them without these fields, ' +
      '`ALLOW_PROPERTIES` with only these.',
  )

const actions = z
  .array(ACTION)
  .min(1)
  .refine((all) => new Set(all.map(({ type }) => type)).size === all.length, {
    message: 'should name each action once',
  })
  .describe(
    'What is done with these events, in the order Sample, Drop, DropProperties, AllowProperties.',
  )

export const FILTER_VIEW = z
  .object({
    id: z.string(),
    destination_id: z.string(),
    title: z.string(),
    description: z.string().nullable(),
    if: z.string(),
    actions: z.array(ACTION),
    enabled: z.boolean(),
    warnings: WARNINGS.describe('Why it cannot be run. While it is enabled no event is sent.'),
    created_at: TIMESTAMP,
    updated_at: TIMESTAMP.nullable(),
  })
  .meta({ id: 'DestinationFilter', description: 'What a destination does not get.' })

export const toFilterView = (filter: DestinationFilter): z.infer<typeof FILTER_VIEW> => ({
  id: filter.id,
  destination_id: filter.destinationId,
  title: filter.title,
  description: filter.description,
  if: filter.condition,
  actions: filter.actions.map(toActionView),
  enabled: filter.isEnabled,
  warnings: inspectFilter(filter),
  created_at: toIso(filter.createdAt),
  updated_at: filter.updatedAt && toIso(filter.updatedAt),
})

const toActionView = (action: FilterAction) => action as z.infer<typeof ACTION>

const CONTENT = { if: condition, actions }

export const NEW_FILTER = z.strictObject({
  title,
  description: description.optional(),
  ...CONTENT,
  enabled: z.boolean().default(true),
})

export const FILTER_CHANGES = z.strictObject({
  title: title.optional(),
  description: description.optional(),
  if: condition.optional(),
  actions: actions.optional(),
  enabled: z.boolean().optional(),
})

export const FILTER_PARAMS = DESTINATION_PARAMS.extend({
  filter_id: z.string().describe('The id of a filter.'),
})

export const FILTER_PREVIEW = z.strictObject({
  ...CONTENT,
  event: z
    .record(z.string(), z.unknown())
    .transform((value) => value as JsonObject)
    .describe('The event to try it with, as destinations get it.'),
})

export const FILTER_PREVIEW_VIEW = z
  .object({
    passes: z.boolean().describe('Whether the event is sent on.'),
    matched: z.boolean().describe('Whether the condition holds.'),
    match: EXPLAIN.nullable().describe('Why; null when the condition cannot be read.'),
    actions: z
      .array(EXPLAIN)
      .describe(
        'What each action says of the event, in their order; none where the condition does not hold.',
      ),
    event: z
      .record(z.string(), z.unknown())
      .nullable()
      .describe('The event as mappings see it; null when it is not sent.'),
    problems: WARNINGS.describe('Why the filter could not be saved.'),
  })
  .meta({ id: 'FilterPreview', description: 'What a filter would do with an event.' })

export const toFilterPreviewView = (
  { match, ...explained }: ExplainedRule,
  problems: Remark[],
): z.infer<typeof FILTER_PREVIEW_VIEW> => ({
  ...explained,
  matched: match?.passed ?? false,
  match,
  problems,
})
