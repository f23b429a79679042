import type { Customer, Metadata } from '../customers/index.ts'

/** Something a customer did, named by the project (engine-programs §3.1). */
export type CustomEvent = {
  id: string
  projectId: string
  customer: Customer
  /** The name of the event; `Signed Up` and `signed up` are two. */
  type: string
  metadata: Metadata
  referral: { code: string; referrer_id: string | null } | null
  loyalty: { code: string } | null
  createdAt: Date
}

const RESERVED = ['customer.', 'order.']

/** Whether an event of this name would pass for one of the engine's own (E-10). */
export const isReservedName = (type: string): boolean =>
  RESERVED.some((prefix) => type.startsWith(prefix))
