/** That a customer became one through a referral code (engine-programs §10.3). */
export type Referral = {
  projectId: string
  campaignId: string
  /** The referral code. */
  voucherId: string
  referrerId: string
  refereeId: string
  /** What made them one: either of the two. */
  redemptionId: string | null
  customEventId: string | null
  createdAt: Date
}

/** What referrers get once so many came through them (§10.2). */
export type ReferralTier = {
  id: string
  projectId: string
  campaignId: string
  /** A reward of a campaign: codes, credits or points. */
  rewardId: string
  banner: string | null
  conversions: number
  /** Whether it is given after every so many, or once. */
  isRecurring: boolean
  /** Only to referrers in this segment. */
  segmentId: string | null
  createdAt: Date
  updatedAt: Date | null
}
