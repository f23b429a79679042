// One of the two servers that bench/http.ts compares: `ours` or `node`.
import { createServer } from 'node:http'
import { createHttpServer, parseJsonBodies } from '../../src/platform/http/index.ts'
import { LIMITS } from '../../src/platform/limits.ts'
import { createLog } from '../../src/platform/log.ts'

const ANSWER = { success: true }
const log = createLog('error')

async function listenOurs(): Promise<number> {
  const app = createHttpServer({ log, isProxyTrusted: false })
  await app.register(async (door) => {
    parseJsonBodies(door, LIMITS.trackingBatchBytesMax)
    door.post('/v1/batch', async () => ANSWER)
  })
  return Number(new URL(await app.listen({ port: 0, host: '127.0.0.1' })).port)
}

function listenNode(): Promise<number> {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      JSON.parse(Buffer.concat(chunks).toString('utf8'))
      response.setHeader('content-type', 'application/json; charset=utf-8')
      response.end(JSON.stringify(ANSWER))
    })
  })
  return new Promise((resolve) =>
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      resolve(typeof address === 'object' && address ? address.port : 0)
    }),
  )
}

const port = process.argv[2] === 'ours' ? await listenOurs() : await listenNode()
process.send?.(port)
process.on('disconnect', () => process.exit(0))
