import type { Json } from '../../kernel/json.ts'

/** `data` in which the customer of this id is nobody but an id, wherever and however deep it tells of them. */
export function calculateForgotten(data: Json, customerId: string): Json {
  if (Array.isArray(data)) return data.map((each) => calculateForgotten(each, customerId))
  if (data === null || typeof data !== 'object') return data
  if (data['id'] === customerId) return { id: customerId, object: 'customer' }
  return Object.fromEntries(
    Object.entries(data).map(([key, value]) => [key, calculateForgotten(value, customerId)]),
  )
}
