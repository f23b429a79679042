import {
  EVENT_SCHEMA_CHANGE,
  METADATA_SCHEMA_CHANGE,
  NEW_EVENT_SCHEMA,
  NEW_METADATA_SCHEMA,
} from '../../metadata-schemas/index.ts'
import { listOf, NOTHING, type Operations, type Tag, view } from '../operation.ts'

export const METADATA_SCHEMAS: Tag = {
  name: 'Metadata schemas',
  description: 'Which keys the metadata of objects may have, and of which type their values are.',
  operations: {
    'GET /v1/metadata-schemas': {
      id: 'listMetadataSchemas',
      summary: 'List the schemas of the project',
      answer: listOf('schemas', 'MetadataSchema'),
    },
    'GET /v1/metadata-schemas/{resource}': {
      id: 'getMetadataSchema',
      summary: 'Get the schema of one kind of object',
      answer: view('MetadataSchema'),
    },
  },
}

const PROJECT = '/management/v1/projects/{projectId}'

/** The reference's way to the schemas of a project. */
export const SCHEMA_MANAGEMENT: Operations = {
  [`GET ${PROJECT}/metadata-schemas`]: {
    id: 'listProjectMetadataSchemas',
    summary: 'List metadata schemas',
    answer: listOf('data', 'ManagedMetadataSchema'),
  },
  [`POST ${PROJECT}/metadata-schemas`]: {
    id: 'createMetadataSchema',
    summary: 'Define the metadata of one kind of object, or of a nested object',
    body: NEW_METADATA_SCHEMA,
    answer: view('ManagedMetadataSchema'),
  },
  [`GET ${PROJECT}/metadata-schemas/{id}`]: {
    id: 'getProjectMetadataSchema',
    summary: 'Get a metadata schema',
    answer: view('ManagedMetadataSchema'),
  },
  [`PUT ${PROJECT}/metadata-schemas/{id}`]: {
    id: 'updateMetadataSchema',
    summary: 'Add, change or remove definitions; what is not given stays',
    body: METADATA_SCHEMA_CHANGE,
    answer: view('ManagedMetadataSchema'),
  },
  [`DELETE ${PROJECT}/metadata-schemas/{id}`]: {
    id: 'deleteMetadataSchema',
    summary: 'Delete a metadata schema; the metadata of objects stays',
    ...NOTHING,
  },
  [`GET ${PROJECT}/custom-event-schemas`]: {
    id: 'listCustomEventSchemas',
    summary: 'List the schemas of custom events, the newest first',
    answer: listOf('data', 'CustomEventSchema'),
  },
  [`POST ${PROJECT}/custom-event-schemas`]: {
    id: 'createCustomEventSchema',
    summary: 'Define a custom event',
    body: NEW_EVENT_SCHEMA,
    answer: view('CustomEventSchema'),
  },
  [`GET ${PROJECT}/custom-event-schemas/{id}`]: {
    id: 'getCustomEventSchema',
    summary: 'Get the schema of a custom event',
    answer: view('CustomEventSchema'),
  },
  [`PUT ${PROJECT}/custom-event-schemas/{id}`]: {
    id: 'updateCustomEventSchema',
    summary: 'Add, change or remove properties; what is not given stays',
    body: EVENT_SCHEMA_CHANGE,
    answer: view('CustomEventSchema'),
  },
  [`DELETE ${PROJECT}/custom-event-schemas/{id}`]: {
    id: 'deleteCustomEventSchema',
    summary: 'Delete the schema of a custom event that no earning rule needs',
    ...NOTHING,
  },
}
