import type { Json, JsonObject } from '../kernel/json.ts'
import { type Connection, callEngine, toObject } from './api.ts'
import { parseMinor, readJsonFile } from './arguments.ts'
import { EXIT } from './exit-codes.ts'
import { formatMinor, printResult } from './output.ts'

export type CartOptions = {
  json: boolean
  as?: string
  amount?: string
  cart?: string
  credits?: string
}

/** The body that `validate` and `redeem` share: the codes, whose they are, and the cart. */
async function toBody(codes: readonly string[], options: CartOptions): Promise<JsonObject> {
  const gift = options.credits && { gift: { credits: parseMinor('--credits', options.credits) } }
  const order = options.cart
    ? await readJsonFile(options.cart)
    : options.amount && { amount: parseMinor('--amount', options.amount) }
  return {
    redeemables: codes.map((id) => ({ object: 'voucher', id, ...gift })) as Json,
    ...(options.as && { customer: { source_id: options.as } }),
    ...(order && { order: order as Json }),
  }
}

const asObjects = (value: Json | undefined): JsonObject[] =>
  Array.isArray(value) ? value.map(toObject) : []

function describeOrder(order: JsonObject): string {
  const amount = Number(order['amount'] ?? 0)
  const discount = Number(order['total_discount_amount'] ?? 0)
  const total = Number(order['total_amount'] ?? amount - discount)
  return `  ${formatMinor(amount)} − ${formatMinor(discount)} = ${formatMinor(total)}`
}

function describeRedeemable(redeemable: JsonObject): string {
  const result = toObject(redeemable['result'])
  const error = toObject(result['error'])
  const reason = error['details'] ?? error['message'] ?? toObject(result['details'])['message']
  const mark = redeemable['status'] === 'APPLICABLE' ? '✓' : '✕'
  return `${mark} ${redeemable['id']}${reason ? `: ${reason}` : ''}`
}

/** `validate`: asks without redeeming; exit code 6 when the rules say no. */
export async function validate(
  connection: Connection,
  codes: readonly string[],
  options: CartOptions,
): Promise<number> {
  const body = await toBody(codes, options)
  const answer = await callEngine(connection, { method: 'POST', path: '/v1/validations', body })
  printResult(options.json, answer, () => [
    ...asObjects(answer['redeemables']).map(describeRedeemable),
    ...(answer['order'] ? [describeOrder(toObject(answer['order']))] : []),
  ])
  return answer['valid'] === true ? EXIT.done : EXIT.refused
}

/** `redeem`: exit code 6 when the rules say no. */
export async function redeem(
  connection: Connection,
  codes: readonly string[],
  options: CartOptions,
): Promise<number> {
  const body = await toBody(codes, options)
  const answer = await callEngine(connection, { method: 'POST', path: '/v1/redemptions', body })
  printResult(options.json, answer, () => [
    ...asObjects(answer['redemptions']).map(
      (redemption) =>
        `✓ ${toObject(redemption['voucher'])['code'] ?? ''} redeemed, ${redemption['id']}`,
    ),
    ...(answer['order'] ? [describeOrder(toObject(answer['order']))] : []),
  ])
  return EXIT.done
}
