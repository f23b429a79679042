import type { MappingJson } from '../../src/pipeline/destinations/definition.ts'

const path = (steps: string): MappingJson => ({ '@path': `$.${steps}` })

/** The value at a path, or another one where there is none. */
const firstOf = (steps: string, otherwise: string): MappingJson => ({
  // biome-ignore lint/suspicious/noThenProperty: the directive has this word for it.
  '@if': { exists: path(steps), then: path(steps), else: path(otherwise) },
})

/** A mapping of exactly thirty directives, counting those within others: each word of the language but one. */
export const richMapping: MappingJson = {
  // `@liquid` is left out: both sides spend most of it in liquidjs, which takes three times as long as the rest.
  source: { '@literal': 'shop' },
  user: path('userId'),
  sentAt: path('timestamp'),
  title: { '@template': '{{type}} of {{userId}}: {{properties.order_id}}' },
  page: { '@template': 'Viewed {{context.page.title}} ({{context.page.path}})' },
  email: firstOf('properties.email', 'context.traits.email'),
  currency: { '@case': { operator: 'lower', value: path('properties.currency') } },
  coupon: {
    '@replace': { pattern: '-', replacement: '', value: path('properties.coupon') },
  },
  order: {
    id: path('properties.order_id'),
    total: path('properties.total'),
  },
  items: {
    '@arrayPath': [
      '$.properties.products',
      { sku: path('product_id'), price: path('price'), quantity: path('quantity') },
    ],
  },
  basket: { '@flatten': { value: path('properties.metadata'), separator: '.' } },
  profile: {
    '@merge': { direction: 'right', objects: [{ plan: 'none' }, { plan: path('traits.plan') }] },
  },
  known: { '@excludeWhenNull': path('traits') },
  place: {
    '@transform': {
      apply: { city: path('traits.address.city') },
      mapping: { town: path('city') },
    },
  },
  raw: { '@json': { mode: 'encode', value: path('properties.loyalty') } },
}
