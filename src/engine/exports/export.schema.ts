import { LIMITS } from '../../platform/limits.ts'
import { compileBodyCheck } from '../api/index.ts'
import { EXPORTED_OBJECTS, type ExportedObject, type ExportParameters } from './export.ts'

const PARAMETERS = {
  type: ['object', 'null'],
  properties: {
    order: { type: 'string' },
    fields: { type: 'array', maxItems: LIMITS.exportFieldsMax, items: { type: 'string' } },
    filters: { type: 'object' },
    campaign_id: { type: 'string' },
  },
}

export const EXPORT_BODY = {
  type: 'object',
  required: ['exported_object'],
  properties: { exported_object: { enum: EXPORTED_OBJECTS }, parameters: PARAMETERS },
}

/** `POST /v1/exports`. Throws `invalid_payload`. */
export const parseExport = compileBodyCheck<{
  exported_object: ExportedObject
  parameters?: ExportParameters | null
}>(EXPORT_BODY)

export const EXPORT_PARAMETERS = {
  type: 'object',
  properties: { parameters: PARAMETERS },
}

/** An export of an object that the path names. Throws `invalid_payload`. */
export const parseExportParameters = compileBodyCheck<{ parameters?: ExportParameters | null }>(
  EXPORT_PARAMETERS,
)
