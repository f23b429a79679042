import type { JsonObject } from '../kernel/json.ts'
import { type Connection, callEngine, toObject } from './api.ts'
import { parseMinor } from './arguments.ts'
import { CliError, EXIT } from './exit-codes.ts'
import { formatMinor, printResult } from './output.ts'

export type CreateOptions = {
  json: boolean
  percent?: string
  amount?: string
  gift?: string
  quantity?: string
  starts?: string
  expires?: string
}

const usage = (message: string): CliError => new CliError(EXIT.usage, message)

function toVoucherKind({ percent, amount, gift }: CreateOptions): JsonObject {
  if ([percent, amount, gift].filter((option) => option !== undefined).length !== 1)
    throw usage('say what the voucher gives: one of --percent, --amount or --gift')
  if (gift !== undefined)
    return { type: 'GIFT_VOUCHER', gift: { amount: parseMinor('--gift', gift) } }
  if (amount !== undefined)
    return {
      type: 'DISCOUNT_VOUCHER',
      discount: { type: 'AMOUNT', amount_off: parseMinor('--amount', amount) },
    }
  const percentOff = Number(percent)
  if (!(percentOff > 0 && percentOff <= 100))
    throw usage(`--percent ${percent}: expected above 0, up to 100`)
  return { type: 'DISCOUNT_VOUCHER', discount: { type: 'PERCENT', percent_off: percentOff } }
}

function toQuantity(text: string): number {
  const quantity = Number(text)
  if (!Number.isSafeInteger(quantity) || quantity < 1)
    throw usage(`--quantity ${text}: expected a whole number from 1`)
  return quantity
}

/** What `vouchers create` sends. Throws `CliError` for options that do not make a voucher. */
export function toVoucherBody(options: CreateOptions): JsonObject {
  return {
    ...toVoucherKind(options),
    ...(options.quantity && { redemption: { quantity: toQuantity(options.quantity) } }),
    ...(options.starts && { start_date: options.starts }),
    ...(options.expires && { expiration_date: options.expires }),
  }
}

function describeValue(voucher: JsonObject): string {
  const discount = toObject(voucher['discount'])
  const gift = toObject(voucher['gift'])
  if (discount['type'] === 'PERCENT') return `${discount['percent_off']} % off`
  if (discount['type'] === 'AMOUNT') return `${formatMinor(Number(discount['amount_off']))} off`
  if (gift['amount'] !== undefined)
    return `gift card, ${formatMinor(Number(gift['balance'] ?? gift['amount']))} of ${formatMinor(Number(gift['amount']))} left`
  return String(voucher['type'])
}

function describe(voucher: JsonObject): string[] {
  const redemption = toObject(voucher['redemption'])
  return [
    `${voucher['code']}  ${describeValue(voucher)}${voucher['active'] === false ? '  (disabled)' : ''}`,
    `  redeemed ${redemption['redeemed_quantity'] ?? 0} of ${redemption['quantity'] ?? 'any number of'} times`,
    ...(voucher['expiration_date'] ? [`  valid until ${voucher['expiration_date']}`] : []),
  ]
}

/** `vouchers create`: with the given code, or a generated one. */
export async function createVoucher(
  connection: Connection,
  code: string | undefined,
  options: CreateOptions,
): Promise<number> {
  const path = code === undefined ? '/v1/vouchers' : `/v1/vouchers/${encodeURIComponent(code)}`
  const voucher = await callEngine(connection, {
    method: 'POST',
    path,
    body: toVoucherBody(options),
  })
  printResult(options.json, voucher, () => describe(voucher))
  return EXIT.done
}

/** `vouchers get`. */
export async function getVoucher(
  connection: Connection,
  code: string,
  options: { json: boolean },
): Promise<number> {
  const voucher = await callEngine(connection, { path: `/v1/vouchers/${encodeURIComponent(code)}` })
  printResult(options.json, voucher, () => describe(voucher))
  return EXIT.done
}
