import type { ProjectKeys } from '../../platform/auth/index.ts'
import { toClientSettingsView } from '../client-api/index.ts'
import { API_VERSION, CLUSTER_ID, type Project, WEBHOOK_VERSION } from './project.ts'

/** The project as the API shows it (engine-programs §15.1). */
export const toProjectView = (project: Project) => ({
  id: project.id,
  name: project.name,
  description: project.description,
  currency: project.currency,
  timezone: project.settings.timeZone,
  dial_code: project.dialCode,
  cluster_id: CLUSTER_ID,
  api_version: API_VERSION,
  case_sensitive_codes: project.settings.hasCaseSensitiveCodes,
  ...toClientSettingsView(project.client),
  api_usage_notifications: project.apiUsageNotifications ?? {},
  webhooks_callout_notifications: project.webhooksCalloutNotifications ?? {},
  is_sandbox: false,
  webhook_version: WEBHOOK_VERSION,
  // Each webhook has a secret of its own.
  webhook_token: null,
  ...(project.defaultCharset !== null && {
    default_code_config: { charset: project.defaultCharset },
  }),
})

/** The same of a project that was made just now, with its keys: their tokens are told this once. */
export const toNewProjectView = (project: Project, keys: ProjectKeys) => ({
  ...toProjectView(project),
  server_side_key: { app_id: keys.appId, app_token: keys.appToken },
  client_side_key: { app_id: keys.clientAppId, app_token: keys.clientToken },
  admin_token: keys.adminToken,
})
