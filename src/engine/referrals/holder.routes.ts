import type { FastifyInstance } from 'fastify'
import { command, toCall, toListView } from '../api/index.ts'
import type { EngineDeps } from '../context.ts'
import { type HolderField, listHolders, parseHolderList } from '../redeemable-holders/index.ts'
import {
  addReferees,
  getReferralCode,
  type ReferralMember,
  removeReferee,
  toRefereeView,
} from './change-holders.ts'
import { parseHolders } from './holder.schema.ts'

type OfMember = { Params: ReferralMember }
/** What engine-programs §10.4 lets filter by. */
const FIELDS: readonly HolderField[] = ['id', 'created_at', 'customer_id', 'holder_role']

type OfHolder = { Params: ReferralMember & { holderId: string } }

/** Who holds a referral code (engine-programs §10.4). */
export function referralHolderRoutes(app: FastifyInstance, deps: EngineDeps): void {
  for (const member of ['members/:memberId', ':campaignId/members/:memberId']) {
    holderRoutes(app, deps, `/v1/referrals/${member}/holders`)
  }
}

function holderRoutes(app: FastifyInstance, deps: EngineDeps, url: string): void {
  app.post<OfMember>(url, (request, reply) =>
    command(deps, request, reply, async (tx, call) => ({
      status: 200,
      body: {
        holders: await addReferees(tx, call, request.params, parseHolders(request.body)),
      },
    })),
  )

  app.get<OfMember>(url, async (request) => {
    const { projectId } = toCall(request, deps)
    const list = parseHolderList(request.query, FIELDS)
    const code = await getReferralCode(deps.db, projectId, request.params)
    const { holders, total, hasMore } = await listHolders(
      deps.db,
      { projectId, voucherId: code.voucher.id },
      list,
    )
    const views = holders.map((holder) => toRefereeView(holder, code))
    return {
      ...toListView('data', views, total),
      has_more: hasMore,
      more_starting_after: hasMore ? holders.at(-1)?.id : null,
    }
  })

  app.delete<OfHolder>(`${url}/:holderId`, (request, reply) =>
    command(deps, request, reply, async (tx, call) => {
      const { holderId, ...member } = request.params
      await removeReferee(tx, call, member, holderId)
      return { status: 204, body: undefined }
    }),
  )
}
