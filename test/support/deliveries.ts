import { callManagement, type Server } from './server.ts'

export type DeliveryView = {
  id: number
  mapping_id: string | null
  message_id: string
  event: string | null
  outcome: 'delivered' | 'filtered' | 'failed' | 'pending'
  reason: string | null
  message: string | null
  status: number | null
  attempts: number
}

/** Everything that is recorded about a destination, newest first. */
export async function listDeliveries(
  server: Server,
  destinationId: string,
): Promise<DeliveryView[]> {
  const rows: DeliveryView[] = []
  for (let next: string | null = ''; next !== null; ) {
    const after: string = next === '' ? '' : `&starting_after=${encodeURIComponent(next)}`
    const page = await callManagement(
      server,
      `/api/v1/deliveries?destination_id=${destinationId}&limit=100${after}`,
    )
    rows.push(...page.data)
    next = page.next
  }
  return rows
}
