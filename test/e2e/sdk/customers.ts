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
