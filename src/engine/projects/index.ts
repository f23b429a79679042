/**
 * Projects of an installation, as the reference's management API knows them (engine-programs §15.1).
 * Start at project.routes.ts; their settings are those of `project-settings` and `client-api`.
 */
export { projectRoutes } from './project.routes.ts'
export { NEW_PROJECT, PROJECT_CHANGES } from './project.schema.ts'
