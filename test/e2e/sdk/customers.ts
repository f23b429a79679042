import { describe, expect, it } from 'vitest'
import type { Sdk } from './use-sdk.ts'

type Named = { source_id: string }

export const customersThroughSdk = (sdk: Sdk) =>
  describe('customers', () => {
    it('are created, read, changed and deleted, by id or by their own name (trap 5)', async () => {
      const { customers } = sdk.client
      const customer = await customers.create({
        source_id: 'a b/ü+%',
        name: 'Ada',
        email: 'ada@example.com',
        phone: '+44 20 7946 0000',
        description: 'first',
        address: { city: 'London', country: 'UK' },
        metadata: { lang: 'en' },
      })
      expect(customer).toMatchObject({
        id: expect.stringMatching(/^cust_/),
        object: 'customer',
        source_id: 'a b/ü+%',
        name: 'Ada',
        email: 'ada@example.com',
        address: { city: 'London', country: 'UK' },
        metadata: { lang: 'en' },
        summary: { redemptions: { total_redeemed: 0 }, orders: { total_amount: 0 } },
      })
      expect(await customers.get('a b/ü+%')).toMatchObject({ id: customer.id })
      expect(await customers.update({ id: customer.id, name: 'Ada L.' })).toMatchObject({
        id: customer.id,
        name: 'Ada L.',
        email: 'ada@example.com',
      })
      expect(await customers.update({ source_id: 'a b/ü+%', phone: null })).not.toHaveProperty(
        'phone',
      )
      await customers.delete(customer.id)
      await expect(customers.get(customer.id)).rejects.toMatchObject({
        code: 404,
        key: 'not_found',
        resource_type: 'customer',
        resource_id: customer.id,
      })
    })

    it('are listed by filters, and scrolled through to the end (trap 10)', async () => {
      const { customers } = sdk.client
      const names = ['list-1', 'list-2', 'list-3', 'list-4', 'list-5']
      for (const source_id of names)
        await customers.create({ source_id, email: `${source_id}@example.com`, name: 'Listed' })
      const list = await customers.list({
        limit: 10,
        page: 1,
        order: 'created_at',
        name: 'Listed',
        created_at: { after: '2020-01-01T00:00:00Z' },
        filters: {
          junction: 'and',
          email: { conditions: { $is: ['list-2@example.com', 'list-4@example.com'] } },
        },
      })
      expect(list).toMatchObject({ object: 'list', data_ref: 'customers', total: 2 })
      expect(list.customers.map((customer: Named) => customer.source_id)).toEqual([
        'list-2',
        'list-4',
      ])
      for (const params of [{ limit: 2 }, { limit: 2, order: 'created_at' }]) {
        const seen: string[] = []
        for await (const { source_id } of customers.scroll(params)) seen.push(source_id)
        expect(new Set(seen).size).toBe(seen.length)
        expect(seen).toEqual(expect.arrayContaining(names))
      }
    })

    it('have custom events, and what they did in a list', async () => {
      const { customers, events } = sdk.client
      expect(
        await events.create('Lesson finished', {
          customer: { source_id: 'active', email: 'active@example.com' },
          metadata: { lesson: 7 },
        }),
      ).toMatchObject({
        object: 'event',
        type: 'Lesson finished',
        customer: { source_id: 'active', object: 'customer' },
      })
      const activity = await customers.listActivity('active', { limit: 5 })
      expect(activity).toMatchObject({ object: 'list', data_ref: 'data', has_more: false })
      expect(JSON.stringify(activity.data)).toContain('Lesson finished')
      const { id } = await customers.get('active')
      const older = await customers.listActivities(id, { limit: 5 })
      expect(older).toMatchObject({ object: 'list', total: activity.data.length })
    })
  })

export const customersInBulkThroughSdk = (sdk: Sdk) =>
  describe('customers in bulk', () => {
    it('are changed and made (C-30)', async () => {
      const { customers } = sdk.client
      await customers.create({ source_id: 'bulk/1', name: 'One', metadata: { a: 1 } })
      const accepted = await customers.updateInBulk([
        { source_id: 'bulk/1', phone: '+1', metadata: { b: 2 } },
        { source_id: 'bulk/2', name: 'Two', address: { city: 'Oslo' } },
      ])
      expect(accepted).toEqual({ async_action_id: expect.stringMatching(/^aa_/) })
      expect(await sdk.outcomeOf(accepted)).toMatchObject({
        type: 'CUSTOMERS.BULK_UPDATE',
        operation_status: 'SUCCESS',
        result: { done_count: 2, failed_count: 0 },
      })
      expect(await customers.get('bulk/1')).toMatchObject({
        name: 'One',
        phone: '+1',
        metadata: { a: 1, b: 2 },
      })
      expect(await customers.get('bulk/2')).toMatchObject({
        name: 'Two',
        address: { city: 'Oslo' },
      })
      await expect(customers.updateInBulk([{ name: 'Nobody' }])).rejects.toMatchObject({
        code: 400,
        key: 'invalid_payload',
      })
    })

    it('get metadata, those whom the server knows (C-31)', async () => {
      const { customers } = sdk.client
      await customers.create({ source_id: 'marked', metadata: { a: 1 } })
      const accepted = await customers.updateMetadataInBulk({
        source_ids: ['marked', 'ghost'],
        metadata: { mark: 'x' },
      })
      expect(await sdk.outcomeOf(accepted)).toMatchObject({
        type: 'CUSTOMERS.METADATA_UPDATE',
        result: { done_count: 1, failed_count: 1, errors: [{ source_id: 'ghost' }] },
      })
      expect((await customers.get('marked')).metadata).toEqual({ a: 1, mark: 'x' })
      await expect(customers.get('ghost')).rejects.toMatchObject({ code: 404 })
    })

    it('are uploaded as CSV (trap 9, C-32)', async () => {
      const { customers } = sdk.client
      const path = await sdk.writeCsv([
        'Name,Source_id,Address_city,shelf',
        '"Lovelace, Ada",csv/1,London,A7',
        'Grace,csv/2,,',
      ])
      expect(await sdk.outcomeOf(await customers.importCSV(path))).toMatchObject({
        type: 'CUSTOMERS.IMPORT_CSV',
        operation_status: 'SUCCESS',
        result: { done_count: 2, failed_count: 0 },
      })
      expect(await customers.get('csv/1')).toMatchObject({
        name: 'Lovelace, Ada',
        address: { city: 'London' },
        metadata: { shelf: 'A7' },
      })
      expect(await customers.get('csv/2')).toMatchObject({ name: 'Grace' })
    })

    it('are forgotten for good (§2.6)', async () => {
      const { customers, events, orders } = sdk.client
      const { id } = await customers.create({ source_id: 'forgotten', email: 'f@example.com' })
      await events.create('Lesson finished', { customer: { id } })
      const order = await orders.create({ amount: 500, customer: { id } })
      expect(await customers.deletePermanently('forgotten')).toMatchObject({
        id: expect.stringMatching(/^del_/),
        related_object: 'customer',
        related_object_id: id,
        status: 'DONE',
        data_json: { events: 1, orders: 1, customer: 1 },
        object: 'pernament_deletion',
      })
      for (const reference of [id, 'forgotten'])
        await expect(customers.get(reference)).rejects.toMatchObject({ code: 404 })
      // What was ordered stays, and names nobody.
      expect((await orders.get(order.id)).customer).toEqual({ id, object: 'customer' })
    })

    it('hold what was published to them (C-40)', async () => {
      const { customers, distributions, vouchers } = sdk.client
      const customer = { source_id: 'hol/der' }
      for (const code of ['HELD-1', 'HELD-2']) {
        await vouchers.create({ code, type: 'GIFT_VOUCHER', gift: { amount: 100 } })
        await distributions.publications.create({ voucher: code, customer })
      }
      const held = (params: object) => customers.listRedeemables('hol/der', params)
      const first = await held({ limit: 1, order: 'id' })
      expect(first).toMatchObject({
        object: 'list',
        data_ref: 'data',
        total: 2,
        has_more: true,
        data: [
          {
            holder_role: 'OWNER',
            redeemable: { type: 'voucher', voucher: { code: 'HELD-1' }, status: 'ACTIVE' },
          },
        ],
      })
      const next = { order: 'id', starting_after_id: first.more_starting_after }
      expect(await held(next)).toMatchObject({
        has_more: false,
        data: [{ redeemable: { voucher: { code: 'HELD-2', gift: { balance: 100 } } } }],
      })
      const filters = { voucher_type: { conditions: { $is: 'DISCOUNT_VOUCHER' } } }
      expect(await held({ filters })).toMatchObject({ total: 0, data: [] })
    })
  })

export const publicationsThroughSdk = (sdk: Sdk) =>
  describe('publications', () => {
    const customer = { source_id: 'reader', email: 'reader@example.com' }

    it('give a customer a voucher, or one of a campaign', async () => {
      const { vouchers, campaigns, distributions } = sdk.client
      const { publications } = distributions
      const { id: voucherId } = await vouchers.create({
        code: 'PUBLISHED',
        type: 'GIFT_VOUCHER',
        gift: { amount: 500 },
      })
      const publication = await publications.create({
        voucher: 'PUBLISHED',
        customer,
        channel: 'Email',
        metadata: { wave: 1 },
        source_id: 'pub/1',
      })
      expect(publication).toMatchObject({
        id: expect.stringMatching(/^pub_/),
        object: 'publication',
        result: 'SUCCESS',
        channel: 'Email',
        source_id: 'pub/1',
        metadata: { wave: 1 },
        customer: { source_id: 'reader' },
        voucher: { code: 'PUBLISHED', gift: { amount: 500 } },
        vouchers_id: [voucherId],
      })
      expect(await vouchers.get('PUBLISHED')).toMatchObject({
        holder_id: publication.customer_id,
        publish: { count: 1 },
      })

      await campaigns.create({
        name: 'Handed out',
        voucher: { type: 'DISCOUNT_VOUCHER', discount: { type: 'PERCENT', percent_off: 5 } },
      })
      const fromCampaign = () =>
        publications.create({
          campaign: { name: 'Handed out', count: 1 },
          customer,
          join_once: true,
        })
      const joined = await fromCampaign()
      expect(joined).toMatchObject({
        result: 'SUCCESS',
        voucher: { campaign: 'Handed out', discount: { percent_off: 5 } },
      })
      expect(await fromCampaign()).toMatchObject({ voucher: { code: joined.voucher.code } })

      expect(
        await publications.list({
          limit: 2,
          page: 1,
          customer: publication.customer_id,
          filters: { source_id: { conditions: { $is: ['pub/1'] } } },
        }),
      ).toMatchObject({
        object: 'list',
        data_ref: 'publications',
        total: 1,
        publications: [{ id: publication.id, result: 'SUCCESS' }],
      })
      await expect(publications.create({ voucher: 'NOBODY', customer })).rejects.toMatchObject({
        code: 404,
        key: 'not_found',
        resource_type: 'voucher',
      })
    })
  })
