import { z } from 'zod'
import { toIso } from '../../kernel/time.ts'
import { LIMITS } from '../../platform/limits.ts'
import { idParams, TIMESTAMP } from '../../platform/management/index.ts'
import {
  type Consent,
  type ConsentGroup,
  type GivenConsent,
  toConsentView,
  toGroupView,
} from './consent.ts'

const name = z.string().min(1).max(LIMITS.nameLengthMax).describe('No two have the same.')
const description = z.string().max(LIMITS.textLengthMax).describe('For people.')
const category = z
  .string()
  .min(1)
  .max(LIMITS.nameLengthMax)
  .describe('What it is about, in your own words, such as `MARKETING`.')
const groupId = z.string().nullable().describe('The group it belongs to.')

export const CONSENT_PARAMS = idParams('The id of a consent.')
export const GROUP_PARAMS = idParams('The id of a group of consents.')
export const CUSTOMER_PARAMS = z.object({
  customer: z.string().describe('The id or `source_id` of a customer.'),
})

export const NEW_GROUP = z.strictObject({ name, description: description.default('') })
export const GROUP_CHANGES = z.strictObject({
  name: name.optional(),
  description: description.optional(),
})
export const NEW_CONSENT = z.strictObject({
  name,
  category,
  description: description.default(''),
  group_id: groupId.default(null),
})
export const CONSENT_CHANGES = z.strictObject({
  name: name.optional(),
  category: category.optional(),
  description: description.optional(),
  group_id: groupId.optional(),
})

const TIMES = { created_at: TIMESTAMP, updated_at: TIMESTAMP.optional() }

export const CONSENT_VIEW = z
  .object({
    id: z.string(),
    name: z.string(),
    description: z.string(),
    category: z.string(),
    group_id: z.string().nullable(),
    ...TIMES,
    object: z.literal('consent'),
  })
  .meta({ id: 'Consent', description: 'Something that customers can consent to.' })

export const GROUP_VIEW = z
  .object({
    id: z.string(),
    name: z.string(),
    description: z.string(),
    consents: z.array(z.string()).describe('The ids of its consents.'),
    ...TIMES,
    object: z.literal('consent_group'),
  })
  .meta({ id: 'ConsentGroup', description: 'Consents that belong together.' })

export const CONSENTS_VIEW = z.object({
  consents: z.array(CONSENT_VIEW),
  groups: z.array(GROUP_VIEW),
})

export const GIVEN_VIEW = z
  .object({
    data: z.array(
      z.object({
        consent_id: z.string(),
        name: z.string(),
        given: z.boolean().nullable().describe('Null for a customer who has said nothing.'),
        changed_at: TIMESTAMP.nullable(),
      }),
    ),
  })
  .meta({ id: 'CustomerConsents', description: 'What a customer said to each consent.' })

export const toConsent = (consent: Consent): z.infer<typeof CONSENT_VIEW> => ({
  ...toConsentView(consent),
  group_id: consent.groupId,
})

export const toGroup = (
  group: ConsentGroup,
  consents: readonly Consent[],
): z.infer<typeof GROUP_VIEW> => toGroupView(group, consents)

export const toGiven = (
  { id, name: of }: Consent,
  given: GivenConsent | undefined,
): z.infer<typeof GIVEN_VIEW>['data'][number] => ({
  consent_id: id,
  name: of,
  given: given?.isGiven ?? null,
  changed_at: given ? toIso(given.changedAt) : null,
})
