import { monotonicMs } from '../../platform/clock.ts'
import { LIMITS } from '../../platform/limits.ts'
import { createGate, type Gate } from './gate.ts'

/** What this process knows about the way to one destination: how busy it is, and whether it is closed. */
export type Lane = {
  gate: Gate
  /** Set by a 429 that named its wait (pipeline §7.4.3); nothing is sent before then. */
  pausedUntil: Date | undefined
}

/** A lane with the places of pipeline §7.4.4, for first attempts and retries together. */
export const createLane = (): Lane => ({
  gate: createGate(LIMITS.deliveryConcurrencyPerDestination),
  pausedUntil: undefined,
})

export const isPaused = (lane: Lane, now: Date): boolean =>
  lane.pausedUntil !== undefined && now < lane.pausedUntil

/** The earliest time at which something may be sent. */
export const opensAt = ({ pausedUntil }: Lane, now: Date): Date =>
  pausedUntil !== undefined && now < pausedUntil ? pausedUntil : now

/** Closes the lane until `until`, or longer when it was closed for longer already. */
export function pauseLane(lane: Lane, until: Date): void {
  if (lane.pausedUntil === undefined || lane.pausedUntil < until) lane.pausedUntil = until
}

/** When a batch should stop starting calls: the last one still ends and is recorded within the lease. */
const STARTING_MS = LIMITS.deliveryLeaseMs - LIMITS.deliveryTimeoutMs - 5_000

/** A question that answers false from the moment a batch begun now should start no more calls. */
export function startingTime(): () => boolean {
  const endsAt = monotonicMs() + STARTING_MS
  return () => monotonicMs() < endsAt
}
