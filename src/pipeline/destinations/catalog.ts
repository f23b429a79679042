import type { DestinationDefinition } from './definition.ts'
import { segmentEndpoint } from './segment-endpoint/index.ts'
import { voucherifyActions } from './voucherify-actions/index.ts'
import { webhook } from './webhook/index.ts'

/** Every kind of destination that can be set up. */
export const catalog: readonly DestinationDefinition[] = [
  voucherifyActions,
  segmentEndpoint,
  webhook,
]

const bySlug = new Map(catalog.map((definition) => [definition.slug, definition]))

/** The definition under `slug`; undefined when there is none. */
export const findDefinition = (slug: string): DestinationDefinition | undefined => bySlug.get(slug)
