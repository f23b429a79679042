import type { BodySchema } from '../../api/index.ts'
import { CUSTOMER_VIEWS } from './customers.ts'
import { EARNING_VIEWS } from './earning.ts'
import { LOYALTY_VIEWS } from './loyalties.ts'
import { MANAGEMENT_VIEWS } from './management.ts'
import { PROGRAM_VIEWS } from './programs.ts'
import { PROJECT_VIEWS } from './project.ts'
import { REDEMPTION_VIEWS } from './redemptions.ts'
import { VOUCHER_VIEWS } from './vouchers.ts'

/** What the engine answers, by name; a test holds every answer of the integration tests to it. */
export const VIEWS: Readonly<Record<string, BodySchema>> = {
  ...VOUCHER_VIEWS,
  ...REDEMPTION_VIEWS,
  ...CUSTOMER_VIEWS,
  ...PROJECT_VIEWS,
  ...PROGRAM_VIEWS,
  ...LOYALTY_VIEWS,
  ...EARNING_VIEWS,
  ...MANAGEMENT_VIEWS,
}
