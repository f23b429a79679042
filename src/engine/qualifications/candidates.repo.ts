import { type RawBuilder, type SqlBool, sql } from 'kysely'
import type { Db } from '../../platform/db.ts'
import { type FilterField, toFilterCondition } from '../api/index.ts'
import type { Candidate, CandidateObject } from './candidate.ts'

export type CandidateQuestion = {
  projectId: string
  objects: readonly CandidateObject[]
  /** Whose vouchers are looked at besides those that are everybody's. */
  customerId: string | null
  /** Only those that the customer holds. */
  isWallet: boolean
  filters: unknown
  now: Date
  /** Only what comes after this place, newest first. */
  after: { createdAt: Date; id: string } | undefined
  limit: number
}

/** Fields that candidates can be filtered by (engine-core §20). */
const FIELDS: Readonly<Record<string, RawBuilder<unknown>>> = {
  category_id: sql`category_id`,
  campaign_id: sql`campaign_id`,
  campaign_type: sql`campaign_type`,
  resource_id: sql`id`,
  resource_type: sql`object`,
  voucher_type: sql`voucher_type`,
  code: sql`code`,
  holder_role: sql`holder_role`,
}

function toField(name: string): FilterField | undefined {
  const column = Object.hasOwn(FIELDS, name) ? FIELDS[name] : undefined
  return column && { kind: 'text', column }
}

const isOpen = (table: string, now: RawBuilder<unknown>): RawBuilder<SqlBool> => {
  const column = (name: string) => sql.raw(`${table}.${name}`)
  return sql<SqlBool>`${column('is_active')} and ${column('deleted_at')} is null
    and coalesce(${column('start_date')}, '-infinity') <= ${now}
    and coalesce(${column('expiration_date')}, 'infinity') > ${now}`
}

const VOUCHER_COLUMNS = sql`'voucher' as object, voucher.id, voucher.created_at, voucher.code, voucher.campaign_id,
  campaign.campaign_type, coalesce(voucher.category_id, campaign.category_id) as category_id,
  voucher.type as voucher_type`

/**
 * What may qualify, newest first: vouchers that are everybody's or the customer's (R-QUAL-01), promotion tiers and
 * stacks, and campaigns that give out codes. What is switched off, outside its dates or used up is left out
 * (R-QUAL-02); everything else is for the evaluation to decide.
 */
export async function findCandidates(db: Db, question: CandidateQuestion): Promise<Candidate[]> {
  const { filters, after, limit } = question
  const branches = question.objects.flatMap((object) => BRANCHES[object](question))
  if (branches.length === 0) return []
  const condition = toFilterCondition(filters, toField)
  const page = after
    ? sql`and (created_at, id) < (${after.createdAt}::timestamptz, ${after.id}::text)`
    : sql``
  const { rows } = await sql<{ object: CandidateObject; id: string; created_at: Date }>`
    select object, id, created_at from (${sql.join(branches, sql` union all `)}) as candidate
     where true ${condition ? sql`and ${condition}` : sql``} ${page}
     order by created_at desc, id desc limit ${limit}`.execute(db.kysely)
  return rows.map((row) => ({ object: row.object, id: row.id, createdAt: row.created_at }))
}

type Branch = (question: CandidateQuestion) => RawBuilder<unknown>[]

const BRANCHES: Readonly<Record<CandidateObject, Branch>> = {
  voucher: (question) => [
    ...(question.isWallet ? [] : [genericVouchers(question), standaloneVouchers(question)]),
    ...(question.customerId === null ? [] : [heldVouchers(question, question.customerId)]),
  ],
  promotion_tier: (question) => (question.isWallet ? [] : [tiers(question)]),
  promotion_stack: (question) => (question.isWallet ? [] : [stacks(question)]),
  campaign: (question) => (question.isWallet ? [] : [campaigns(question)]),
}

const isUsable = ({ projectId, now }: CandidateQuestion): RawBuilder<SqlBool> =>
  sql<SqlBool>`voucher.project_id = ${projectId} and ${isOpen('voucher', sql`${now}::timestamptz`)}
    and (voucher.redemption_quantity is null or voucher.redeemed_quantity < voucher.redemption_quantity)`

/** Codes without a campaign that nobody holds. */
const genericVouchers = (question: CandidateQuestion): RawBuilder<unknown> =>
  sql`select ${VOUCHER_COLUMNS}, null::text as holder_role
        from voucher left join campaign on false
       where ${isUsable(question)} and voucher.campaign_id is null and voucher.holder_id is null`

/** The one code of a standalone campaign. */
const standaloneVouchers = (question: CandidateQuestion): RawBuilder<unknown> =>
  sql`select ${VOUCHER_COLUMNS}, null::text as holder_role
        from campaign join voucher on voucher.campaign_id = campaign.id
       where ${isUsable(question)} and campaign.project_id = ${question.projectId}
         and campaign.type = 'STANDALONE' and voucher.holder_id is null`

const heldVouchers = (question: CandidateQuestion, customerId: string): RawBuilder<unknown> =>
  sql`select ${VOUCHER_COLUMNS}, case when voucher.referrer_id = ${customerId} then 'REFERRER' else 'OWNER' end as holder_role
        from voucher left join campaign on campaign.id = voucher.campaign_id
       where ${isUsable(question)} and voucher.holder_id = ${customerId}`

const tiers = ({ projectId, now }: CandidateQuestion): RawBuilder<unknown> =>
  sql`select 'promotion_tier' as object, promotion_tier.id, promotion_tier.created_at, null::text as code,
             campaign.id as campaign_id, campaign.campaign_type,
             coalesce(promotion_tier.category_id, campaign.category_id) as category_id,
             null::text as voucher_type, null::text as holder_role
        from promotion_tier join campaign on campaign.id = promotion_tier.campaign_id
       where promotion_tier.project_id = ${projectId}
         and ${isOpen('promotion_tier', sql`${now}::timestamptz`)}
         and campaign.is_active and campaign.deleted_at is null`

const stacks = ({ projectId }: CandidateQuestion): RawBuilder<unknown> =>
  sql`select 'promotion_stack' as object, promotion_stack.id, promotion_stack.created_at, null::text as code,
             campaign.id as campaign_id, campaign.campaign_type,
             coalesce(promotion_stack.category_id, campaign.category_id) as category_id,
             null::text as voucher_type, null::text as holder_role
        from promotion_stack join campaign on campaign.id = promotion_stack.campaign_id
       where promotion_stack.project_id = ${projectId} and campaign.is_active and campaign.deleted_at is null`

/** Campaigns with a code for each customer. */
const campaigns = ({ projectId, now }: CandidateQuestion): RawBuilder<unknown> =>
  sql`select 'campaign' as object, campaign.id, campaign.created_at, null::text as code,
             campaign.id as campaign_id, campaign.campaign_type, campaign.category_id,
             campaign.voucher->>'type' as voucher_type, null::text as holder_role
        from campaign
       where campaign.project_id = ${projectId} and ${isOpen('campaign', sql`${now}::timestamptz`)}
         and campaign.type <> 'STANDALONE' and campaign.campaign_type in ('DISCOUNT_COUPONS', 'GIFT_VOUCHERS')`
