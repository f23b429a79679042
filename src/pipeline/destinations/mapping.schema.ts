import { z } from 'zod'
import { toIso } from '../../kernel/time.ts'
import { TIMESTAMP } from '../../platform/management/index.ts'
import { findDefinition } from './catalog.ts'
import { inspectMapping, type Remark } from './check-mapping.ts'
import { findAction, type MappingJson } from './definition.ts'
import { DESTINATION_PARAMS, NAME, WARNINGS } from './destination.schema.ts'
import type { Destination, Mapping } from './destination.ts'

const TRIGGER_LENGTH_MAX = 20_000

const trigger = z
  .string()
  .max(TRIGGER_LENGTH_MAX)
  .describe('For which calls: `type = "track" and event = "Order Completed"`.')
const mapping = z
  .record(z.string(), z.unknown())
  .transform((value) => value as MappingJson)
  .describe('A value or a directive for each field of the action.')
/** Trigger and mapping as callers send them. */
export const MAPPING_TEXT = { trigger, mapping }
const position = z.int().min(0).describe('Its place among the mappings of the destination, from 0.')

export const MAPPING_VIEW = z
  .object({
    id: z.string(),
    destination_id: z.string(),
    name: z.string(),
    action: z.string().describe('The key of an action of the destination.'),
    trigger: z.string(),
    mapping: z.record(z.string(), z.unknown()),
    enabled: z.boolean(),
    position,
    warnings: WARNINGS,
    created_at: TIMESTAMP,
    updated_at: TIMESTAMP.nullable(),
  })
  .meta({ id: 'Mapping', description: 'What is done with which calls of a destination.' })

export const toMappingView = (
  mapping: Mapping,
  destination: Destination,
): z.infer<typeof MAPPING_VIEW> => ({
  id: mapping.id,
  destination_id: mapping.destinationId,
  name: mapping.name,
  action: mapping.action,
  trigger: mapping.trigger,
  mapping: mapping.mapping,
  enabled: mapping.isEnabled,
  position: mapping.sortOrder,
  warnings: warningsOf(mapping, destination),
  created_at: toIso(mapping.createdAt),
  updated_at: mapping.updatedAt && toIso(mapping.updatedAt),
})

/** All there is to say about a mapping, errors too: a stored one may not fit this version any more. */
function warningsOf(mapping: Mapping, { definition: slug }: Destination): Remark[] {
  const definition = findDefinition(slug)
  const action = definition && findAction(definition, mapping.action)
  if (!action) return [{ path: '/action', message: `is no action of ${slug}` }]
  const { problems, warnings } = inspectMapping(action, mapping)
  return [...problems, ...warnings]
}

export const NEW_MAPPING = z.strictObject({
  action: z.string().describe('The key of an action of the destination.'),
  name: NAME.optional().describe('Else the title of the action.'),
  trigger: trigger.optional(),
  mapping: mapping.optional(),
  enabled: z.boolean().default(false),
})

export const MAPPING_CHANGES = z.strictObject({
  name: NAME.optional(),
  trigger: trigger.optional(),
  mapping: mapping.optional(),
  enabled: z.boolean().optional(),
  position: position.optional(),
})

export const MAPPING_PARAMS = DESTINATION_PARAMS.extend({
  mapping_id: z.string().describe('The id of a mapping.'),
})

/** The place of the last mapping of a page, as cursors carry it. */
export const MAPPING_CURSOR = z.tuple([z.int32()]).transform(([place]) => place)
