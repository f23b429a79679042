import { CommitUnknownError } from './db.ts'

/** Connection trouble, rivals, no room, a lock not given, a shutdown. */
const TROUBLE = /^(08|40|53|55P03|57P|E[A-Z]+$)/

/** Whether an error is trouble of the database, which passes, and not of what it was asked. */
export const isDatabaseTrouble = (error: unknown): boolean =>
  error instanceof CommitUnknownError ||
  (error instanceof Error &&
    'code' in error &&
    typeof error.code === 'string' &&
    TROUBLE.test(error.code))
