/**
 * Campaign templates: what a discount or gift campaign is made of, kept to make others like it, here or in another project.
 * Start at campaign-template.ts; to-template.ts reads campaigns and tiers, use-template.ts makes them.
 */

export { templateRoutes } from './template.routes.ts'
export {
  CAMPAIGN_SETUP,
  NEW_TEMPLATE,
  TEMPLATE_CHANGES,
  TEMPLATE_COPY,
  TEMPLATE_LIST_QUERY,
  TEMPLATE_QUERY,
  TIER_SETUP,
} from './template.schema.ts'
export { templateManagementRoutes } from './template-management.routes.ts'
