import { ApiError } from '../../kernel/api-error.ts'
import type { Db } from '../../platform/db.ts'
import { LIMITS } from '../../platform/limits.ts'
import { getCampaign } from './campaign.repo.ts'
import type { CampaignType } from './campaign.ts'

/** What makes somebody a referee, and what they get for it (engine-programs §10.1). */
export type ReferralProgram = {
  conversion_event_type: 'redemption' | 'custom_event'
  /** The event of one's own that makes somebody a referee. */
  custom_event?: { id: string | null; name: string }
  referee_reward?: {
    related_object_parent: { id: string; name: string; object: 'CAMPAIGN' }
    type: 'LOYALTY_CARD' | 'GIFT_VOUCHER'
    amount: number
  }
}

/** The same as a caller writes it. */
export type ReferralProgramInput = {
  conversion_event_type?: ReferralProgram['conversion_event_type'] | null
  custom_event?: { id?: string | null; name?: string | null } | null
  referee_reward?: {
    related_object_parent?: { id?: string | null; name?: string | null } | null
    type?: 'LOYALTY_CARD' | 'GIFT_VOUCHER' | null
    amount?: number | null
  } | null
}

const TEXT = { type: ['string', 'null'], maxLength: LIMITS.indexedTextLengthMax }

export const REFERRAL_PROGRAM = {
  type: ['object', 'null'],
  properties: {
    conversion_event_type: {
      type: ['string', 'null'],
      enum: ['redemption', 'custom_event', null],
    },
    custom_event: { type: ['object', 'null'], properties: { id: TEXT, name: TEXT } },
    referee_reward: {
      type: ['object', 'null'],
      properties: {
        related_object_parent: { type: ['object', 'null'], properties: { id: TEXT, name: TEXT } },
        type: { type: ['string', 'null'], enum: ['LOYALTY_CARD', 'GIFT_VOUCHER', null] },
        amount: { type: ['integer', 'null'], minimum: 1, maximum: Number.MAX_SAFE_INTEGER },
      },
    },
  },
}

/**
 * The referral program that `input` describes: by a redemption unless it says otherwise (F-10). Throws `invalid_payload`
 * for one that lacks something, `not_found` for a campaign of the reward that the project does not have, and
 * `invalid_campaign` for one that does not give what the reward is.
 */
export async function completeReferralProgram(
  db: Db,
  projectId: string,
  input: ReferralProgramInput | null | undefined,
): Promise<ReferralProgram> {
  const { conversion_event_type, custom_event, referee_reward } = input ?? {}
  const program: ReferralProgram = {
    conversion_event_type: conversion_event_type ?? (custom_event ? 'custom_event' : 'redemption'),
  }
  if (program.conversion_event_type === 'custom_event') {
    if (!custom_event?.name) throw missing('.referral_program.custom_event', 'name')
    program.custom_event = { id: custom_event.id ?? null, name: custom_event.name }
  }
  if (referee_reward) program.referee_reward = await complete(db, projectId, referee_reward)
  return program
}

const CAMPAIGN_TYPES: Readonly<Record<'LOYALTY_CARD' | 'GIFT_VOUCHER', CampaignType>> = {
  LOYALTY_CARD: 'LOYALTY_PROGRAM',
  GIFT_VOUCHER: 'GIFT_VOUCHERS',
}

async function complete(
  db: Db,
  projectId: string,
  { related_object_parent, type, amount }: NonNullable<ReferralProgramInput['referee_reward']>,
): Promise<NonNullable<ReferralProgram['referee_reward']>> {
  const property = '.referral_program.referee_reward'
  if (!type) throw missing(property, 'type')
  if (!amount) throw missing(property, 'amount')
  const reference = related_object_parent?.id || related_object_parent?.name
  if (!reference) throw missing(property, 'related_object_parent')
  const { id, name, campaignType } = await getCampaign(db, projectId, reference)
  if (campaignType !== CAMPAIGN_TYPES[type]) {
    throw new ApiError('invalid_campaign', {
      details: `A campaign of type ${campaignType} has no vouchers of type ${type}`,
      resource: { type: 'campaign', id },
    })
  }
  return { related_object_parent: { id, name, object: 'CAMPAIGN' }, type, amount }
}

const missing = (property: string, name: string): ApiError =>
  new ApiError('invalid_payload', {
    details: `Property ${property} should have required property '${name}'`,
  })
