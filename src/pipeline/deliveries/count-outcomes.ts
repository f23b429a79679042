import type { Metrics } from '../../platform/metrics.ts'
import type { DeliveryResult } from './delivery.ts'

/** Counts final outcomes for `/metrics`; what is pending is counted once it is final. */
export function countOutcomes(metrics: Metrics, results: readonly DeliveryResult[]): void {
  for (const outcome of ['delivered', 'filtered', 'failed'] as const) {
    const count = results.filter((result) => result.outcome === outcome).length
    if (count > 0) metrics.deliveries.inc({ outcome }, count)
  }
}
