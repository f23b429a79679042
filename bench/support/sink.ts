/**
 * The other side of bench/delivery.ts, as a process of its own: a plain `node:http` server that reads what it is
 * sent and answers 200, or one that never answers.
 */
import { createServer } from 'node:http'

const isSilent = process.argv[2] === 'silent'
let requests = 0

const server = createServer((request, response) => {
  request.resume()
  request.on('end', () => {
    requests += 1
    if (isSilent) return
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': 2 })
    response.end('{}')
  })
})
server.listen(0, '127.0.0.1', () => {
  const address = server.address()
  process.send?.(typeof address === 'object' && address ? address.port : 0)
})
// Asked for the number of requests, it says it and begins anew.
process.on('message', () => {
  process.send?.(requests)
  requests = 0
})
process.on('disconnect', () => process.exit(0))
