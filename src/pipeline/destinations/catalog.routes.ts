import { z } from 'zod'
import { notFound } from '../../kernel/api-error.ts'
import { type ManagementScope, pageOf } from '../../platform/management/index.ts'
import { type DestinationKind, findDefinition, listKinds } from './catalog.ts'
import { type DestinationDefinition, defaultMapping } from './definition.ts'

const FIELDS = z
  .record(z.string(), z.unknown())
  .describe('Field definitions by their keys, in the language of `promoloop/fields`.')
const MAPPING = z.record(z.string(), z.unknown())

const SUMMARY = z
  .object({
    slug: z.string(),
    name: z.string().describe('Also its key in the Integrations object of calls.'),
    description: z.string(),
    mode: z.string(),
    supported_calls: z.array(z.string()),
  })
  .meta({ id: 'DestinationCatalogEntry', description: 'A kind of destination.' })

const DEFINITION = SUMMARY.extend({
  settings: FIELDS,
  actions: z.array(
    z.object({
      key: z.string(),
      title: z.string(),
      description: z.string(),
      default_trigger: z.string(),
      default_mapping: MAPPING,
      fields: FIELDS,
    }),
  ),
  presets: z
    .array(
      z.object({ name: z.string(), action: z.string(), trigger: z.string(), mapping: MAPPING }),
    )
    .describe('What Quick Setup makes mappings of.'),
}).meta({
  id: 'DestinationDefinition',
  description: 'A kind of destination with its settings, actions and presets.',
})

const toSummary = (definition: DestinationKind): z.infer<typeof SUMMARY> => ({
  slug: definition.slug,
  name: definition.name,
  description: definition.description,
  mode: definition.mode,
  supported_calls: [...definition.supportedCalls],
})

const toDefinitionView = (definition: DestinationDefinition): z.infer<typeof DEFINITION> => ({
  ...toSummary(definition),
  settings: definition.settings,
  actions: Object.entries(definition.actions).map(([key, action]) => ({
    key,
    title: action.title,
    description: action.description,
    default_trigger: action.defaultTrigger,
    default_mapping: defaultMapping(action),
    fields: action.fields,
  })),
  presets: [...definition.presets],
})

const tags = ['Catalog']

/** `/api/v1/catalog/destinations`: what can be set up (§11.3.1). */
export function catalogRoutes(app: ManagementScope): void {
  app.get(
    '/api/v1/catalog/destinations',
    {
      schema: {
        operationId: 'listDestinationCatalog',
        summary: 'List the kinds of destinations',
        tags,
        response: { 200: pageOf(SUMMARY).describe('Every kind of destination.') },
      },
    },
    async () => ({ data: listKinds().map(toSummary), next: null }),
  )

  app.get(
    '/api/v1/catalog/destinations/:slug',
    {
      schema: {
        operationId: 'getDestinationDefinition',
        summary: 'Get a kind of destination with its settings, actions and presets',
        tags,
        params: z.object({ slug: z.string().describe('The slug of a kind of destination.') }),
        response: { 200: DEFINITION },
      },
    },
    async ({ params: { slug } }) => {
      const definition = findDefinition(slug)
      if (!definition) throw notFound('destination_definition', slug)
      return toDefinitionView(definition)
    },
  )
}
