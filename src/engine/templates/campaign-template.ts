import type { JsonObject } from '../../kernel/json.ts'
import { toIso } from '../../kernel/time.ts'
import type { CampaignInput } from '../campaigns/index.ts'

/** A template of a project: everything about a campaign but its name, its category and the number of its codes. */
export type CampaignTemplate = {
  id: string
  projectId: string
  name: string
  description: string | null
  campaignType: 'DISCOUNT_COUPONS' | 'GIFT_VOUCHERS'
  content: TemplateContent
  createdAt: Date
  updatedAt: Date | null
}

/** The bodies that make what a template stands for. */
export type TemplateContent = {
  campaign: CampaignInput
  /** Of the validation rule that each campaign made of it gets for itself. */
  rule: JsonObject | null
}

/** The template as the API shows it. */
export const toTemplateView = (template: CampaignTemplate) => ({
  id: template.id,
  name: template.name,
  ...(template.description !== null && { description: template.description }),
  campaign_type: template.campaignType,
  created_at: toIso(template.createdAt),
  ...(template.updatedAt && { updated_at: toIso(template.updatedAt) }),
  object: 'campaign_template',
})

/** The same with what is in it, as `expand=json_template` asks for. */
export const toExpandedView = (template: CampaignTemplate) => ({
  ...toTemplateView(template),
  json_template: {
    ...template.content.campaign,
    ...(template.content.rule && { validation_rule: template.content.rule }),
  },
})
