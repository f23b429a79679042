import type { OrderInput } from './order.schema.ts'

/** How a request names an order: by our id or by the caller's. */
export type OrderReference = { projectId: string; id: string | null; sourceId: string | null }

/** How `input` names a stored order; undefined when it names none. An id counts before a `source_id` (R-ORD-06). */
export function toOrderReference(
  projectId: string,
  input: OrderInput | undefined,
): OrderReference | undefined {
  if (input?.id) return { projectId, id: input.id, sourceId: null }
  return input?.source_id ? { projectId, id: null, sourceId: input.source_id } : undefined
}

/** Under which keys an order is found in memory: by its id, then by the caller's. */
export const orderKeys = ({ projectId, id, sourceId }: OrderReference): string[] => [
  ...(id ? [`id ${projectId} ${id}`] : []),
  ...(sourceId ? [`source ${projectId} ${sourceId}`] : []),
]
