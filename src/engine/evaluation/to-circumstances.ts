import type { JsonObject } from '../../kernel/json.ts'
import type { Call } from '../context.ts'
import type { Customer } from '../customers/index.ts'
import { catalogKey } from '../orders/index.ts'
import type { Circumstances } from './circumstances.ts'
import type { RedeemInput } from './request-body.ts'
import type { EvaluationState } from './state.ts'

/** The customer as rules and formulas look at them; segments are those they are known to be in. */
export const toRuleCustomer = (
  customer: Customer | undefined,
  segmentIds: readonly string[] = [],
): Circumstances['customer'] =>
  customer && {
    id: customer.id,
    metadata: customer.metadata as JsonObject,
    segmentIds,
    birthdate: customer.birthdate,
  }

/** What is the same for all redeemables of one request. Throws for a project that is not in `state`. */
export function toCircumstances(
  state: EvaluationState,
  { projectId, appId, now }: Pick<Call, 'projectId' | 'appId' | 'now'>,
  {
    input,
    customer,
  }: {
    input: Pick<RedeemInput, 'metadata' | 'session'>
    customer: Circumstances['customer']
  },
): Circumstances {
  const project = state.projects.get(projectId)
  if (!project) throw new Error(`project ${projectId} was not loaded`)
  return {
    now,
    timeZone: project.timeZone,
    stackingRules: project.stackingRules,
    customer,
    metadata: input.metadata,
    appId,
    sessionKey: input.session?.key ?? null,
    sessionsOf: (voucherId) => state.sessions.get(voucherId) ?? [],
    usageOf: (text) => state.usage.get(text) ?? 0,
    productOf: (id) =>
      state.catalog.get(
        catalogKey({ projectId, object: id.startsWith('sku_') ? 'sku' : 'product', id }),
      ),
    askedRules: 'all',
    needsWholeBundles: true,
  }
}
