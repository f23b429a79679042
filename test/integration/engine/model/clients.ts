import type { CallAnswer, TestApp } from '../../../support/test-app.ts'
import { createRandom, type Random } from './random.ts'
import { type Campaign, customerName, type Item, ORDER_AMOUNT, type World } from './world.ts'

export type Asked = { item: Item; credits?: number }

/** What a client asked for. */
export type Operation =
  | { kind: 'redeem'; asked: Asked[]; customer: string | undefined; sessionKey: string | undefined }
  | { kind: 'validate'; asked: Asked[]; sessionKey: string }
  | { kind: 'release'; code: string; sessionKey: string }
  | { kind: 'roll_back'; redemptionId: string; isPart: boolean }
  | { kind: 'balance'; code: string; amount: number; sourceId: string }
  | { kind: 'switch'; code: string; verb: 'enable' | 'disable' }
  | { kind: 'create'; item: Item }
  | { kind: 'add_code'; campaign: Campaign }
  | { kind: 'publish'; campaign: Campaign }
  | { kind: 'repeat'; of: Call }

/** An operation with its answer. `start` and `end` are moments of one clock of all clients. */
export type Recorded = { operation: Operation; start: number; end: number; answer: CallAnswer }

type Call = {
  url: string
  body: object
  headers: Record<string, string>
  answer: Promise<CallAnswer>
}
type Post = (
  index: number,
  url: string,
  body: unknown,
  headers?: Record<string, string>,
) => Promise<CallAnswer>

/** What the clients know in common. */
type Shared = {
  t: TestApp
  post: Post
  world: World
  records: Recorded[]
  keyed: Call[]
  sessions: { asked: Asked[]; sessionKey: string; owner: number }[]
  redeemed: { id: string; isPart: boolean; isStack: boolean }[]
  clock: number
  started: number
}
type Client = { index: number; random: Random; shared: Shared }

const ORDERS = 120
/** How often each kind of operation comes, in parts of all. */
const WEIGHTS: readonly [(client: Client) => Promise<void>, number][] = [
  [(client) => redeem(client, 1), 34],
  [(client) => redeem(client, 2 + client.random.below(2)), 14],
  [validate, 9],
  [redeemSession, 5],
  [release, 4],
  [rollBack, 16],
  [changeBalance, 7],
  [switchOnOrOff, 2],
  [create, 2],
  [addCode, 2],
  [publish, 2],
  [repeat, 3],
]
const WEIGHT = WEIGHTS.reduce((sum, [, weight]) => sum + weight, 0)

/** Lets `clients` parallel clients carry out `count` operations between them, through two processes. */
export async function runClients(
  setting: Pick<Shared, 't' | 'post' | 'world'> & { seed: number },
  { clients, count }: { clients: number; count: number },
): Promise<Recorded[]> {
  const { t, post, world, seed } = setting
  const shared: Shared = {
    ...{ t, post, world, clock: 0, started: 0 },
    ...{ records: [], keyed: [], sessions: [], redeemed: [] },
  }
  const work = async (_: unknown, index: number): Promise<void> => {
    const client = { index, random: createRandom(seed * 1_000 + index), shared }
    while (shared.started < count) {
      shared.started += 1
      await choose(client.random)(client)
    }
  }
  await Promise.all(Array.from({ length: clients }, work))
  return shared.records
}

function choose(random: Random): (client: Client) => Promise<void> {
  let rest = random.below(WEIGHT)
  const chosen = WEIGHTS.find(([, weight]) => {
    rest -= weight
    return rest < 0
  })
  return chosen ? chosen[0] : repeat
}

async function carryOut(
  { shared }: Client,
  operation: Operation,
  call: () => Promise<CallAnswer>,
): Promise<CallAnswer> {
  shared.clock += 1
  const start = shared.clock
  const answer = await call()
  shared.clock += 1
  shared.records.push({ operation, start, end: shared.clock, answer })
  return answer
}

const toRedeemables = (asked: readonly Asked[]) =>
  asked.map(({ item: { object, id }, credits }) => ({
    ...{ object, id },
    ...(credits !== undefined && { gift: { credits } }),
  }))

function pickItems({ random, shared }: Client, count: number): Asked[] {
  const picked = new Set<Item>()
  for (let left = count; left > 0; left -= 1) picked.add(random.pick(shared.world.items))
  return [...picked].map((item) => ({
    item,
    ...(item.credits !== undefined && { credits: 50 + random.below(1_500) }),
  }))
}

const isLimitedByCustomer = ({ item }: Asked): boolean =>
  item.limits.some(({ by }) => by === 'customer')

async function redeem(client: Client, count: number): Promise<void> {
  await redeemAsked(client, pickItems(client, count), undefined)
}

/** Redeems what a session reserved, under its key. */
async function redeemSession(client: Client): Promise<void> {
  const { random, shared } = client
  if (shared.sessions.length === 0) return redeem(client, 1)
  const { asked, sessionKey } = random.pick(shared.sessions.slice(-40))
  await redeemAsked(client, asked, sessionKey)
}

async function redeemAsked(
  client: Client,
  asked: Asked[],
  sessionKey: string | undefined,
): Promise<void> {
  const { random, shared, index } = client
  const needsCustomer = asked.some(isLimitedByCustomer) || random.chance(0.6)
  const customer = needsCustomer ? customerName(random.below(1_000)) : undefined
  const source_id = random.chance(0.7) ? `order-${random.below(ORDERS)}` : undefined
  const body = {
    redeemables: toRedeemables(asked),
    order: { amount: ORDER_AMOUNT, ...(source_id && { source_id }) },
    ...(customer && { customer: { source_id: customer } }),
    ...(sessionKey && { session: { type: 'LOCK', key: sessionKey } }),
  }
  const isKeyed = random.chance(0.15)
  const headers: Record<string, string> = isKeyed
    ? { 'idempotency-key': `key-${index}-${shared.started}` }
    : {}
  const operation: Operation = { kind: 'redeem', asked, customer, sessionKey }
  const { status, body: answer } = await carryOut(client, operation, () => {
    const pending = shared.post(random.below(2), '/v1/redemptions', body, headers)
    if (isKeyed) shared.keyed.push({ url: '/v1/redemptions', body, headers, answer: pending })
    return pending
  })
  if (status !== 200) return
  const head = answer.parent_redemption
  if (head) shared.redeemed.push({ id: head.id, isPart: false, isStack: true })
  const [part] = answer.redemptions
  if (!head || random.chance(0.1)) {
    shared.redeemed.push({ id: part.id, isPart: head !== undefined, isStack: false })
  }
}

/** Reserves something for a key of its own, or once more for a key that this client used for the same before. */
async function validate(client: Client): Promise<void> {
  const { random, shared, index } = client
  const own = shared.sessions.filter(({ owner }) => owner === index)
  const again = own.length > 0 && random.chance(0.2)
  const session = again
    ? random.pick(own)
    : {
        asked: pickItems(client, 1 + random.below(2)),
        sessionKey: `session-${index}-${shared.started}`,
        owner: index,
      }
  const { asked, sessionKey } = session
  const body = {
    redeemables: toRedeemables(asked),
    order: { amount: ORDER_AMOUNT },
    customer: { source_id: customerName(random.below(1_000)) },
    session: { type: 'LOCK', key: sessionKey },
  }
  const { body: answer } = await carryOut(client, { kind: 'validate', asked, sessionKey }, () =>
    shared.post(random.below(2), '/v1/validations', body),
  )
  if (answer.valid && !again) shared.sessions.push(session)
}

async function release(client: Client): Promise<void> {
  const { random, shared } = client
  if (shared.sessions.length === 0) return redeem(client, 1)
  const { asked, sessionKey } = random.pick(shared.sessions.slice(-30))
  const { item } = random.pick(asked)
  if (item.object !== 'voucher') return redeem(client, 1)
  await carryOut(client, { kind: 'release', code: item.id, sessionKey }, () =>
    shared.t.call('DELETE', `/v1/vouchers/${item.id}/sessions/${sessionKey}`),
  )
}

/** Undoes something recent, often at the same time as others, or anything that was ever redeemed. */
async function rollBack(client: Client): Promise<void> {
  const { random, shared } = client
  if (shared.redeemed.length === 0) return redeem(client, 1)
  const { id, isPart, isStack } = random.pick(
    random.chance(0.7) ? shared.redeemed.slice(-60) : shared.redeemed,
  )
  const verb = isStack || random.chance(0.3) ? 'rollbacks' : 'rollback'
  await carryOut(client, { kind: 'roll_back', redemptionId: id, isPart }, () =>
    shared.post(random.below(2), `/v1/redemptions/${id}/${verb}`, {}),
  )
}

async function changeBalance(client: Client): Promise<void> {
  const { random, shared, index } = client
  const { items, pointCards } = shared.world
  const cards = [
    ...items.flatMap(({ id, credits }) => (credits === undefined ? [] : id)),
    ...pointCards,
  ]
  const code = random.pick(cards)
  const size = 1 + random.below(pointCards.includes(code) ? 300 : 9_000)
  const amount = random.chance(0.5) ? size : -size
  const sourceId = `balance-${index}-${shared.started}`
  await carryOut(client, { kind: 'balance', code, amount, sourceId }, () =>
    shared.post(random.below(2), `/v1/vouchers/${code}/balance`, { amount, source_id: sourceId }),
  )
}

async function switchOnOrOff(client: Client): Promise<void> {
  const { random, shared } = client
  const { id: code } = random.pick(shared.world.items.filter((item) => item.isSwitchedOnAndOff))
  const verb = random.chance(0.6) ? 'enable' : 'disable'
  await carryOut(client, { kind: 'switch', code, verb }, () =>
    shared.post(random.below(2), `/v1/vouchers/${code}/${verb}`, {}),
  )
}

async function create(client: Client): Promise<void> {
  const { random, shared, index } = client
  const code = `N-${index}-${shared.started}`
  const isCard = random.chance(0.3)
  const credits = 1_000 + random.below(4_000)
  const item: Item = isCard
    ? { object: 'voucher', id: code, quantity: null, credits, limits: [] }
    : { object: 'voucher', id: code, quantity: 1 + random.below(6), limits: [] }
  const body = isCard
    ? { gift: { amount: credits } }
    : { discount: { type: 'PERCENT', percent_off: 3 }, redemption: { quantity: item.quantity } }
  const { status } = await carryOut(client, { kind: 'create', item }, () =>
    shared.post(random.below(2), `/v1/vouchers/${code}`, body),
  )
  if (status === 200) shared.world.items.push(item)
}

async function addCode(client: Client): Promise<void> {
  const { random, shared } = client
  const campaign = random.pick(shared.world.campaigns)
  const { status, body } = await carryOut(client, { kind: 'add_code', campaign }, () =>
    shared.post(random.below(2), `/v1/campaigns/${campaign.id}/vouchers`, {}),
  )
  if (status === 200) addItem(shared, campaign, body.code)
}

async function publish(client: Client): Promise<void> {
  const { random, shared } = client
  const campaign = random.pick(shared.world.campaigns)
  const customer = { source_id: customerName(random.below(1_000)) }
  const { status, body } = await carryOut(client, { kind: 'publish', campaign }, () =>
    shared.post(random.below(2), '/v1/publications', { campaign: campaign.id, customer }),
  )
  if (status === 200) addItem(shared, campaign, body.voucher.code)
}

function addItem({ world }: Shared, { quantity, limits }: Campaign, code: string): void {
  if (world.items.some(({ id }) => id === code)) return
  world.items.push({ object: 'voucher', id: code, quantity, limits })
}

/** Sends a request with an Idempotency-Key once more, perhaps while the first is under way. */
async function repeat(client: Client): Promise<void> {
  const { random, shared } = client
  if (shared.keyed.length === 0) return redeem(client, 1)
  const of = random.pick(shared.keyed.slice(-20))
  await carryOut(client, { kind: 'repeat', of }, () =>
    shared.post(random.below(2), of.url, of.body, of.headers),
  )
}
