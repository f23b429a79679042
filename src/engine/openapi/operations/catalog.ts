import { PAGE_QUERY } from '../../api/index.ts'
import { EXPORT_PARAMETERS } from '../../exports/index.ts'
import { LOCATION_LIST_QUERY } from '../../locations/index.ts'
import { ORDER_BODY, ORDER_IMPORT, ORDER_LIST_QUERY } from '../../orders/index.ts'
import { COLLECTION_BODY } from '../../product-collections/index.ts'
import {
  CATALOG_QUERY,
  PRODUCT_BODY,
  PRODUCT_CHANGES,
  PRODUCT_METADATA_CHANGE,
  SKU_BODY,
} from '../../products/index.ts'
import {
  accepted,
  CSV,
  cursorListOf,
  FILTERS,
  FORCE,
  listOf,
  NOTHING,
  type Operations,
  orderBy,
  type Tag,
  view,
} from '../operation.ts'

export const ORDERS: Tag = {
  name: 'Orders',
  description: 'What customers buy; named by id or `source_id`.',
  operations: {
    'GET /v1/orders': {
      id: 'listOrders',
      summary: 'List orders, the oldest first',
      query: [PAGE_QUERY, ORDER_LIST_QUERY, orderBy('created_at', 'updated_at', 'status'), FILTERS],
      answer: listOf('orders', 'Order'),
    },
    'POST /v1/orders': {
      id: 'createOrder',
      summary: 'Create an order, or change the one of that `source_id`',
      body: ORDER_BODY,
      answer: view('Order'),
    },
    'POST /v1/orders/import': {
      id: 'importOrders',
      summary: 'Import orders in the background',
      body: ORDER_IMPORT,
      ...accepted(200),
    },
    'POST /v1/orders/export': {
      id: 'exportOrders',
      summary: 'Export orders',
      body: EXPORT_PARAMETERS,
      isBodyOptional: true,
      answer: view('Export'),
    },
    'GET /v1/orders/{order}': { id: 'getOrder', summary: 'Get an order', answer: view('Order') },
    'PUT /v1/orders/{order}': {
      id: 'updateOrder',
      summary: 'Change an order; what is not given stays',
      body: ORDER_BODY,
      answer: view('Order'),
    },
  },
}

const LISTED = [
  PAGE_QUERY,
  CATALOG_QUERY,
  orderBy('created_at', 'updated_at', 'name', 'source_id', 'price'),
  FILTERS,
]

const products: Operations = {
  'GET /v1/products': {
    id: 'listProducts',
    summary: 'List products',
    query: LISTED,
    answer: listOf('products', 'Product'),
  },
  'POST /v1/products': {
    id: 'createProduct',
    summary: 'Create a product, or change the one of that `source_id`',
    body: PRODUCT_BODY,
    answer: view('Product'),
  },
  'GET /v1/products/{product}': {
    id: 'getProduct',
    summary: 'Get a product with its SKUs',
    answer: view('Product'),
  },
  'PUT /v1/products/{product}': {
    id: 'updateProduct',
    summary: 'Change a product; what is not given stays',
    body: PRODUCT_BODY,
    answer: view('Product'),
  },
  'DELETE /v1/products/{product}': {
    id: 'deleteProduct',
    summary: 'Move a product to the bin, or delete it for good',
    query: [FORCE],
    ...NOTHING,
  },
}

const skus: Operations = {
  'GET /v1/products/{product}/skus': {
    id: 'listSkus',
    summary: 'List the SKUs of a product',
    query: LISTED,
    answer: listOf('skus', 'Sku'),
  },
  'POST /v1/products/{product}/skus': {
    id: 'createSku',
    summary: 'Create a SKU, or change the one of that `source_id`',
    body: SKU_BODY,
    answer: view('Sku'),
  },
  'GET /v1/products/{product}/skus/{sku}': {
    id: 'getSkuOfProduct',
    summary: 'Get a SKU of a product',
    answer: view('Sku'),
  },
  'PUT /v1/products/{product}/skus/{sku}': {
    id: 'updateSku',
    summary: 'Change a SKU; what is not given stays',
    body: SKU_BODY,
    answer: view('Sku'),
  },
  'DELETE /v1/products/{product}/skus/{sku}': {
    id: 'deleteSku',
    summary: 'Move a SKU to the bin, or delete it for good',
    query: [FORCE],
    ...NOTHING,
  },
  'GET /v1/skus/{sku}': { id: 'getSku', summary: 'Get a SKU', answer: view('Sku') },
}

const many: Operations = {
  'POST /v1/products/bulk/async': {
    id: 'updateProductsInBulk',
    summary: 'Change many products in the background',
    body: PRODUCT_CHANGES,
    ...accepted(202),
  },
  'POST /v1/products/bulk': {
    id: 'updateProductsInBulkOlder',
    summary: 'The same under the path of older clients',
    body: PRODUCT_CHANGES,
    ...accepted(202),
  },
  'POST /v1/products/metadata/async': {
    id: 'updateProductsMetadata',
    summary: 'Give many products the same metadata',
    body: PRODUCT_METADATA_CHANGE,
    ...accepted(202),
  },
  'POST /v1/products/importCSV': {
    id: 'importProductsCsv',
    summary: 'Import products from a CSV file',
    ...CSV,
    ...accepted(200),
  },
  'POST /v1/skus/importCSV': {
    id: 'importSkusCsv',
    summary: 'Import SKUs from a CSV file',
    ...CSV,
    ...accepted(200),
  },
}

export const PRODUCTS: Tag = {
  name: 'Products',
  description: 'Products and their SKUs; named by id or `source_id`.',
  operations: { ...products, ...skus, ...many },
}

export const PRODUCT_COLLECTIONS: Tag = {
  name: 'Product collections',
  description: 'Named sets of products and SKUs, which validation rules apply to.',
  operations: {
    'GET /v1/product-collections': {
      id: 'listProductCollections',
      summary: 'List collections',
      query: [PAGE_QUERY, orderBy('created_at', 'updated_at', 'name')],
      answer: listOf('data', 'ProductCollection'),
    },
    'POST /v1/product-collections': {
      id: 'createProductCollection',
      summary: 'Create a collection of named products, or of those that a filter finds',
      body: COLLECTION_BODY,
      answer: view('ProductCollection'),
    },
    'GET /v1/product-collections/{id}': {
      id: 'getProductCollection',
      summary: 'Get a collection',
      answer: view('ProductCollection'),
    },
    'PUT /v1/product-collections/{id}': {
      id: 'updateProductCollection',
      summary: 'Replace a collection',
      body: COLLECTION_BODY,
      answer: view('ProductCollection'),
    },
    'DELETE /v1/product-collections/{id}': {
      id: 'deleteProductCollection',
      summary: 'Delete a collection',
      ...NOTHING,
    },
    'GET /v1/product-collections/{id}/products': {
      id: 'listProductsInCollection',
      summary: 'List what is in a collection',
      query: LISTED,
      answer: listOf('data', 'CatalogItem'),
    },
  },
}

export const LOCATIONS: Tag = {
  name: 'Locations',
  description: 'Circles and polygons on the map; the management API makes them.',
  operations: {
    'GET /v1/locations': {
      id: 'listLocations',
      summary: 'List locations',
      query: [
        PAGE_QUERY,
        LOCATION_LIST_QUERY,
        orderBy('created_at', 'updated_at', 'name'),
        FILTERS,
      ],
      answer: cursorListOf('data', 'Location'),
    },
    'GET /v1/locations/{id}': {
      id: 'getLocation',
      summary: 'Get a location',
      answer: view('Location'),
    },
  },
}
