import type { Tx } from '../../platform/db.ts'
import type { Call } from '../context.ts'
import { createExport, type Export, parseExportParameters } from '../exports/index.ts'

/** Schedules an export of the transactions of a voucher or a campaign, narrowed as `body` asks (engine-core §4.6). */
export function exportTransactions(
  tx: Tx,
  call: Call,
  body: unknown,
  of: { voucher_id: string } | { campaign_id: string },
): Promise<Export> {
  const { parameters } = parseExportParameters(body)
  const own = Object.entries(of).map(([name, id]) => [name, { conditions: { $in: [id] } }])
  const filters = { ...parameters?.filters, ...Object.fromEntries(own) }
  return createExport(tx, call, {
    object: 'voucher_transactions',
    parameters: { ...parameters, filters },
  })
}
