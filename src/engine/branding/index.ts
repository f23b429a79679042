/** The brand of a project: who it is, where it is found, how it is reached (engine-programs §15.1). Kept and shown. */
export { brandingRoutes } from './branding.routes.ts'
export { BRANDING_CHANGES, NEW_BRANDING } from './branding.schema.ts'
