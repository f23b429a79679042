/**
 * The client-side API, `/client/v1`: what web pages call with keys that everybody can read (engine-core §1.1, §21).
 * Start at client.routes.ts; who is let in is in by-client-keys.ts and client-door.ts.
 */
export { clientRoutes } from './client.routes.ts'
export {
  type ClientSettings,
  findClientSettingsOf,
  saveClientSettings,
} from './client-settings.repo.ts'
export { clientSettingsRoutes } from './client-settings.routes.ts'
export {
  CLIENT_SETTINGS_CHANGES,
  isTrustedDomain,
  toChangedSettings,
  toClientSettingsView,
} from './client-settings.schema.ts'
