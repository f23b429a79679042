import { createRequire } from 'node:module'
import { join } from 'node:path'

type Request = { method: string; path: string; headers: Record<string, string>; body: string }
type Result = {
  duration: number
  errors: number
  timeouts: number
  non2xx: number
  '2xx': number
  latency: { p50: number; p99: number }
}

const autocannon = createRequire(join(import.meta.dirname, '..', 'peers', 'package.json'))(
  'autocannon',
) as (options: object) => Promise<Result>

/**
 * Calls `url` over `connections` for `seconds`, with the same request or with what a function makes each
 * time; throws unless all are answered 2xx.
 */
export async function load(
  url: string,
  {
    connections,
    seconds,
    request,
  }: { connections: number; seconds: number; request: Request | (() => Request) },
): Promise<{ requestsPerSecond: number; p99Ms: number }> {
  const result = await autocannon({
    url,
    connections,
    duration: seconds,
    requests: [
      typeof request === 'function'
        ? { setupRequest: (earlier: object) => ({ ...earlier, ...request() }) }
        : request,
    ],
  })
  if (result.errors + result.timeouts + result.non2xx > 0)
    throw new Error(`not all answers were 2xx: ${JSON.stringify(result)}`)
  return { requestsPerSecond: result['2xx'] / result.duration, p99Ms: result.latency.p99 }
}
