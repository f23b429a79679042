import { LIMITS } from '../../platform/limits.ts'
import type { FieldDefinitions } from '../fields/index.ts'

/**
 * The fields by which a mapping asks an action for batches (pipeline §6.3). `keys` are the fields in which all
 * payloads of a batch agree: those that the request of a batch has only once.
 */
export const batchFields = (keys: readonly string[]) =>
  ({
    enable_batching: {
      label: 'Enable Batching',
      description: 'Sends calls that are there at the same time together, in one request.',
      type: 'boolean',
      default: false,
    },
    batch_size: {
      label: 'Batch Size',
      description: `The most calls of one request; there may be fewer. At most ${LIMITS.deliveryBatchCallsMax}.`,
      type: 'integer',
      default: LIMITS.deliveryBatchCallsMax,
    },
    batch_keys: {
      label: 'Batch Keys',
      description: 'The fields in which all calls of a request agree.',
      type: 'string',
      multiple: true,
      default: [...keys],
      unsafe_hidden: true,
    },
  }) satisfies FieldDefinitions
