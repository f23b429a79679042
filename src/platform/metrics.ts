import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'

export type Metrics = {
  registry: Registry
  eventsReceived: Counter<'type'>
  eventsRejected: Counter<'reason'>
  eventsDeduplicated: Counter
  deliveries: Counter<'outcome'>
  redemptions: Counter<'result'>
  sourceEvents: Counter<'outcome'>
  metadataKeysDropped: Counter
  loopSeconds: Histogram
  requestSeconds: Histogram<'method' | 'route' | 'status'>
  logLag: Gauge<'reader'>
}

/** The counters of the product, for `/metrics` in Prometheus text. One registry per process. */
export function createMetrics(): Metrics {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  const registers = [registry]
  const counter = <Label extends string>(name: string, help: string, labelNames: Label[]) =>
    new Counter<Label>({ name: `promoloop_${name}`, help, labelNames, registers })
  return {
    registry,
    eventsReceived: counter('events_received_total', 'Calls accepted by the Tracking API', [
      'type',
    ]),
    eventsRejected: counter('events_rejected_total', 'Calls that failed on ingest', ['reason']),
    eventsDeduplicated: counter(
      'events_deduplicated_total',
      'Calls dropped because their messageId was seen before',
      [],
    ),
    deliveries: counter('deliveries_total', 'Final outcomes of (event, mapping) pairs', [
      'outcome',
    ]),
    redemptions: counter('redemptions_total', 'Redemptions by result', ['result']),
    sourceEvents: counter(
      'source_events_total',
      'Track calls of the Voucherify source by outcome',
      ['outcome'],
    ),
    metadataKeysDropped: counter(
      'metadata_keys_dropped_total',
      'Metadata keys not stored because the schema does not define them',
      [],
    ),
    loopSeconds: new Histogram({
      name: 'promoloop_loop_seconds',
      help: 'Time from an occurrence in the engine to its track call being accepted',
      buckets: [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 60],
      registers,
    }),
    requestSeconds: new Histogram({
      name: 'promoloop_http_request_seconds',
      help: 'Time to answer a request',
      labelNames: ['method', 'route', 'status'],
      buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5],
      registers,
    }),
    logLag: new Gauge({
      name: 'promoloop_log_lag_events',
      help: 'Events in the log that a reader has not processed',
      labelNames: ['reader'],
      registers,
    }),
  }
}
