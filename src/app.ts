import type { FastifyInstance } from 'fastify'
import type { EngineDeps } from './engine/context.ts'
import { engineManagementRoutes, registerEngine } from './engine/engine.routes.ts'
import { type EngineWork, startEngineWork } from './engine/work.ts'
import type { PipelineDeps } from './pipeline/context.ts'
import { openEventLog } from './pipeline/log/index.ts'
import { pipelineManagementRoutes, registerPipeline } from './pipeline/pipeline.routes.ts'
import { type PipelineWork, startPipelineWork } from './pipeline/work.ts'
import { createAuthentication } from './platform/auth/index.ts'
import type { Clock } from './platform/clock.ts'
import type { Config } from './platform/config.ts'
import type { Database } from './platform/db.ts'
import {
  createHttpClient,
  createHttpServer,
  createInProcessDoors,
  createTransport,
  registerHealth,
} from './platform/http/index.ts'
import type { Log } from './platform/log.ts'
import { openManagement } from './platform/management/index.ts'
import { createMetrics } from './platform/metrics.ts'
import type { Vault } from './platform/secrets.ts'

export type AppOptions = {
  config: Config
  db: Database
  clock: Clock
  log: Log
  vault: Vault
}

export type App = {
  http: FastifyInstance
  engine: EngineDeps
  pipeline: PipelineDeps
  /** Tells the app under which address it is reached, once that is known. */
  setAddress(address: string): void
  /** Starts reading the log, sending deliveries, feeding the Voucherify source. */
  startWorkers(): void
  /** Finishes what is under way, first the work, then the doors it may still knock at. */
  stop(): Promise<void>
}

/** The composition root: the only place where the two halves meet, through the two wires. */
export async function createApp({ config, db, clock, log, vault }: AppOptions): Promise<App> {
  const metrics = createMetrics()
  const authentication = createAuthentication({ db, clock })
  const http = createHttpServer({ log, isProxyTrusted: config.isProxyTrusted })
  const client = createHttpClient({ isPrivateNetworkAllowed: config.isPrivateNetworkAllowed })
  let address = `http://127.0.0.1:${config.port}`
  const ownOrigin = () => address
  const doors = createInProcessDoors(ownOrigin)
  const send = createTransport({ doors, server: http, ownOrigin, sendOut: client.send })
  let engineWork: EngineWork | undefined
  let pipelineWork: PipelineWork | undefined

  const shared = { db, clock, log, metrics, vault, authentication, send, doors, address: ownOrigin }
  const engine: EngineDeps = {
    ...shared,
    segmentCallsPerDayMax: config.segmentCallsPerDayMax,
    announced: () => engineWork?.wake(),
  }
  const eventLog = await openEventLog({ db, log, natsUrl: config.natsUrl, nats: config.nats })
  const pipeline: PipelineDeps = { ...shared, eventLog, appended: () => pipelineWork?.wake() }
  registerHealth(http, { db, checkLog: () => eventLog.check(), metrics, authentication })
  await registerEngine(http, engine)
  await registerPipeline(http, pipeline)
  await openManagement(http, { authentication, clock }, (scope) => {
    engineManagementRoutes(scope, engine)
    pipelineManagementRoutes(scope, pipeline)
  })

  return {
    http,
    engine,
    pipeline,
    setAddress: (value) => {
      address = value
    },
    startWorkers: () => {
      engineWork = startEngineWork(engine)
      pipelineWork = startPipelineWork(pipeline)
    },
    async stop() {
      await Promise.all([engineWork?.stop(), pipelineWork?.stop()])
      await http.close()
      await client.close()
      await eventLog.close()
    },
  }
}
