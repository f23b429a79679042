import { Command, CommanderError } from 'commander'
import { addRemoteCommands, CliError, type Connection, EXIT, printFailure } from './cli/index.ts'
import type { Role } from './host/start.ts'

/** Errors whose message already tells the user what to do, by name, with their exit code. */
const EXIT_BY_ERROR: Record<string, number> = {
  ConfigError: EXIT.configuration,
  SecretKeyError: EXIT.configuration,
  MigrationError: EXIT.configuration,
  EmbeddedPostgresError: EXIT.configuration,
  ListenError: EXIT.configuration,
  NatsSetupError: EXIT.configuration,
  LogMovedError: EXIT.configuration,
}

function toCliError(error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof CliError) return error
  const exitCode = EXIT_BY_ERROR[error.name]
  if (exitCode !== undefined) return new CliError(exitCode, error.message)
  const code = 'code' in error ? error.code : undefined
  if (code === 'ECONNREFUSED' || code === 'ENOTFOUND') {
    return new CliError(
      EXIT.unreachable,
      `the database does not answer: ${error.message || code}`,
      {
        hint: 'Check DATABASE_URL, or unset it to use the embedded PostgreSQL.',
      },
    )
  }
  return error
}

/** Runs a command that ends, and the process with it. */
async function run(isJson: boolean, work: () => Promise<number>): Promise<void> {
  try {
    process.exitCode = await work()
  } catch (error) {
    process.exitCode = printFailure(isJson, toCliError(error))
  }
}

/** The configuration, read when a command needs it, so that `--help` works with a broken one. */
async function readContext() {
  const { readConfig } = await import('./platform/config.ts')
  const { createLog } = await import('./platform/log.ts')
  const config = readConfig()
  return { config, log: createLog(config.logLevel) }
}

/** The server a remote command talks to: the one the environment names, else this machine's own. */
async function connect(): Promise<Connection> {
  const { config, log } = await readContext()
  const { findConnection } = await import('./host/keys.ts')
  return findConnection(config, log)
}

const program = new Command('promoloop')
  .description('Closes the loop between customer data and promotions.')
  .showSuggestionAfterError()
  .showHelpAfterError('(promoloop --help lists the commands)')
  .exitOverride()

program
  .command('start')
  .description(
    'serve: the Tracking API, the engine, deliveries, and the embedded PostgreSQL unless DATABASE_URL is set',
  )
  .option('--role <role>', 'all, api (doors only) or worker (background work only)', 'all')
  .option('--demo', 'also run a small simulated shop', false)
  .action((options: { role: string; demo: boolean }) =>
    run(false, async () => {
      const { config, log } = await readContext()
      const { serve } = await import('./host/serve.ts')
      return serve(config, log, { role: options.role as Role, isDemo: options.demo })
    }),
  )

program
  .command('migrate')
  .description('bring the database to the newest schema, then end')
  .option('--json', 'print the answer as JSON', false)
  .action((options: { json: boolean }) =>
    run(options.json, async () => {
      const { config, log } = await readContext()
      const { runMigrate } = await import('./host/keys.ts')
      return runMigrate(config, log, options.json)
    }),
  )

program
  .command('keys')
  .description('show the address and all keys')
  .option('--project <id>', 'of another project than the first')
  .option('--json', 'print them as JSON', false)
  .option('--env', 'print them as exports for a shell', false)
  .action((options: { project?: string; json: boolean; env: boolean }) =>
    run(options.json, async () => {
      const { config, log } = await readContext()
      const { showKeys } = await import('./host/keys.ts')
      const format = options.json ? 'json' : options.env ? 'env' : 'text'
      return showKeys(config, log, { format, projectId: options.project })
    }),
  )

program
  .command('doctor')
  .description('check this installation and say how to mend what is wrong')
  .option('--json', 'print the answer as JSON', false)
  .action((options: { json: boolean }) =>
    run(options.json, async () => {
      const { runDoctor } = await import('./host/doctor.ts')
      return runDoctor(options.json)
    }),
  )

const destinations = program
  .command('destinations')
  .description("Segment's published destinations, beside those of the product")

destinations
  .command('install')
  .description('install them into the data folder, with npm; nothing else ever does')
  .option('--json', 'print the answer as JSON', false)
  .action((options: { json: boolean }) =>
    run(options.json, async () => {
      const { config } = await readContext()
      const { installDestinations } = await import('./host/destinations.ts')
      return installDestinations(config, options.json)
    }),
  )

destinations
  .command('list')
  .description('show which are installed')
  .option('--json', 'print the answer as JSON', false)
  .action((options: { json: boolean }) =>
    run(options.json, async () => {
      const { config } = await readContext()
      const { listDestinations } = await import('./host/destinations.ts')
      return listDestinations(config, options.json)
    }),
  )

addRemoteCommands(program, connect, run)

try {
  await program.parseAsync()
} catch (error) {
  // Commander has already said what was wrong; help and version are no failure.
  if (!(error instanceof CommanderError)) throw error
  process.exitCode = error.exitCode === 0 ? EXIT.done : EXIT.usage
}
