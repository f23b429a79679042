/**
 * Who may call: projects, their keys, and the check of credentials.
 * Start at keys.ts; projects.ts makes them, delete-project.ts ends them.
 */
export { closeProject, deleteClosedProjects } from './delete-project.ts'
export {
  type Admin,
  type Application,
  type Authentication,
  createAuthentication,
  type KeyKind,
  type KeyRole,
  type Manager,
} from './keys.ts'
export {
  ensureManagementKey,
  type ManagementKeys,
  readManagementKeys,
} from './management-keys.ts'
export {
  applyPresetKeys,
  findFirstProject,
  hasProject,
  insertProject,
  type ProjectKeys,
  readProjectKeys,
} from './projects.ts'
