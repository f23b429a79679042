import { isPlainObject, type Json, type JsonObject } from '../../kernel/json.ts'

type Stored = { [key: string]: Json }

/** The objects that tell again what the occurrence tells, and what of it they may tell again. */
const TELLERS = ['redemption', 'redemption_rollback'] as const
const RETOLD = ['order', 'customer', 'voucher', 'promotion_tier'] as const

/** Stands for what the occurrence itself has under this key. Where it stands there is an object or null otherwise. */
const SAME = '='

/**
 * The payload of an occurrence (engine-programs §13.6) as it is stored: what its redemption repeats is written once,
 * which is half of it. The very same object is meant, not one that is equal.
 */
export function toStoredData(data: JsonObject): JsonObject {
  let stored = data
  for (const teller of TELLERS) {
    const told = data[teller]
    if (isPlainObject(told)) stored = { ...stored, [teller]: shorten(told as Stored, data) }
  }
  return stored
}

function shorten(told: Stored, data: JsonObject): Stored {
  const short = { ...told }
  for (const key of RETOLD) {
    if (isPlainObject(short[key]) && short[key] === data[key]) short[key] = SAME
  }
  return short
}

/** The payload of an occurrence that was stored: the inverse of `toStoredData`. */
export function fromStoredData(stored: Stored): Stored {
  let data = stored
  for (const teller of TELLERS) {
    const told = stored[teller]
    if (isPlainObject(told)) data = { ...data, [teller]: restore(told as Stored, stored) }
  }
  return data
}

function restore(told: Stored, stored: Stored): Stored {
  const whole = { ...told }
  for (const key of RETOLD) {
    if (whole[key] === SAME) whole[key] = stored[key] ?? null
  }
  return whole
}
