import { defineConfig } from 'vitest/config'
import { findNatsServer } from './test/support/nats-server.ts'

const common = { environment: 'node' as const, env: { TZ: process.env['TZ'] ?? 'UTC' } }
/** To read the whole product again for each file takes longer than its tests. */
const inOneModuleCache = { ...common, isolate: false }

const ONLY_ON_JETSTREAM = 'test/integration/pipeline/log/jetstream/**'
const ON_BOTH_LOGS = [
  'test/integration/pipeline/{log,tracking,deliveries,replays}/**/*.test.ts',
  'test/integration/pipeline/destinations/preview.test.ts',
]
const hasNats = findNatsServer() !== undefined
if (!hasNats && process.env['CI'] === 'true')
  throw new Error('In CI every service must be there: nats-server is not installed.')
if (!hasNats)
  process.stderr.write(
    'nats-server is not installed: tests of the log in JetStream are left out.\n',
  )

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          ...inOneModuleCache,
          name: 'unit',
          sequence: { groupOrder: 0 },
          include: ['src/**/*.test.ts', 'test/*.test.ts'],
        },
      },
      {
        test: {
          ...inOneModuleCache,
          name: 'integration',
          sequence: { groupOrder: 1 },
          include: ['test/integration/**/*.test.ts', 'test/contract/**/*.test.ts'],
          exclude: [ONLY_ON_JETSTREAM],
          globalSetup: ['test/support/global-setup.ts'],
          maxWorkers: 2,
          testTimeout: 30_000,
          hookTimeout: 60_000,
        },
      },
      {
        // What the log has to do with once more, with the log in NATS JetStream.
        test: {
          ...inOneModuleCache,
          name: 'jetstream',
          sequence: { groupOrder: 2 },
          include: hasNats ? ON_BOTH_LOGS : [],
          globalSetup: ['test/support/global-setup.ts', 'test/support/nats-setup.ts'],
          maxWorkers: 2,
          testTimeout: 30_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          ...common,
          name: 'e2e',
          sequence: { groupOrder: 3 },
          include: ['test/e2e/**/*.test.ts'],
          globalSetup: ['test/support/e2e-setup.ts'],
          fileParallelism: false,
          testTimeout: 180_000,
          hookTimeout: 300_000,
        },
      },
    ],
  },
})
