import type { FastifyInstance } from 'fastify'
import { toIso } from '../../kernel/time.ts'
import type { Db } from '../../platform/db.ts'
import { LIMITS } from '../../platform/limits.ts'
import { parsePage, toCall, toListView } from '../api/index.ts'
import { findCampaigns, showCampaigns } from '../campaigns/index.ts'
import type { Call, EngineDeps } from '../context.ts'
import { showVouchers } from '../vouchers/index.ts'
import type { Qualified } from './decide-qualification.ts'
import { type QualificationInput, readQualification } from './qualification.schema.ts'
import { toQualifiedView } from './qualification-answer.ts'
import { type Qualification, qualify } from './qualify.ts'

type Wanted = 'voucher' | 'campaign' | 'promotion_tier'

/** One kind of thing that qualifies. */
function find(
  db: Db,
  call: Call,
  body: unknown,
  { wanted, limit }: { wanted: Wanted; limit: number },
): Promise<Qualification> {
  const input: QualificationInput = {
    ...readQualification(body),
    limit,
    filters: { resource_type: { conditions: { $is: wanted } } },
  }
  return qualify(db, call, input)
}

const targetOf = ({ candidate }: Qualified) => candidate.redeemables[0]?.target

/** The newest promotions that apply, each by itself, as an older endpoint answers them (engine-core §21). */
export async function answerPromotions(db: Db, call: Call, body: unknown): Promise<object> {
  const limit = LIMITS.promotionsValidatedMax
  const qualification = await find(db, call, body, { wanted: 'promotion_tier', limit })
  const { qualified, trackingId } = qualification
  return {
    valid: qualified.length > 0,
    ...(trackingId !== null && { tracking_id: trackingId }),
    promotions: qualified.map((each) => {
      const { result, ...view } = toQualifiedView(each, qualification)
      return {
        valid: true,
        ...view,
        ...(result as object),
        discount_amount: each.applied,
        hierarchy: targetOf(each)?.tier?.hierarchy ?? null,
        metadata: targetOf(each)?.tier?.metadata ?? {},
      }
    }),
  }
}

/** Older endpoints, which list vouchers, campaigns or promotions that qualify as what they are (engine-core §21). */
export function olderQualificationRoutes(app: FastifyInstance, deps: EngineDeps): void {
  const { db } = deps

  app.post('/v1/promotions/validation', (request) =>
    answerPromotions(db, toCall(request, deps), request.body),
  )

  app.post('/v1/vouchers/qualification', async (request) => {
    const call = toCall(request, deps)
    const { limit } = parsePage(request.query)
    const { qualified } = await find(db, call, request.body, { wanted: 'voucher', limit })
    const vouchers = qualified.flatMap((each) => targetOf(each)?.voucher ?? [])
    return {
      created_at: toIso(call.now),
      ...toListView('data', await showVouchers(db, vouchers), vouchers.length),
    }
  })

  app.post('/v1/campaigns/qualification', async (request) => {
    const call = toCall(request, deps)
    const { limit } = parsePage(request.query)
    const { qualified } = await find(db, call, request.body, { wanted: 'campaign', limit })
    const ids = qualified.map(({ candidate }) => candidate.id)
    const found = await findCampaigns(db, ids)
    const campaigns = ids.flatMap((id) => found.get(id) ?? [])
    return {
      created_at: toIso(call.now),
      ...toListView('data', await showCampaigns(db, campaigns), campaigns.length),
    }
  })
}
