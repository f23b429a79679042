import { type Command, InvalidArgumentError, Option } from 'commander'
import type { Connection } from './api.ts'

/** Finds the server and the keys a command uses; only asked for when a command runs. */
export type Connect = () => Promise<Connection>

/** Runs a command's work and ends the process with its exit code. */
export type Run = (isJson: boolean, work: () => Promise<number>) => Promise<void>

const collect = (value: string, earlier: string[]): string[] => [...earlier, value]

/** Adds the commands that talk to a running server over HTTP. Their code loads when they run. */
export function addRemoteCommands(program: Command, connect: Connect, run: Run): void {
  addEventCommands(program, connect, run)
  addVoucherCommands(program, connect, run)
  addRedeemCommands(program, connect, run)
  addSyncCommands(program, connect, run)
}

const json = (): Option => new Option('--json', 'print the answer as JSON').default(false)

function addEventCommands(program: Command, connect: Connect, run: Run): void {
  const events = program.command('events').description('send events, watch them arrive')
  events
    .command('send')
    .description('send one call through the Tracking API')
    .argument('[name]', 'name of the event (track) or of the page (page, screen)')
    .option('--type <type>', 'track, identify, page, screen, group or alias', 'track')
    .option('--user <id>', 'userId')
    .option('--anonymous <id>', 'anonymousId')
    .option('--group <id>', 'groupId of a group call')
    .option('--set <path=value>', 'a property or trait; may be repeated', collect, [])
    .addOption(json())
    .action((name, options) =>
      run(options.json, async () =>
        (await import('./events.ts')).sendEvent(await connect(), name, options),
      ),
    )
  events
    .command('tail')
    .description('show received events as they arrive')
    .option('--source <id>', 'only of this source')
    .option('--type <type>', 'only calls of this type')
    .option('--event <name>', 'only track calls of this name')
    .option('--user <id>', 'only of this userId')
    .option('--limit <count>', 'how many earlier events to begin with', Number, 20)
    .option('--no-follow', 'stop after the earlier events')
    .addOption(json())
    .action((options) =>
      run(options.json, async () =>
        (await import('./events.ts')).tailEvents(await connect(), options),
      ),
    )
}

function addVoucherCommands(program: Command, connect: Connect, run: Run): void {
  const vouchers = program.command('vouchers').description('make and read vouchers')
  vouchers
    .command('create')
    .description('make a voucher, with the given code or a generated one')
    .argument('[code]', 'the code; generated when left out')
    .option('--percent <number>', 'percent off the order')
    .option('--amount <cents>', 'cents off the order')
    .option('--gift <cents>', 'a gift card with this balance')
    .option('--quantity <count>', 'how many times it may be redeemed; unlimited when left out')
    .option('--starts <date>', 'not valid before (ISO 8601)')
    .option('--expires <date>', 'not valid after (ISO 8601)')
    .addOption(json())
    .action((code, options) =>
      run(options.json, async () =>
        (await import('./vouchers.ts')).createVoucher(await connect(), code, options),
      ),
    )
  vouchers
    .command('get')
    .description('show a voucher')
    .argument('<code>')
    .addOption(json())
    .action((code, options) =>
      run(options.json, async () =>
        (await import('./vouchers.ts')).getVoucher(await connect(), code, options),
      ),
    )
}

function addRedeemCommands(program: Command, connect: Connect, run: Run): void {
  const descriptions = {
    validate: 'ask whether codes may be redeemed, without redeeming them',
    redeem: 'redeem codes on an order',
  } as const
  for (const name of ['validate', 'redeem'] as const) {
    program
      .command(name)
      .description(descriptions[name])
      .argument('<codes...>', 'one voucher code or several')
      .option('--as <id>', 'the customer, by source_id')
      .option('--amount <cents>', 'amount of the order in cents')
      .option('--cart <file>', 'the order as JSON, - for standard input')
      .option('--credits <cents>', 'how much of a gift card to spend')
      .addOption(json())
      .action((codes, options) =>
        run(options.json, async () =>
          (await import('./redeem.ts'))[name](await connect(), codes, options),
        ),
      )
  }
}

function addSyncCommands(program: Command, connect: Connect, run: Run): void {
  const sync = program.command('sync').description('bring customers from elsewhere')
  sync
    .command('segment')
    .description('store the profiles of a Segment space as customers, and go on where it ended')
    .requiredOption('--space <id>', 'the space, as Unify > Settings > API access shows it')
    .addOption(
      new Option('--access-token <token>', 'of the space; better in the environment')
        .env('SEGMENT_ACCESS_TOKEN')
        .makeOptionMandatory(),
    )
    .option('--profiles <url>', 'the Profile API', 'https://profiles.segment.com')
    .option('--state <file>', 'says where to go on (default: segment-sync-<space>.json)')
    .option(
      '--refused <file>',
      'takes what is refused (default: segment-sync-<space>.refused.ndjson)',
    )
    .option('--restart', 'begin anew, whatever the state says', false)
    .option('--page-size <count>', 'profiles in a page, customers in a request', toCount(100), 100)
    .option('--parallel <count>', 'profiles that are read at a time', toCount(100), 20)
    .option('--expect <count>', 'how many there are, for a progress bar', toCount())
    .addOption(json())
    .action((options) =>
      run(options.json, async () =>
        (await import('./sync-segment/index.ts')).syncSegment(await connect(), options),
      ),
    )
}

/** Reads a whole number from 1 to `most`. */
const toCount =
  (most = Number.MAX_SAFE_INTEGER) =>
  (text: string): number => {
    const count = Number(text)
    if (Number.isSafeInteger(count) && count >= 1 && count <= most) return count
    throw new InvalidArgumentError(
      most === Number.MAX_SAFE_INTEGER ? 'A whole number is needed.' : `1 to ${most} are possible.`,
    )
  }
