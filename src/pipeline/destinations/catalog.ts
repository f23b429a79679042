import type { Log } from '../../platform/log.ts'
import type { DestinationDefinition } from './definition.ts'
import { type Installed, openInstalled } from './segment-actions/index.ts'
import { segmentEndpoint } from './segment-endpoint/index.ts'
import { voucherifyActions } from './voucherify-actions/index.ts'
import { webhook } from './webhook/index.ts'

/** Every kind of destination that is part of the product. */
export const catalog: readonly DestinationDefinition[] = [
  voucherifyActions,
  segmentEndpoint,
  webhook,
]

const bySlug = new Map(catalog.map((definition) => [definition.slug, definition]))

/** A kind of destination as lists show it. */
export type DestinationKind = Pick<
  DestinationDefinition,
  'slug' | 'name' | 'description' | 'mode' | 'supportedCalls'
>

let installed: Installed | undefined

/** Adds what is installed in the data folder; the code of a definition is loaded when it is first asked for. */
export function openCatalog(dataDir: string, log: Log): void {
  installed = openInstalled(dataDir, log)
}

/** The definition under `slug`, one of the product or an installed one; undefined when there is none. */
export const findDefinition = (slug: string): DestinationDefinition | undefined =>
  bySlug.get(slug) ?? installed?.find(slug)

/** Every kind of destination that can be set up: those of the product first. */
export const listKinds = (): DestinationKind[] => [...catalog, ...(installed?.list() ?? [])]
