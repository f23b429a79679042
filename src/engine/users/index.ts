/**
 * People who work in projects, and in which role (engine-programs §15.1). They have no password and no page to log in to:
 * an invitation is kept and shown, and nobody is sent mail.
 * Start at user.routes.ts and assign-user.ts.
 */
export { assignUser, type UserReference } from './assign-user.ts'
export { userRoutes } from './user.routes.ts'
export { INVITATION, NEW_ASSIGNMENT, ROLE_CHANGE, USER_ROLE } from './user.schema.ts'
