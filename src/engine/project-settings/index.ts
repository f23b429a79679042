/** What a project has decided for everything redeemed in it: its time zone, the case of its codes. */
export { projectSettingsRoutes } from './project-settings.routes.ts'
export {
  findProjectSettings,
  type ProjectSettings,
  saveProjectSettings,
  withDefaultCharset,
} from './project-settings.ts'
