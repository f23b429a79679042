import type { BodySchema } from '../../api/index.ts'
import { ASYNC_ACTION_TYPES } from '../../async-actions/index.ts'
import {
  ANYTHING,
  COUNT,
  embeddedList,
  FLAG,
  is,
  listOf,
  NUMBER,
  OPEN,
  oneOf,
  orNull,
  partly,
  ref,
  shape,
  TEXT,
  TIME,
  TIMES,
} from './schema.ts'

const ITEM = {
  id: TEXT,
  source_id: orNull(TEXT),
  price: orNull(COUNT),
  image_url: orNull(TEXT),
  metadata: OPEN,
  ...TIMES,
}
const PRODUCT = { ...ITEM, name: orNull(TEXT), attributes: listOf(TEXT), object: is('product') }
const SKU = {
  ...ITEM,
  product_id: TEXT,
  sku: orNull(TEXT),
  currency: orNull(TEXT),
  attributes: OPEN,
  object: is('sku'),
}

const ACTION = {
  id: TEXT,
  type: oneOf(...ASYNC_ACTION_TYPES),
  status: TEXT,
  operation_status: TEXT,
  request_id: TEXT,
  ...TIMES,
  progress: COUNT,
  processing_time: orNull(COUNT),
  object: is('async_action'),
}

const VALUES = listOf({ type: ['string', 'number'] })
/** A definition of a key, whose members two APIs spell in two ways. */
const definition = (names: { object: string; min: string; max: string; exact: string }) =>
  shape({
    type: TEXT,
    array: FLAG,
    optional: FLAG,
    [names.object]: orNull(TEXT),
    ...partly({
      deleted: FLAG,
      eq: VALUES,
      ne: VALUES,
      lt: NUMBER,
      lte: NUMBER,
      gt: NUMBER,
      gte: NUMBER,
      [names.min]: COUNT,
      [names.max]: COUNT,
      [names.exact]: COUNT,
    }),
  })
const byKey = (schema: BodySchema) => ({ type: 'object', additionalProperties: schema })
const metadataSchema = (properties: BodySchema) =>
  shape({
    id: TEXT,
    related_object: TEXT,
    properties: byKey(properties),
    allow_defined_only: FLAG,
    ...TIMES,
    object: is('metadata_schema'),
  })

const CATEGORIES = orNull(listOf(TEXT))
const LIMIT = orNull(COUNT)

export const PROJECT_VIEWS: Readonly<Record<string, BodySchema>> = {
  Product: shape({ ...PRODUCT, 'skus?': embeddedList('data', ref('Sku')) }),
  Sku: shape(SKU),
  CatalogItem: {
    anyOf: [ref('Product'), shape({ ...SKU, 'product?': orNull(shape(PRODUCT)) })],
  },
  ProductCollection: shape({
    id: TEXT,
    name: TEXT,
    type: oneOf('STATIC', 'AUTO_UPDATE'),
    'products?': listOf(shape({ id: TEXT, 'product_id?': TEXT, object: oneOf('product', 'sku') })),
    'filter?': OPEN,
    created_at: TIME,
    object: is('products_collection'),
  }),
  Location: shape({
    id: TEXT,
    object: is('location'),
    name: TEXT,
    shape: OPEN,
    created_at: TIME,
    'updated_at?': TIME,
  }),
  RuleValidation: shape({
    valid: FLAG,
    rule_id: TEXT,
    applicable_to: OPEN,
    'error?': OPEN,
  }),
  ValidationRule: shape({
    id: TEXT,
    name: TEXT,
    rules: OPEN,
    'error?': OPEN,
    applicable_to: orNull(OPEN),
    'bundle_rules?': OPEN,
    type: TEXT,
    context_type: TEXT,
    ...TIMES,
    object: is('validation_rules'),
    'assignments_count?': COUNT,
  }),
  RuleAssignment: shape({
    id: TEXT,
    rule_id: TEXT,
    related_object_id: TEXT,
    related_object_type: oneOf(
      'voucher',
      'campaign',
      'promotion_tier',
      'earning_rule',
      'reward_assignment',
    ),
    created_at: TIME,
    object: is('validation_rules_assignment'),
  }),
  Category: shape({
    id: TEXT,
    name: TEXT,
    hierarchy: COUNT,
    object: is('category'),
    created_at: TIME,
    'updated_at?': TIME,
  }),
  MetadataSchema: metadataSchema(
    definition({
      object: 'objectType',
      min: 'minLength',
      max: 'maxLength',
      exact: 'exactLength',
    }),
  ),
  ManagedMetadataSchema: metadataSchema(
    definition({
      object: 'object_type',
      min: 'min_length',
      max: 'max_length',
      exact: 'exact_length',
    }),
  ),
  CustomEventSchema: shape({
    id: TEXT,
    name: TEXT,
    schema: shape({
      properties: byKey(shape({ type: TEXT, optional: FLAG, 'deleted?': FLAG })),
    }),
    ...TIMES,
    object: is('custom-event-schema'),
  }),
  AsyncActionStarted: shape({ async_action_id: TEXT }),
  ListedAsyncAction: shape(ACTION),
  AsyncAction: shape({ ...ACTION, result: orNull(OPEN) }),
  Export: shape({
    id: TEXT,
    object: is('export'),
    created_at: TIME,
    status: oneOf('SCHEDULED', 'IN_PROGRESS', 'DONE', 'ERROR'),
    channel: TEXT,
    exported_object: TEXT,
    parameters: OPEN,
    result: orNull(shape({ url: TEXT })),
    user_id: orNull(TEXT),
  }),
  BinEntry: shape({
    id: TEXT,
    created_at: TIME,
    resource_id: TEXT,
    resource_type: TEXT,
    resource_name: orNull(TEXT),
    'resource_parent_id?': TEXT,
    object: oneOf('campaign', 'voucher', 'product', 'sku'),
  }),
  Webhook: shape({
    id: TEXT,
    target_url: TEXT,
    events: listOf(TEXT),
    active: FLAG,
    created_at: TIME,
    object: is('webhook'),
  }),
  StackingRules: shape({
    redeemables_limit: COUNT,
    applicable_redeemables_limit: COUNT,
    'applicable_redeemables_per_category_limit?': LIMIT,
    applicable_redeemables_category_limits: OPEN,
    applicable_exclusive_redeemables_limit: COUNT,
    'applicable_exclusive_redeemables_per_category_limit?': LIMIT,
    exclusive_categories: CATEGORIES,
    joint_categories: CATEGORIES,
    discount_calculation_mode: TEXT,
    initial_amount_mode_categories: CATEGORIES,
    discounted_amount_mode_categories: CATEGORIES,
    redeemables_application_mode: TEXT,
    redeemables_sorting_rule: TEXT,
    redeemables_products_application_mode: TEXT,
    redeemables_no_effect_rule: TEXT,
    no_effect_skip_categories: CATEGORIES,
    no_effect_redeem_anyway_categories: CATEGORIES,
    redeemables_rollback_order_mode: TEXT,
    grouped_redeemables_sorting_rule: orNull(TEXT),
    ...partly({ id: TEXT, ...TIMES }),
  }),
  /** Every refusal (docs/reference/errors.md), and in its last two fields that of a body that could not be read. */
  Error: shape({
    message: TEXT,
    ...partly({
      code: COUNT,
      key: TEXT,
      details: TEXT,
      request_id: TEXT,
      resource_id: TEXT,
      resource_type: TEXT,
      redeemable_type: TEXT,
      redeemable_id: TEXT,
      error: ANYTHING,
      statusCode: COUNT,
    }),
  }),
}
