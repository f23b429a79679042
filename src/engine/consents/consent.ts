import { toIso } from '../../kernel/time.ts'

/** Something that customers of a project can consent to. */
export type Consent = {
  id: string
  projectId: string
  name: string
  description: string
  /** What it is about, in the project's own words, such as `MARKETING`. */
  category: string
  groupId: string | null
  createdAt: Date
  updatedAt: Date | null
}

export type ConsentGroup = Omit<Consent, 'category' | 'groupId'>

/** What a customer said to a consent last. */
export type GivenConsent = { consentId: string; isGiven: boolean; changedAt: Date }

const toTimes = ({ createdAt, updatedAt }: Pick<Consent, 'createdAt' | 'updatedAt'>) => ({
  created_at: toIso(createdAt),
  ...(updatedAt && { updated_at: toIso(updatedAt) }),
})

/** A consent as the API shows it. */
export const toConsentView = (consent: Consent) => ({
  id: consent.id,
  name: consent.name,
  description: consent.description,
  category: consent.category,
  ...toTimes(consent),
  object: 'consent' as const,
})

/** A group as the API shows it, with the ids of its consents. */
export const toGroupView = (group: ConsentGroup, consents: readonly Consent[]) => ({
  id: group.id,
  name: group.name,
  description: group.description,
  consents: consents.filter(({ groupId }) => groupId === group.id).map(({ id }) => id),
  ...toTimes(group),
  object: 'consent_group' as const,
})
