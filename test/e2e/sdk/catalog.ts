import { describe, expect, it } from 'vitest'
import { waitFor } from '../../support/wait-for.ts'
import { download, type Sdk } from './use-sdk.ts'

export const productsThroughSdk = (sdk: Sdk) =>
  describe('products', () => {
    it('are created, read, changed and deleted, by id or by their own name', async () => {
      const { products } = sdk.client
      const product = await products.create({
        name: 'Shirt',
        source_id: 'shirt/1 ü',
        price: 20_000,
        attributes: ['color'],
        metadata: { brand: 'x' },
      })
      expect(product).toMatchObject({
        id: expect.stringMatching(/^prod_/),
        object: 'product',
        name: 'Shirt',
        source_id: 'shirt/1 ü',
        price: 20_000,
        attributes: ['color'],
        metadata: { brand: 'x' },
      })
      expect(await products.get('shirt/1 ü')).toMatchObject({ id: product.id })
      expect(await products.update({ id: product.id, price: 100 })).toMatchObject({
        id: product.id,
        price: 100,
        name: 'Shirt',
      })
      expect(await products.update({ source_id: 'shirt/1 ü', name: 'T' })).toMatchObject({
        name: 'T',
      })
      await products.delete(product.id, { force: true })
      await expect(products.get(product.id)).rejects.toMatchObject({
        code: 404,
        key: 'not_found',
        resource_type: 'product',
      })
    })

    it('are listed in pages and by filters', async () => {
      const { products } = sdk.client
      for (const name of ['Lamp A', 'Lamp B', 'Lamp C']) await products.create({ name })
      const list = await products.list({
        limit: 1,
        page: 2,
        order: 'name',
        filters: { name: { conditions: { $contains: ['Lamp'] } } },
      })
      expect(list).toMatchObject({
        object: 'list',
        data_ref: 'products',
        total: 3,
        products: [{ name: 'Lamp B' }],
      })
    })

    it('have SKUs', async () => {
      const { products } = sdk.client
      const { id } = await products.create({ name: 'Shoe', attributes: ['size'] })
      const sku = await products.createSku(id, {
        sku: 'Shoe 42',
        source_id: 'shoe-42',
        price: 900,
        attributes: { size: '42' },
      })
      expect(sku).toMatchObject({
        id: expect.stringMatching(/^sku_/),
        object: 'sku',
        sku: 'Shoe 42',
        source_id: 'shoe-42',
        price: 900,
        attributes: { size: '42' },
      })
      expect(await products.getSku(sku.id)).toMatchObject({ id: sku.id, product_id: id })
      expect(await products.updateSku(id, { id: sku.id, price: 950 })).toMatchObject({
        id: sku.id,
        price: 950,
        sku: 'Shoe 42',
      })
      expect(await products.listSkus(id)).toMatchObject({
        object: 'list',
        data_ref: 'skus',
        total: 1,
        skus: [{ id: sku.id, price: 950 }],
      })
      await products.deleteSku(id, sku.id, { force: true })
      await expect(products.getSku(sku.id)).rejects.toMatchObject({ code: 404 })
    })

    it('and SKUs are changed in bulk and come out of CSV files (trap 9)', async () => {
      const { products } = sdk.client
      await products.create({ name: 'Bulk', source_id: 'bulk', price: 1, metadata: { kept: 1 } })
      const changed = await products.bulkUpdate([{ source_id: 'bulk', price: 2 }])
      expect(await sdk.outcomeOf(changed)).toMatchObject({ operation_status: 'SUCCESS' })
      const tagged = await products.bulkUpdateMetadata({
        source_ids: ['bulk'],
        metadata: { a: 1 },
      })
      expect(await sdk.outcomeOf(tagged)).toMatchObject({ operation_status: 'SUCCESS' })
      expect(await products.get('bulk')).toMatchObject({ price: 2, metadata: { kept: 1, a: 1 } })

      const productsFile = await sdk.writeCsv([
        'Name,Source_id,Price,Attributes,Image_url,material',
        'Cup,cup,1250,"color,size",,clay',
      ])
      expect(await sdk.outcomeOf(await products.importCSV(productsFile))).toMatchObject({
        operation_status: 'SUCCESS',
        result: { done_count: 1, failed_count: 0 },
      })
      const cup = await products.get('cup')
      expect(cup).toMatchObject({
        name: 'Cup',
        price: 1_250,
        attributes: ['color', 'size'],
        metadata: { material: 'clay' },
      })
      const skusFile = await sdk.writeCsv([
        'product_id,sku,source_id,price,attributes',
        `${cup.id},Red cup,cup-red,1300,"{'color':'red'}"`,
      ])
      expect(await sdk.outcomeOf(await products.importSkusCSV(skusFile))).toMatchObject({
        operation_status: 'SUCCESS',
      })
      expect(await products.listSkus('cup')).toMatchObject({
        skus: [{ source_id: 'cup-red', price: 1_300, attributes: { color: 'red' } }],
      })
    })

    it('are gathered in collections', async () => {
      const { productCollections, products } = sdk.client
      const { id } = await products.create({ name: 'Gathered', price: 77 })
      const fixed = await productCollections.create({
        name: 'Fixed',
        type: 'STATIC',
        products: [{ id, object: 'product' }],
      })
      expect(fixed).toMatchObject({
        id: expect.stringMatching(/^pc_/),
        object: 'products_collection',
        name: 'Fixed',
        type: 'STATIC',
        products: [{ id, object: 'product' }],
      })
      expect(await productCollections.get(fixed.id)).toEqual(fixed)
      expect(await productCollections.listProducts(fixed.id, { limit: 1 })).toMatchObject({
        object: 'list',
        data_ref: 'data',
        total: 1,
        data: [{ id, name: 'Gathered' }],
      })
      const changing = await productCollections.create({
        name: 'Changing',
        type: 'AUTO_UPDATE',
        filter: { junction: 'AND', price: { conditions: { $is: [77] } } },
      })
      expect(await productCollections.listProducts(changing.id)).toMatchObject({ data: [{ id }] })
      expect(await productCollections.list({ order: '-created_at', limit: 2 })).toMatchObject({
        data: [{ name: 'Changing' }, { name: 'Fixed' }],
        total: 2,
      })
      await productCollections.delete(fixed.id)
      await expect(productCollections.get(fixed.id)).rejects.toMatchObject({ code: 404 })
    })
  })

export const categoriesThroughSdk = (sdk: Sdk) =>
  describe('categories', () => {
    it('are created, read, changed, listed and deleted', async () => {
      const { categories, vouchers } = sdk.client
      const category = await categories.create({ name: 'Seasonal', hierarchy: 2 })
      expect(category).toMatchObject({
        id: expect.stringMatching(/^cat_/),
        object: 'category',
        name: 'Seasonal',
        hierarchy: 2,
      })
      expect(await categories.get(category.id)).toEqual(category)
      expect(await categories.update(category.id, { name: 'Yearly', hierarchy: 1 })).toMatchObject({
        id: category.id,
        name: 'Yearly',
        hierarchy: 1,
      })
      expect(await categories.list()).toMatchObject({
        object: 'list',
        data_ref: 'data',
        data: [{ id: category.id }],
      })
      expect(
        await vouchers.create({
          code: 'IN-CATEGORY',
          type: 'GIFT_VOUCHER',
          gift: { amount: 1 },
          category_id: category.id,
        }),
      ).toMatchObject({ category_id: category.id, categories: [{ name: 'Yearly' }] })
      await vouchers.delete('IN-CATEGORY', { force: true })
      await categories.delete(category.id)
      await expect(categories.get(category.id)).rejects.toMatchObject({ code: 404 })
    })
  })

export const ordersThroughSdk = (sdk: Sdk) =>
  describe('orders', () => {
    it('are created, changed, read and listed', async () => {
      const { orders, products } = sdk.client
      await products.create({ name: 'Ordered', source_id: 'ordered', price: 700 })
      const order = await orders.create({
        source_id: 'order/1 2',
        status: 'CREATED',
        customer: { source_id: 'buyer' },
        items: [{ source_id: 'ordered', related_object: 'product', quantity: 2, price: 700 }],
        metadata: { shop: 'main' },
      })
      expect(order).toMatchObject({
        id: expect.stringMatching(/^ord_/),
        object: 'order',
        source_id: 'order/1 2',
        status: 'CREATED',
        amount: 1_400,
        total_amount: 1_400,
        items: [{ object: 'order_item', quantity: 2, amount: 1_400, price: 700 }],
        customer: { id: expect.stringMatching(/^cust_/), object: 'customer' },
        metadata: { shop: 'main' },
      })
      expect(await orders.update({ id: order.id, status: 'PAID' })).toMatchObject({
        id: order.id,
        status: 'PAID',
        amount: 1_400,
      })
      expect(
        await orders.update({ source_id: 'order/1 2', metadata: { gift: true } }),
      ).toMatchObject({ metadata: { shop: 'main', gift: true } })
      expect(await orders.get('order/1 2')).toMatchObject({ id: order.id, status: 'PAID' })
      expect(
        await orders.list({
          limit: 10,
          page: 1,
          order: '-created_at',
          filters: { customer_id: { conditions: { $is: [order.customer.id] } } },
        }),
      ).toMatchObject({ object: 'list', data_ref: 'orders', total: 1, orders: [{ id: order.id }] })
      await expect(orders.get('nobody')).rejects.toMatchObject({
        code: 404,
        resource_type: 'order',
      })
    })

    it('are imported', async () => {
      const accepted = await sdk.client.orders.import([
        { source_id: 'imported-1', amount: 100, status: 'PAID' },
        { source_id: 'imported-2', amount: 200, status: 'CREATED' },
      ])
      expect(await sdk.outcomeOf(accepted)).toMatchObject({
        type: 'ORDERS.IMPORT',
        operation_status: 'SUCCESS',
      })
      expect(await sdk.client.orders.get('imported-2')).toMatchObject({
        amount: 200,
        status: 'CREATED',
      })
    })
  })

export const exportsThroughSdk = (sdk: Sdk) =>
  describe('exports', () => {
    it('are made, read, listed, downloaded and deleted', async () => {
      const { vouchers, distributions } = sdk.client
      for (const code of ['EXPORTED-1', 'EXPORTED-2'])
        await vouchers.create({
          code,
          type: 'GIFT_VOUCHER',
          gift: { amount: 100 },
          category: 'exported',
        })
      const made = await distributions.exports.create({
        exported_object: 'voucher',
        parameters: {
          order: '-code',
          fields: ['code', 'category'],
          filters: { junction: 'OR', category: { conditions: { $is: ['exported'] } } },
        },
      })
      expect(made).toMatchObject({
        id: expect.stringMatching(/^exp_/),
        object: 'export',
        exported_object: 'voucher',
        status: 'SCHEDULED',
        result: null,
      })
      const done = await waitFor('the export', async () => {
        const found = await distributions.exports.get(made.id)
        return found.status === 'DONE' && found
      })
      const lines = (await download(sdk.server, done.result.url)).trim().split(/\r?\n/)
      expect(lines.slice(1).map((line) => line.replaceAll('"', ''))).toEqual([
        'EXPORTED-2,exported',
        'EXPORTED-1,exported',
      ])
      expect(await distributions.exports.list({ limit: 1, page: 1 })).toMatchObject({
        object: 'list',
        data_ref: 'exports',
        exports: [{ id: made.id }],
      })
      await distributions.exports.delete(made.id)
      await expect(distributions.exports.get(made.id)).rejects.toMatchObject({ code: 404 })
    })
  })
