import { beforeAll, describe, expect, it } from 'vitest'
import { waitFor } from '../../support/wait-for.ts'
import { download, type Sdk } from './use-sdk.ts'

const AMOUNT_1000 = { type: 'DISCOUNT_VOUCHER', discount: { type: 'AMOUNT', amount_off: 1_000 } }
const PERCENT_10 = { type: 'DISCOUNT_VOUCHER', discount: { type: 'PERCENT', percent_off: 10 } }
const GIFT_5000 = { type: 'GIFT_VOUCHER', gift: { amount: 5_000 } }
const codesOf = ({ vouchers }: { vouchers: { code: string }[] }): string[] =>
  vouchers.map(({ code }) => code)

export const vouchersThroughSdk = (sdk: Sdk) =>
  describe('vouchers', () => {
    it('are created and read back, codes with slashes and spaces too (trap 5)', async () => {
      const { vouchers } = sdk.client
      const created = await vouchers.create({
        code: 'code/1 2',
        ...AMOUNT_1000,
        category: 'spring',
        redemption: { quantity: 3 },
        start_date: '2020-01-01T00:00:00Z',
        expiration_date: null,
        active: true,
        metadata: { season: 'spring', numbers: [1, 2] },
      })
      expect(created).toMatchObject({
        id: expect.stringMatching(/^v_/),
        object: 'voucher',
        code: 'code/1 2',
        type: 'DISCOUNT_VOUCHER',
        category: 'spring',
        discount: { type: 'AMOUNT', amount_off: 1_000 },
        gift: null,
        loyalty_card: null,
        start_date: '2020-01-01T00:00:00.000Z',
        expiration_date: null,
        active: true,
        metadata: { season: 'spring', numbers: [1, 2] },
        redemption: { quantity: 3, redeemed_quantity: 0 },
        publish: { object: 'list', count: 0 },
      })
      expect(await vouchers.get('code/1 2')).toEqual(created)
    })

    it('get a code of the wanted form when they come without one (trap 1)', async () => {
      const made = await sdk.client.vouchers.create({
        ...GIFT_5000,
        code_config: { charset: 'ABC', prefix: 'P-', postfix: '-S', pattern: '####' },
      })
      expect(made).toMatchObject({
        code: expect.stringMatching(/^P-[ABC]{4}-S$/),
        gift: { amount: 5_000, balance: 5_000 },
      })
    })

    it('are changed, disabled and enabled (trap 7)', async () => {
      const { vouchers } = sdk.client
      await vouchers.create({ code: 'CHANGED', ...PERCENT_10, metadata: { a: 1 } })
      const changed = await vouchers.update({
        code: 'CHANGED',
        category: 'z',
        metadata: { b: 2 },
        expiration_date: '2099-01-01',
      })
      expect(changed).toMatchObject({
        code: 'CHANGED',
        category: 'z',
        metadata: { a: 1, b: 2 },
        expiration_date: '2099-01-01T00:00:00.000Z',
      })
      expect(await vouchers.disable('CHANGED')).toMatchObject({ code: 'CHANGED', active: false })
      expect(await vouchers.enable('CHANGED')).toMatchObject({ code: 'CHANGED', active: true })
    })

    it('are deleted, and refused in full when they are asked for again', async () => {
      const { vouchers } = sdk.client
      await vouchers.create({ code: 'GONE', ...PERCENT_10 })
      await vouchers.delete('GONE', { force: true })
      await expect(vouchers.get('GONE')).rejects.toMatchObject({
        code: 404,
        key: 'not_found',
        message: 'Resource not found',
        details: 'Cannot find voucher with id GONE',
        resource_id: 'GONE',
        resource_type: 'voucher',
        request_id: expect.stringMatching(/^v-/),
      })
      await vouchers.create({ code: 'GONE', ...PERCENT_10 })
      await expect(vouchers.create({ code: 'GONE', ...PERCENT_10 })).rejects.toMatchObject({
        code: 409,
        key: 'duplicate_found',
        message: 'Duplicated resource found',
      })
      await expect(
        vouchers.create({ code: 'WRONG', type: 'GIFT_VOUCHER', gift: { amount: 'much' } }),
      ).rejects.toMatchObject({ code: 400, key: 'invalid_payload', details: /gift\.amount/ })
    })

    lists(sdk)
    bulk(sdk)
    balances(sdk)
  })

const lists = (sdk: Sdk) =>
  describe('in a list', () => {
    beforeAll(async () => {
      for (const n of [1, 2, 3, 4, 5])
        await sdk.client.vouchers.create({
          code: `LIST-${n}`,
          ...(n < 4 ? AMOUNT_1000 : GIFT_5000),
          category: n % 2 ? 'odd' : 'even',
          metadata: { n },
        })
    })

    it('come in pages and in the wanted order', async () => {
      const list = (page: number) =>
        sdk.client.vouchers.list({
          limit: 2,
          page,
          order: '-code',
          filters: { code: { conditions: { $starts_with: ['LIST-'] } } },
        })
      const first = await list(1)
      expect(first).toMatchObject({ object: 'list', data_ref: 'vouchers', total: 5 })
      expect(codesOf(first)).toEqual(['LIST-5', 'LIST-4'])
      expect(codesOf(await list(3))).toEqual(['LIST-1'])
      await expect(sdk.client.vouchers.list({ limit: 101 })).rejects.toMatchObject({
        code: 400,
        key: 'invalid_query_params',
      })
    })

    it('are those that the filters describe, all or any of them', async () => {
      const list = async (junction: string) =>
        codesOf(
          await sdk.client.vouchers.list({
            order: 'code',
            limit: 100,
            filters: {
              junction,
              code: { conditions: { $in: ['LIST-1', 'LIST-2', 'LIST-4'] } },
              'metadata.n': { conditions: { $is: [5] } },
            },
          }),
        )
      expect(await list('or')).toEqual(['LIST-1', 'LIST-2', 'LIST-4', 'LIST-5'])
      expect(await list('and')).toEqual([])
      expect(codesOf(await sdk.client.vouchers.list({ category: 'even', order: 'code' }))).toEqual([
        'LIST-2',
        'LIST-4',
      ])
    })

    it('are those of the wanted ids', async () => {
      const { id } = await sdk.client.vouchers.get('LIST-3')
      expect(codesOf(await sdk.client.vouchers.list({ ids: [id] }))).toEqual(['LIST-3'])
    })
  })

const bulk = (sdk: Sdk) =>
  describe('in bulk', () => {
    it('are imported, and the action tells what came of it', async () => {
      const accepted = await sdk.client.vouchers.import([
        { code: 'IMPORTED-1', ...PERCENT_10, metadata: { a: 1 } },
        { code: 'IMPORTED-2', ...GIFT_5000 },
        { code: 'IMPORTED-3' },
      ])
      const action = await waitFor('the import', async () => {
        const found = await sdk.client.asyncActions.get(accepted.async_action_id)
        return found.progress === 100 && found
      })
      expect(action).toMatchObject({
        id: accepted.async_action_id,
        object: 'async_action',
        type: 'VOUCHERS.IMPORT',
        status: 'DONE',
        result: { done_count: 2, failed_count: 1, failed: [{ code: 'IMPORTED-3' }] },
      })
      expect(await sdk.client.vouchers.get('IMPORTED-2')).toMatchObject({
        gift: { balance: 5_000 },
      })
      const listed = await sdk.client.asyncActions.list({ limit: 1 })
      expect(listed).toMatchObject({ object: 'list', data_ref: 'async_actions' })
      expect(listed.async_actions).toMatchObject([{ object: 'async_action', progress: 100 }])
    })

    it('come out of a CSV file, with columns of their own as metadata (trap 9)', async () => {
      const path = await sdk.writeCsv([
        'Code,Voucher Type,Value,Discount Type,Category,Active,season',
        'CSV-1,DISCOUNT_VOUCHER,15,PERCENT,shoes,true,"spring, early"',
        'CSV-2,GIFT_VOUCHER,500,,,false,',
      ])
      const outcome = await sdk.outcomeOf(await sdk.client.vouchers.importCSV(path))
      expect(outcome).toMatchObject({ operation_status: 'SUCCESS', result: { done_count: 2 } })
      expect(await sdk.client.vouchers.get('CSV-1')).toMatchObject({
        discount: { type: 'PERCENT', percent_off: 15 },
        category: 'shoes',
        metadata: { season: 'spring, early' },
      })
      expect(await sdk.client.vouchers.get('CSV-2')).toMatchObject({
        gift: { amount: 500 },
        active: false,
      })
    })

    it('get metadata, each its own or all the same', async () => {
      const { vouchers } = sdk.client
      for (const code of ['BULK-1', 'BULK-2'])
        await vouchers.create({ code, ...PERCENT_10, metadata: { kept: code } })
      const changes = [
        { code: 'BULK-1', metadata: { own: 1 } },
        { code: 'BULK-2', metadata: { own: 2 } },
      ]
      expect(await sdk.outcomeOf(await vouchers.bulkUpdate(changes))).toMatchObject({
        type: 'VOUCHERS.BULK_UPDATE',
        operation_status: 'SUCCESS',
      })
      const forAll = { codes: ['BULK-1', 'BULK-2'], metadata: { all: true } }
      expect(await sdk.outcomeOf(await vouchers.bulkUpdateMetadata(forAll))).toMatchObject({
        type: 'VOUCHERS.METADATA_UPDATE',
        operation_status: 'SUCCESS',
      })
      expect((await vouchers.get('BULK-2')).metadata).toEqual({ kept: 'BULK-2', own: 2, all: true })
    })
  })

const balances = (sdk: Sdk) =>
  describe('of gift cards', () => {
    it('have a balance that is added to and taken from, and a ledger of it', async () => {
      const { vouchers } = sdk.client
      await vouchers.create({ code: 'BALANCE', ...GIFT_5000 })
      expect(
        await vouchers.balance.create('BALANCE', { amount: 700, reason: 'goodwill' }),
      ).toMatchObject({
        object: 'balance',
        type: 'gift_voucher',
        operation_type: 'MANUAL',
        amount: 700,
        total: 5_700,
        balance: 5_700,
        related_object: { type: 'voucher', id: expect.stringMatching(/^v_/) },
      })
      expect(await vouchers.balance.create('BALANCE', { amount: -200 })).toMatchObject({
        amount: -200,
        balance: 5_500,
      })
      await expect(vouchers.balance.create('BALANCE', { amount: -99_999 })).rejects.toMatchObject({
        code: 400,
        request_id: expect.any(String),
      })

      const first = await vouchers.listTransactions('BALANCE', { limit: 1 })
      expect(first).toMatchObject({
        object: 'list',
        data_ref: 'data',
        has_more: true,
        data: [
          {
            id: expect.stringMatching(/^vtx_/),
            type: 'CREDITS_REMOVAL',
            details: { balance: { amount: -200, balance: 5_500 } },
          },
        ],
      })
      const next = await vouchers.listTransactions('BALANCE', {
        limit: 1,
        starting_after_id: first.more_starting_after,
      })
      expect(next).toMatchObject({
        has_more: false,
        data: [{ type: 'CREDITS_ADDITION', reason: 'goodwill' }],
      })
    })

    it('have their ledger exported', async () => {
      const made = await sdk.client.vouchers.exportTransactions('BALANCE', {
        parameters: { order: '-created_at', fields: ['type', 'amount'] },
      })
      expect(made).toMatchObject({
        id: expect.stringMatching(/^exp_/),
        object: 'export',
        exported_object: 'voucher_transactions',
      })
      const done = await waitFor('the export', async () => {
        const found = await sdk.client.distributions.exports.get(made.id)
        return found.status === 'DONE' && found
      })
      const file = await download(sdk.server, done.result.url)
      expect(file.trim().split('\n')).toHaveLength(3)
      expect(file).toContain('CREDITS_REMOVAL')
    })
  })
