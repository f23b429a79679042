import type { DeliveryResult } from './delivery.ts'

const UNTRIED = {
  message: null,
  status: null,
  attempts: 0,
  response: null,
  requestId: null,
  firstAttemptAt: null,
  finishedAt: null,
  nextAttemptAt: null,
} as const

export const filteredResult = (
  reason: string,
  now: Date,
  message: string | null = null,
): DeliveryResult => ({
  ...UNTRIED,
  outcome: 'filtered',
  reason,
  message,
  finishedAt: now,
})

export const refusedResult = (reason: string, message: string, now: Date): DeliveryResult => ({
  ...UNTRIED,
  outcome: 'failed',
  reason,
  message,
  finishedAt: now,
})

/** A call that had no chance to be tried: it joins the retry queue without an attempt (pipeline §7.4.3). */
export const unsentResult = (sendAt: Date): DeliveryResult => ({
  ...UNTRIED,
  outcome: 'pending',
  reason: 'errors.awaiting-retry.RETRY',
  message: 'Waiting to be sent',
  nextAttemptAt: sendAt,
})
