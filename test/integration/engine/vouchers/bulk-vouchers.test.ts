import { describe, expect, it } from 'vitest'
import { fetchReport, runAsyncActions } from '../../../support/async-actions.ts'
import { useTestApp } from '../../../support/test-app.ts'
import { uploadCsv } from '../../../support/upload-csv.ts'

const t = useTestApp()
const PERCENT_10 = { discount: { type: 'PERCENT', percent_off: 10 } }
const voucherOf = async (code: string) => (await t.call('GET', `/v1/vouchers/${code}`)).body

/** What came of the action that `answer` was given. */
async function outcomeOf({ body }: { body: { async_action_id: string } }) {
  await runAsyncActions(t)
  return (await t.call('GET', `/v1/async-actions/${body.async_action_id}`)).body
}

describe('POST /v1/vouchers/import', () => {
  it('adds new codes and changes those that are there (R-VOU-13, §24.5)', async () => {
    await t.call('POST', '/v1/vouchers/OLD', { ...PERCENT_10, metadata: { a: 1 } })
    const accepted = await t.call('POST', '/v1/vouchers/import', [
      { code: 'NEW', type: 'DISCOUNT_VOUCHER', discount: { type: 'AMOUNT', amount_off: 500 } },
      { code: 'OLD', metadata: { b: 2 } },
      { code: 'TWICE', gift: { amount: 5 } },
      { code: 'TWICE', active: false },
    ])
    expect(accepted.status).toBe(202)
    expect(await outcomeOf(accepted)).toMatchObject({
      type: 'VOUCHERS.IMPORT',
      status: 'DONE',
      operation_status: 'SUCCESS',
      progress: 100,
      result: { message: 'Imported 4 vouchers.', done_count: 4, failed_count: 0, failed: [] },
    })
    expect(await voucherOf('NEW')).toMatchObject({ discount: { amount_off: 500 } })
    expect(await voucherOf('OLD')).toMatchObject({ metadata: { a: 1, b: 2 } })
    expect(await voucherOf('TWICE')).toMatchObject({ gift: { amount: 5 }, active: false })
  })

  it('tells of each code why it failed, and stores the others', async () => {
    await t.call('POST', '/v1/vouchers/BINNED', PERCENT_10)
    await t.call('DELETE', '/v1/vouchers/BINNED')
    const accepted = await t.call('POST', '/v1/vouchers/import', [
      { code: 'GOOD', ...PERCENT_10 },
      { code: 'NOTHING' },
      { code: 'WRONG', discount: { type: 'PERCENT', percent_off: 'all' } },
      { code: 'BINNED', ...PERCENT_10 },
    ])
    const { result } = await outcomeOf(accepted)
    expect(result).toMatchObject({ done_count: 1, failed_count: 3 })
    expect(result.failed).toEqual([
      { code: 'NOTHING', reason: "Payload should have required property 'discount'" },
      { code: 'WRONG', reason: expect.stringContaining('.discount.percent_off') },
      { code: 'BINNED', reason: 'Duplicated voucher exists with id BINNED' },
    ])
    expect((await voucherOf('GOOD')).code).toBe('GOOD')
  })

  it('goes through as many codes as there are, in parts', async () => {
    const codes = Array.from({ length: 1_203 }, (_, n) => ({ code: `PART-${n}`, ...PERCENT_10 }))
    const outcome = await outcomeOf(await t.call('POST', '/v1/vouchers/import', codes))
    expect(outcome.result).toMatchObject({ done_count: 1_203, failed_count: 0 })
  })

  it.each([
    ['no codes', [], 'invalid_payload'],
    ['no list', { code: 'A' }, 'invalid_payload'],
    ['a voucher without a code', [{ code: 'A' }, {}], 'invalid_voucher'],
  ])('refuses %s', async (_case, body, key) => {
    const answer = await t.call('POST', '/v1/vouchers/import', body)
    expect({ status: answer.status, key: answer.body.key }).toEqual({ status: 400, key })
  })
})

describe('POST /v1/vouchers/importCSV', () => {
  it('reads the columns it knows, and takes the others for metadata (R-VOU-12)', async () => {
    const csv = [
      'Code,Voucher Type,Value,Discount Type,Category,Start Date,Expiration Date,Redemption Limit,Redeemed Quantity,Redeemed Amount,Active,Additional Info,Shop',
      'C-PERCENT,DISCOUNT_VOUCHER,12.5,PERCENT,spring,2026-01-01,2026-12-31T10:00:00Z,5,2,,true,"see, below",Rome',
      'C-GIFT,GIFT_VOUCHER,1000,,,,,,,400,false,,',
      'C-NONE,,5,AMOUNT,,,,,,,,,',
      'C-OVER,DISCOUNT_VOUCHER,5,AMOUNT,,,,1,2,,,,',
    ].join('\n')
    const outcome = await outcomeOf(await uploadCsv(t, '/v1/vouchers/importCSV', csv))
    expect(outcome).toMatchObject({ type: 'VOUCHERS.IMPORT_CSV', operation_status: 'SUCCESS' })
    expect(outcome.result).toMatchObject({
      done_count: 2,
      failed: [
        { row: 3, reason: 'Voucher Type is required' },
        { code: 'C-OVER', reason: expect.stringContaining('Redeemed Quantity') },
      ],
    })
    expect(await voucherOf('C-PERCENT')).toMatchObject({
      discount: { type: 'PERCENT', percent_off: 12.5 },
      category: 'spring',
      start_date: '2026-01-01T00:00:00.000Z',
      expiration_date: '2026-12-31T10:00:00.000Z',
      redemption: { quantity: 5, redeemed_quantity: 2 },
      additional_info: 'see, below',
      metadata: { Shop: 'Rome' },
    })
    expect(await voucherOf('C-GIFT')).toMatchObject({
      gift: { amount: 1000, balance: 600 },
      active: false,
      metadata: {},
    })
  })

  it.each([
    ['a body that is no upload', '--nothing'],
    ['a quote that does not end', 'Code\n"A'],
  ])('refuses %s', async (_case, csv) => {
    const { status, body } = await uploadCsv(t, '/v1/vouchers/importCSV', csv)
    if (csv.startsWith('Code'))
      expect({ status, key: body.key }).toEqual({ status: 400, key: 'invalid_payload' })
    else expect(status).toBe(202)
  })
})

describe('changes of many vouchers', () => {
  it('give each code its own metadata', async () => {
    await t.call('POST', '/v1/vouchers/M1', { ...PERCENT_10, metadata: { kept: true } })
    await t.call('POST', '/v1/vouchers/M2', PERCENT_10)
    const accepted = await t.call('POST', '/v1/vouchers/bulk/async', [
      { code: 'M1', metadata: { lang: 'en' } },
      { code: 'M2', metadata: { lang: 'pl' } },
      { code: 'M3', metadata: { lang: 'de' } },
    ])
    expect(accepted.status).toBe(202)
    const outcome = await outcomeOf(accepted)
    expect(outcome).toMatchObject({
      type: 'VOUCHERS.BULK_UPDATE',
      operation_status: 'SUCCESS',
      result: {
        done_count: 2,
        failed_count: 1,
        errors: [{ code: 'M3', key: 'not_found', details: 'Cannot find voucher with id M3' }],
      },
    })
    expect((await fetchReport(t, outcome.result)).payload).toBe(
      'code,found,updated\r\nM1,true,true\r\nM2,true,true\r\nM3,false,false\r\n',
    )
    expect((await voucherOf('M1')).metadata).toEqual({ kept: true, lang: 'en' })
    expect((await voucherOf('M2')).metadata).toEqual({ lang: 'pl' })
  })

  it('give all codes the same metadata', async () => {
    for (const code of ['S1', 'S2']) await t.call('POST', `/v1/vouchers/${code}`, PERCENT_10)
    const body = { codes: ['S1', 'S2', 'S3'], metadata: { batch: 7 } }
    const outcome = await outcomeOf(await t.call('POST', '/v1/vouchers/metadata/async', body))
    expect(outcome).toMatchObject({ type: 'VOUCHERS.METADATA_UPDATE', result: { done_count: 2 } })
    expect((await fetchReport(t, outcome.result)).payload).toBe(
      'code,found,updated\r\nS1,true,true\r\nS2,true,true\r\nS3,false,false\r\n',
    )
    expect((await voucherOf('S2')).metadata).toEqual({ batch: 7 })
  })

  it('switch codes off and on together, or none of them', async () => {
    for (const code of ['E1', 'E2']) await t.call('POST', `/v1/vouchers/${code}`, PERCENT_10)
    await t.call('POST', '/v1/vouchers/disable', { codes: ['E1', 'E2'] })
    expect([(await voucherOf('E1')).active, (await voucherOf('E2')).active]).toEqual([false, false])
    const partly = await t.call('POST', '/v1/vouchers/enable', { codes: ['E1', 'E9'] })
    expect(partly.status).toBe(404)
    expect((await voucherOf('E1')).active).toBe(false)
    await t.call('POST', '/v1/vouchers/enable', { codes: ['E1'] })
    expect((await voucherOf('E1')).active).toBe(true)
  })
})

describe('the case of codes (D-14)', () => {
  const make = async (isSensitive: boolean) => {
    const keys = await t.addProject()
    await t.db.pool.query('update project set has_case_sensitive_codes = $2 where id = $1', [
      keys.projectId,
      isSensitive,
    ])
    const call = (method: 'GET' | 'POST', url: string, body?: unknown) =>
      t.call(method, url, body, { keys })
    return { keys, call }
  }

  it('does not matter where the project says so', async () => {
    const { call } = await make(false)
    await call('POST', '/v1/vouchers/Spring', PERCENT_10)
    expect((await call('GET', '/v1/vouchers/SPRING')).body.code).toBe('Spring')
    expect((await call('POST', '/v1/vouchers/sPRING', PERCENT_10)).status).toBe(409)
  })

  it('matters otherwise', async () => {
    const { call } = await make(true)
    await call('POST', '/v1/vouchers/Spring', PERCENT_10)
    expect((await call('GET', '/v1/vouchers/SPRING')).status).toBe(404)
    expect((await call('POST', '/v1/vouchers/SPRING', PERCENT_10)).status).toBe(200)
  })

  it('is fixed with the first code', async () => {
    const { keys, call } = await make(true)
    await call('POST', '/v1/vouchers/Spring', PERCENT_10)
    const change = t.db.pool.query(
      'update project set has_case_sensitive_codes = false where id = $1',
      [keys.projectId],
    )
    await expect(change).rejects.toMatchObject({ constraint: 'project_code_case_fixed' })
  })
})

describe('what is said of a new voucher', () => {
  it('is sorted into its category and guarded by its rule', async () => {
    const category = await t.call('POST', '/v1/categories', { name: 'Seasonal', hierarchy: 2 })
    const rule = await t.call('POST', '/v1/validation-rules', {
      name: 'Any order',
      rules: { 1: { name: 'order.amount', conditions: { $more_than: [1] } }, logic: '1' },
    })
    const { body } = await t.call('POST', '/v1/vouchers/SORTED', {
      ...PERCENT_10,
      category_id: category.body.id,
      validation_rules: [rule.body.id],
      validity_day_of_week: [1, 2],
    })
    expect(body).toMatchObject({
      category_id: category.body.id,
      categories: [{ id: category.body.id, name: 'Seasonal' }],
      validity_day_of_week: [1, 2],
      validation_rules_assignments: {
        total: 1,
        data: [
          { rule_id: rule.body.id, related_object_type: 'voucher', related_object_id: body.id },
        ],
      },
    })
    expect(await voucherOf('SORTED')).toEqual(body)
    const unknown = await t.call('POST', '/v1/vouchers', { ...PERCENT_10, category_id: 'cat_none' })
    expect(unknown).toMatchObject({ status: 404, body: { resource_type: 'category' } })
    const ruleless = await t.call('POST', '/v1/vouchers/RULELESS', {
      ...PERCENT_10,
      validation_rules: ['val_none'],
    })
    expect(ruleless.status).toBe(404)
    expect((await voucherOf('RULELESS')).key).toBe('not_found')
  })
})
