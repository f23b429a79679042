import type { Application } from '../../platform/auth/index.ts'

/** A key without its token. */
export type ApiKey = {
  projectId: string
  appId: string
  name: string
  kind: Application['kind']
  /** Null for client keys: the settings of the client-side API say what they open. */
  role: Application['role'] | null
  createdAt: Date
}
