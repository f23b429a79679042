/**
 * Trying mappings and triggers before they are saved (pipeline §6.10).
 * Start at preview-mapping.ts: what a mapping would make of one event, on the very path of real events.
 */
export { previewRoutes } from './preview.routes.ts'
export { MADE_FIELDS, toMadeView } from './preview.schema.ts'
export { type Preview, previewMapping } from './preview-mapping.ts'
export { redactRequest } from './redact-request.ts'
