import type { JsonObject } from '../../kernel/json.ts'
import type { ClientSettings } from '../client-api/index.ts'
import type { ProjectSettings } from '../project-settings/index.ts'

/** A project with all its settings. */
export type Project = {
  id: string
  name: string
  description: string | null
  settings: ProjectSettings
  client: ClientSettings
  /** Characters of codes whose form names none; null: those of the product. */
  defaultCharset: string | null
  currency: string | null
  dialCode: string | null
  /** Kept as given: nobody is notified yet. */
  webhooksCalloutNotifications: JsonObject | null
  apiUsageNotifications: JsonObject | null
  createdAt: Date
}

/** An installation is one cluster, by the name that the reference's clients expect. */
export const CLUSTER_ID = 'eu1'
/** The only versions there are. */
export const API_VERSION = 'v2018-08-01'
export const WEBHOOK_VERSION = 'v2024-01-01'
