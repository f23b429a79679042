import type { Config } from '../platform/config.ts'
import type { Log } from '../platform/log.ts'
import { ROLES, type Role, type Started, start, stopOnSignal } from './start.ts'

const EXIT_USAGE = 2

/**
 * `promoloop start`: serves until a signal ends the process. Standard output gets the lines a
 * newcomer needs (and the demo's), everything else goes to the log on standard error.
 */
export async function serve(
  config: Config,
  log: Log,
  { role, isDemo }: { role: Role; isDemo: boolean },
): Promise<number> {
  if (!ROLES.includes(role)) {
    process.stderr.write(`✕ --role ${role}: expected one of ${ROLES.join(', ')}\n`)
    return EXIT_USAGE
  }
  const started = await start(config, log, role)
  stopOnSignal(started, log)
  tellWhereDataIs(started)
  const { toKeyLines } = await import('./keys.ts')
  process.stdout.write(`${toKeyLines(started).join('\n')}\n`)
  if (isDemo) {
    const { runDemoShop } = await import('../demo/shop.ts')
    await runDemoShop(started, (line) => process.stdout.write(`${line}\n`))
  }
  return 0
}

function tellWhereDataIs({ systemDir }: Started): void {
  if (systemDir === undefined) return
  process.stderr.write(
    `PostgreSQL does not run as root and its own account cannot enter this folder, so it lives in ${systemDir}\n`,
  )
}
