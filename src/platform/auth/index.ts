/**
 * Who may call: projects, their keys, and the check of credentials.
 * Start at keys.ts; projects.ts makes them.
 */
export { type Admin, type Application, type Authentication, createAuthentication } from './keys.ts'
export {
  applyPresetKeys,
  findFirstProject,
  insertProject,
  type ProjectKeys,
  readProjectKeys,
} from './projects.ts'
