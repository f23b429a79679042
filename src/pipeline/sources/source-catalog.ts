/** The kinds of sources, as the column `source.catalog` allows them. */
export type SourceKind = 'website' | 'server' | 'http-api' | 'voucherify'

/** A kind of source that can be added (pipeline §11.2). */
export type SourceCatalogEntry = {
  slug: SourceKind
  name: string
  description: string
  category: 'Website' | 'Server' | 'HTTP API' | 'Cloud app'
  /** True when another service sends the events and only needs to be given the write key. */
  isEventCloudSource: boolean
}

/** Every kind of source, in the order in which they are offered. */
export const SOURCE_CATALOG: readonly SourceCatalogEntry[] = [
  {
    slug: 'website',
    name: 'Website',
    description: 'Visitors of a website, sent from the browser by analytics.js.',
    category: 'Website',
    isEventCloudSource: false,
  },
  {
    slug: 'server',
    name: 'Server',
    description: 'What happens in your own backend, sent by one of the server libraries.',
    category: 'Server',
    isEventCloudSource: false,
  },
  {
    slug: 'http-api',
    name: 'HTTP API',
    description: 'Anything that can make HTTP requests, sent straight to the Tracking API.',
    category: 'HTTP API',
    isEventCloudSource: false,
  },
  {
    slug: 'voucherify',
    name: 'Voucherify',
    description:
      'What a promotion engine did: redemptions, validations, publications, as track calls.',
    category: 'Cloud app',
    isEventCloudSource: true,
  },
]
