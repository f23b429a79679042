import { CliError, type Connection, EXIT } from '../cli/index.ts'
import type { Config } from '../platform/config.ts'
import type { Log } from '../platform/log.ts'
import { type Host, openHost } from './open-host.ts'
import { type Provisioned, readAddress, readProvisioned } from './provision.ts'

type Shown = Provisioned & { address: string }

/** The lines that a start prints. */
export const toKeyLines = ({
  address,
  writeKey,
  appId,
  appToken,
  adminToken,
  clientAppId,
  clientToken,
  managementId,
  managementToken,
}: Shown): string[] => [
  `Address           ${address}`,
  `Write key         ${writeKey}`,
  `Application keys  ${appId} ${appToken}`,
  `Admin token       ${adminToken}`,
  `Client keys       ${clientAppId} ${clientToken}`,
  `Management keys   ${managementId} ${managementToken}`,
]

/** Opens the database beside a running server, or alone, for as long as `work` takes. */
async function withHost<T>(config: Config, log: Log, work: (host: Host) => Promise<T>): Promise<T> {
  const host = await openHost(config, log, { isOwner: false })
  try {
    return await work(host)
  } finally {
    await host.close()
  }
}

async function readKeys(config: Config, log: Log, projectId?: string): Promise<Shown> {
  return withHost(config, log, async ({ db, vault }) => {
    const provisioned = await readProvisioned(db, vault, projectId)
    if (!provisioned && projectId !== undefined)
      throw new CliError(EXIT.configuration, `there is no project ${projectId} here`)
    const address = config.publicUrl ?? (await readAddress(db))
    if (!provisioned || !address)
      throw new CliError(EXIT.configuration, 'nothing is set up here yet', {
        hint: 'Start the server once: npm start',
      })
    return { ...provisioned, address }
  })
}

export type KeysFormat = 'text' | 'json' | 'env'

function formatKeys(keys: Shown, format: KeysFormat): string {
  if (format === 'text') return toKeyLines(keys).join('\n')
  const named = {
    address: keys.address,
    write_key: keys.writeKey,
    app_id: keys.appId,
    app_token: keys.appToken,
    admin_token: keys.adminToken,
    client_app_id: keys.clientAppId,
    client_token: keys.clientToken,
    management_id: keys.managementId,
    management_token: keys.managementToken,
  }
  if (format === 'json') return JSON.stringify(named)
  return Object.entries(named)
    .map(([name, value]) => `export ${name.toUpperCase()}=${value}`)
    .join('\n')
}

/** `promoloop keys`: of one project or else the first, for people, as JSON, or as exports for a shell. */
export async function showKeys(
  config: Config,
  log: Log,
  { format, projectId }: { format: KeysFormat; projectId: string | undefined },
): Promise<number> {
  process.stdout.write(`${formatKeys(await readKeys(config, log, projectId), format)}\n`)
  return EXIT.done
}

/** `promoloop migrate`: for installations that migrate before they start. */
export async function runMigrate(config: Config, log: Log, isJson: boolean): Promise<number> {
  const migrated = await withHost(config, log, async (host) => host.migrated)
  const text =
    migrated.length === 0 ? 'The schema is up to date.' : `Applied ${migrated.join(', ')}`
  process.stdout.write(`${isJson ? JSON.stringify({ migrated }) : text}\n`)
  return EXIT.done
}

/**
 * The server that commands talk to: `PROMOLOOP_URL` with the keys of the environment, else the one
 * of this machine with the keys its database holds.
 */
export async function findConnection(config: Config, log: Log): Promise<Connection> {
  const { remoteUrl, presetKeys } = config
  if (!remoteUrl) return readKeys(config, log)
  return {
    address: remoteUrl,
    writeKey: presetKeys.writeKey ?? '',
    appId: presetKeys.appId ?? '',
    appToken: presetKeys.appToken ?? '',
    adminToken: presetKeys.adminToken ?? '',
  }
}
