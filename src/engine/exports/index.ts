/**
 * Exports: files of vouchers, orders and others, made in the background.
 * Start at create-export.ts; run-exports.ts makes what was scheduled, exportables.ts says what a file can hold.
 */
export { createExport } from './create-export.ts'
export { EXPORT_DOWNLOAD_QUERY, exportRoutes, toExportView } from './export.routes.ts'
export { EXPORT_BODY, EXPORT_PARAMETERS, parseExportParameters } from './export.schema.ts'
export type { Export, ExportedObject, ExportParameters } from './export.ts'
export { runNextExport } from './run-exports.ts'
