import type { FastifyInstance } from 'fastify'
import { invariant } from '../../kernel/assert.ts'
import { toIso } from '../../kernel/time.ts'
import type { Tx } from '../../platform/db.ts'
import { command, toCall, toListView } from '../api/index.ts'
import { purgeCampaign } from '../campaigns/index.ts'
import type { Call, EngineDeps } from '../context.ts'
import { deleteProduct, deleteSku } from '../products/index.ts'
import { deleteVoucherById } from '../vouchers/index.ts'
import { type BinEntry, getBinEntry, listBin } from './trash-bin.repo.ts'
import { parseBinList } from './trash-bin.schema.ts'

/** `/v1/trash-bin` (engine-programs §14.3). What is in the bin cannot be taken out again. */
export function trashBinRoutes(app: FastifyInstance, deps: EngineDeps): void {
  app.get('/v1/trash-bin', async (request) => {
    const { projectId } = toCall(request, deps)
    const { entries, total, hasMore } = await listBin(
      deps.db,
      projectId,
      parseBinList(request.query),
    )
    return {
      ...toListView('data', entries.map(toEntryView), total),
      has_more: hasMore,
      ...(hasMore && { more_starting_after: entries.at(-1)?.id }),
    }
  })

  app.delete<{ Params: { id: string } }>('/v1/trash-bin/:id', (request, reply) =>
    command(deps, request, reply, async (tx, call) => {
      await purge(tx, call, await getBinEntry(tx, call.projectId, request.params.id))
      return { status: 204, body: undefined }
    }),
  )
}

/** Deletes for good what an entry is about. A campaign goes with all its codes, which takes a while. */
async function purge(tx: Tx, call: Call, entry: BinEntry): Promise<void> {
  const { resource_id: id, resource_parent_id: parentId } = entry
  switch (entry.resource_type) {
    case 'campaign':
      await purgeCampaign(tx, call, id)
      return
    case 'voucher':
      deleteVoucherById(tx, call.projectId, id)
      return
    case 'product':
      await deleteProduct(tx, call, id, true)
      return
    case 'sku':
      invariant(parentId !== null, 'a SKU without a product')
      await deleteSku(tx, call, { productId: parentId, reference: id }, true)
  }
}

const toEntryView = (entry: BinEntry) => ({
  id: entry.id,
  created_at: toIso(entry.binned_at),
  resource_id: entry.resource_id,
  resource_type: entry.resource_type,
  resource_name: entry.resource_name,
  ...(entry.resource_parent_id !== null && { resource_parent_id: entry.resource_parent_id }),
  object: entry.resource_type,
})
