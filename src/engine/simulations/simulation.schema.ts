import { z } from 'zod'
import { LIMITS } from '../../platform/limits.ts'

const OBJECT = z.looseObject({})

/** What does not exist yet, in the words of the bodies that would make it. */
const DRAFT = z
  .object({
    voucher: OBJECT.describe(
      'As in `POST /v1/vouchers`: discount or gift, dates, category, limit.',
    ),
    rules: z
      .array(OBJECT)
      .max(LIMITS.simulatedRulesMax)
      .default([])
      .describe('As in `POST /v1/validation-rules`: rules, applicable_to, bundle_rules, error.'),
  })
  .describe('A draft of a voucher with its rules; also of a promotion tier, by its discount.')

export const SIMULATION = z
  .object({
    now: z.iso
      .datetime({ offset: true })
      .optional()
      .describe('The moment of the simulation; now when it is left out.'),
    redeemables: z
      .array(
        z.union([
          z.looseObject({
            object: z.enum(['voucher', 'promotion_tier', 'promotion_stack']),
            id: z.string().min(1),
          }),
          z.object({ draft: DRAFT }),
        ]),
      )
      .min(1)
      .max(LIMITS.redeemablesPerRequestMax)
      .describe(
        'What exists, as in `POST /v1/validations`, and drafts, in the order of application.',
      ),
    order: OBJECT.optional().describe('As in `POST /v1/validations`.'),
    customer: z
      .looseObject({
        segments: z.array(z.string()).max(LIMITS.simulatedSegmentsMax).optional(),
      })
      .optional()
      .describe(
        'An imagined customer: `metadata` and `segments`; with `id` or `source_id` one who exists.',
      ),
    metadata: OBJECT.optional().describe('The metadata of the redemption.'),
    stacking_rules: OBJECT.optional().describe('Rules that differ from those of the project.'),
  })
  .meta({ id: 'SimulationRequest' })

export type SimulationBody = z.infer<typeof SIMULATION>

export const SIMULATED = z
  .looseObject({
    valid: z.boolean(),
    redeemables: z.array(OBJECT),
    explain: OBJECT.describe('Why, as a tree: conditions, amounts, and the smallest change.'),
  })
  .meta({
    id: 'Simulation',
    description: 'The answer of `POST /v1/validations` with its explanation. Nothing was written.',
  })
