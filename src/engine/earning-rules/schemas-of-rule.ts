import { notFound } from '../../kernel/api-error.ts'
import type { Db, Tx } from '../../platform/db.ts'
import { findSchemas, keepEventSchema, type ProjectSchemas } from '../metadata-schemas/index.ts'
import type { EarningRule } from './earning-rule.ts'
import { invalid } from './parse-calculation.ts'

/**
 * The schema that a rule names is that of its event, and is kept while the rule is there (M-9). Throws `not_found` and
 * `invalid_payload`.
 */
export async function refuseOtherSchema(
  tx: Tx,
  { projectId, event, eventSchemaId: id }: EarningRule,
): Promise<void> {
  if (id === null) return
  const schema = await keepEventSchema(tx, { projectId, id })
  if (!schema) throw notFound('custom_event_schema', id)
  if (schema.name === event) return
  throw invalid(`Property .custom_event.schema_id is of the event ${schema.name}, not of ${event}`)
}

type Measured = { name: string; schema: ReturnType<ProjectSchemas['ofObjects']['get']> }

/** Whose metadata a rule measures. */
function toMeasured(
  { calculation, event }: EarningRule,
  { ofObjects, ofEvents }: ProjectSchemas,
): Measured | undefined {
  if (calculation.type === 'FIXED') return undefined
  switch (calculation.measure) {
    case 'ORDER_METADATA':
      return { name: 'order', schema: ofObjects.get('order') }
    case 'CUSTOMER_METADATA':
      return { name: 'customer', schema: ofObjects.get('customer') }
    case 'CUSTOM_EVENT_METADATA':
      return { name: event, schema: ofEvents.get(event)?.schema }
    default:
      return undefined
  }
}

/**
 * Points in proportion are of a number (M-10): refuses what a schema defines as something else, or does not let be.
 * Where nothing is defined, values that are no numbers give no points. Throws `invalid_payload`.
 */
export async function refuseUnmeasurable(db: Db, rule: EarningRule): Promise<void> {
  const { calculation, projectId } = rule
  if (calculation.type === 'FIXED' || calculation.property === null) return
  const measured = toMeasured(rule, (await findSchemas(db, [projectId]))(projectId))
  if (!measured?.schema) return
  const { definitions, allowsDefinedOnly } = measured.schema
  const definition = definitions.get(calculation.property)
  const isMeasurable = definition ? definition.isNumber : !allowsDefinedOnly
  if (isMeasurable) return
  throw invalid(
    `Property .property should name a number in the metadata schema of ${measured.name}, which ${calculation.property} is not`,
  )
}
