import { z } from 'zod'
import { toIso } from '../../kernel/time.ts'
import { LIMITS } from '../../platform/limits.ts'
import { CURSOR_TIME, idParams, TIMESTAMP } from '../../platform/management/index.ts'
import type { Source, WriteKey } from './source.ts'
import { SOURCE_CATALOG, type SourceCatalogEntry } from './source-catalog.ts'

const sourceKind = z.enum(SOURCE_CATALOG.map(({ slug }) => slug))
const nickname = z.string().trim().min(1).max(LIMITS.nameLengthMax)
const writeKey = z.string().regex(/^[A-Za-z0-9]{8,64}$/)

const KEY_IS_PUBLIC = 'Names the source of a call. It is no secret: web pages carry it.'

export const SOURCE_VIEW = z
  .object({
    id: z.string(),
    nickname: z.string(),
    schema_name: z
      .string()
      .describe('Where warehouses put its tables; a new nickname does not change it.'),
    catalog: sourceKind.describe('What kind of source it is.'),
    enabled: z.boolean().describe('Calls to a source that is not enabled are refused.'),
    write_keys: z.array(z.string()).describe('Its write keys, oldest first.'),
    created_at: TIMESTAMP,
    updated_at: TIMESTAMP.nullable(),
  })
  .meta({ id: 'Source', description: 'Where calls come from.' })

export const toSourceView = (source: Source): z.infer<typeof SOURCE_VIEW> => ({
  id: source.id,
  nickname: source.nickname,
  schema_name: source.schemaName,
  catalog: source.catalog,
  enabled: source.isEnabled,
  write_keys: source.writeKeys,
  created_at: toIso(source.createdAt),
  updated_at: source.updatedAt && toIso(source.updatedAt),
})

export const WRITE_KEY_VIEW = z
  .object({ key: z.string().describe(KEY_IS_PUBLIC), created_at: TIMESTAMP })
  .meta({ id: 'WriteKey', description: 'A key by which calls name their source.' })

export const toWriteKeyView = ({ key, createdAt }: WriteKey): z.infer<typeof WRITE_KEY_VIEW> => ({
  key,
  created_at: toIso(createdAt),
})

export const CATALOG_ENTRY_VIEW = z
  .object({
    slug: sourceKind,
    name: z.string(),
    description: z.string(),
    category: z.string(),
    is_event_cloud_source: z
      .boolean()
      .describe('True when another service sends the events and only needs the write key.'),
  })
  .meta({ id: 'SourceCatalogEntry', description: 'A kind of source.' })

export const toCatalogEntryView = (
  entry: SourceCatalogEntry,
): z.infer<typeof CATALOG_ENTRY_VIEW> => ({
  slug: entry.slug,
  name: entry.name,
  description: entry.description,
  category: entry.category,
  is_event_cloud_source: entry.isEventCloudSource,
})

export const NEW_SOURCE = z.strictObject({
  nickname,
  catalog: sourceKind,
  write_key: writeKey.optional().describe('A key that clients use already; else a random one.'),
})

export const SOURCE_CHANGES = z.strictObject({
  nickname: nickname.optional(),
  enabled: z.boolean().optional(),
})

export const NEW_WRITE_KEY = z.strictObject({
  key: writeKey.optional().describe('A key that clients use already; else a random one.'),
})

export const SOURCE_PARAMS = idParams('The id of a source.')
export const WRITE_KEY_PARAMS = SOURCE_PARAMS.extend({ key: z.string().describe('A write key.') })

/** The sort key of the list, as cursors carry it. */
export const WRITE_KEY_CURSOR = z
  .tuple([CURSOR_TIME, z.string()])
  .transform(([createdAt, key]) => ({ createdAt, key }))
