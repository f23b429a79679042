import type { AsyncJob } from './async-actions/index.ts'
import { campaignJobs } from './campaigns/index.ts'
import { announceChanged, CUSTOMER_JOBS } from './customers/index.ts'
import { refreshTiersJob } from './loyalty-tiers/index.ts'
import { purgeJobs } from './metadata-schemas/index.ts'
import { ORDER_JOBS } from './orders/index.ts'
import { CATALOG_JOBS, refreshProducts, refreshSkus } from './products/index.ts'
import { bulkUpdateJobs, importJobs } from './vouchers/index.ts'

/** What can go on after its request was answered: one list a module. */
export const ASYNC_JOBS: readonly AsyncJob[] = [
  ...importJobs,
  ...bulkUpdateJobs,
  ...campaignJobs,
  ...CATALOG_JOBS,
  ...CUSTOMER_JOBS,
  ...ORDER_JOBS,
  ...purgeJobs({ customer: announceChanged, product: refreshProducts, sku: refreshSkus }),
  refreshTiersJob,
]
