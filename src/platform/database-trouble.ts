import { CommitUnknownError } from './db.ts'

/** Connection trouble, rivals, no room, a lock not given, a shutdown. */
const TROUBLE = /^(08|40|53|55P03|57P|E[A-Z]+$)/
/** What the client says by itself has no code. */
const BROKEN_CONNECTION =
  /Connection terminated|timeout exceeded when trying to connect|connection error and is not queryable/

/** Whether there was no connection to the database, or it broke. */
export const isConnectionBroken = (error: Error): boolean => BROKEN_CONNECTION.test(error.message)

/** Whether an error is trouble of the database, which passes, and not of what it was asked. */
export function isDatabaseTrouble(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  if (error instanceof CommitUnknownError || isConnectionBroken(error)) return true
  return 'code' in error && typeof error.code === 'string' && TROUBLE.test(error.code)
}
