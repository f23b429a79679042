import { describe, expect, it } from 'vitest'
import { aGiftCard, aVoucher, NOW, type VoucherFields } from '../../../test/support/vouchers.ts'
import { ApiError } from '../../kernel/api-error.ts'
import type { Voucher } from '../vouchers/index.ts'
import { decidePublication, type PublishCommand } from './decide-publication.ts'
import type { Publication } from './publication.ts'

const later = (ms: number): Date => new Date(NOW.getTime() + ms)

const aCommand = (voucher: Voucher, fields: Partial<PublishCommand> = {}): PublishCommand => ({
  call: { projectId: 'proj_1', appId: 'app', groupId: 'v-1', channel: 'API', now: NOW },
  id: 'pub_new',
  vouchers: [voucher],
  count: 1,
  campaign: undefined,
  customerId: 'cust_ada',
  sourceId: null,
  channel: 'API',
  metadata: {},
  joinOnce: false,
  earlier: undefined,
  isSourceIdTaken: false,
  ...fields,
})
const EARLIER: Publication = {
  id: 'pub_earlier',
  projectId: 'proj_1',
  customerId: 'cust_ada',
  voucherIds: ['v_A'],
  campaignId: null,
  sourceId: null,
  channel: 'Email',
  result: 'SUCCESS',
  failureCode: null,
  failureMessage: null,
  metadata: {},
  createdAt: later(-1_000),
}
const decide = (fields: VoucherFields = {}, command: Partial<PublishCommand> = {}) =>
  decidePublication(aCommand(aVoucher('A', undefined, fields), command))

describe('decidePublication', () => {
  it('gives the voucher to the customer and counts it (P-13, P-15)', () => {
    const command = { sourceId: 'crm-1', channel: 'Email', metadata: { year: 2026 } }
    expect(decide({ publishCount: 4, holderId: 'cust_bob' }, command)).toEqual({
      kind: 'granted',
      publication: {
        id: 'pub_new',
        projectId: 'proj_1',
        customerId: 'cust_ada',
        voucherIds: ['v_A'],
        campaignId: null,
        sourceId: 'crm-1',
        channel: 'Email',
        result: 'SUCCESS',
        failureCode: null,
        failureMessage: null,
        metadata: { year: 2026 },
        createdAt: NOW,
      },
      vouchers: [aVoucher('A', undefined, { publishCount: 5, holderId: 'cust_ada' })],
      expirationDate: undefined,
    })
  })

  it('gives gift cards, too, and vouchers that start later', () => {
    expect(decidePublication(aCommand(aGiftCard('G', 500)))).toMatchObject({ kind: 'granted' })
    expect(decide({ startDate: later(1_000) })).toMatchObject({ kind: 'granted' })
  })

  it.each([
    ['is disabled', { isActive: false }],
    ['has expired', { expirationDate: NOW }],
    ['has expired', { expirationDate: later(-1) }],
  ])('finds a voucher that %s unsuitable, on record (P-3, P-14)', (why, fields) => {
    const decision = decide(fields, { sourceId: 'crm-1' })
    expect(decision).toMatchObject({
      kind: 'denied',
      publication: {
        id: 'pub_new',
        result: 'FAILURE',
        sourceId: 'crm-1',
        voucherIds: ['v_A'],
        campaignId: null,
        failureCode: 'no_voucher_suitable_for_publication',
        failureMessage: "Couldn't find any voucher suitable for publication",
      },
      error: {
        key: 'no_voucher_suitable_for_publication',
        context: { details: `Voucher A ${why}`, resource: { type: 'publication', id: 'pub_new' } },
      },
    })
  })

  it('gives a voucher that expires later', () => {
    expect(decide({ expirationDate: later(1) })).toMatchObject({ kind: 'granted' })
  })

  it('gives a referral code once (P-4) and any other over and over (A-12)', () => {
    expect(decide({ isReferralCode: true })).toMatchObject({
      kind: 'granted',
      vouchers: [{ holderId: 'cust_ada', referrerId: 'cust_ada' }],
    })
    expect(decide({ isReferralCode: true, publishCount: 1 })).toMatchObject({
      kind: 'denied',
      publication: { failureCode: 'voucher_already_published' },
      error: { context: { details: "Voucher 'v_A' has already been published" } },
    })
    expect(decide({ publishCount: 1 })).toMatchObject({ kind: 'granted' })
  })

  it('refuses a source_id that is used up, without a trace (P-6)', () => {
    const decision = decide({ isActive: false }, { sourceId: 'crm-1', isSourceIdTaken: true })
    expect(decision).toBeInstanceOf(ApiError)
    expect(decision).toMatchObject({
      key: 'duplicate_source_id',
      context: { details: "Publication with source_id: 'crm-1' already exists" },
    })
  })

  it('gives the same again to one who may join once (P-5)', () => {
    const again = { kind: 'repeated', publication: EARLIER }
    expect(decide({}, { joinOnce: true, earlier: EARLIER })).toEqual(again)
    expect(decide({}, { joinOnce: true })).toMatchObject({ kind: 'granted' })
    expect(decide({}, { earlier: EARLIER })).toMatchObject({ kind: 'granted' })
  })

  it('gives the same again whatever became of the voucher or the source_id (P-5)', () => {
    const command = { joinOnce: true, earlier: EARLIER, sourceId: 'crm-1', isSourceIdTaken: true }
    for (const fields of [{ isActive: false }, { isReferralCode: true, publishCount: 1 }])
      expect(decide(fields, command)).toMatchObject({ kind: 'repeated' })
  })
})
