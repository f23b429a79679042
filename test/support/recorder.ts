import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http'

export type RecordedRequest = {
  method: string
  path: string
  headers: IncomingHttpHeaders
  /** The bytes of the body as text. */
  body: string
}

/** Answers one request, in whatever way: it may also leave it open, or break the connection. */
export type Respond = (request: RecordedRequest, response: ServerResponse) => void

export type Recorder = {
  address: string
  /** What has come in, oldest first; each is written down when its body is complete, before it is answered. */
  readonly requests: readonly RecordedRequest[]
  stop(): Promise<void>
}

const answerOk: Respond = (_request, response) => {
  response.writeHead(200, { 'content-type': 'application/json' }).end('{}')
}

/** A real HTTP server that writes down what it is sent, as it was sent. Answers 200 unless told otherwise. */
export async function startRecorder(respond: Respond = answerOk): Promise<Recorder> {
  const requests: RecordedRequest[] = []
  const server = createServer((incoming, response) => {
    const chunks: Buffer[] = []
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk))
    incoming.on('end', () => {
      const request = {
        method: incoming.method ?? '',
        path: incoming.url ?? '',
        headers: incoming.headers,
        body: Buffer.concat(chunks).toString('utf8'),
      }
      requests.push(request)
      respond(request, response)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const bound = server.address()
  return {
    address: `http://127.0.0.1:${typeof bound === 'object' ? bound?.port : ''}`,
    requests,
    async stop() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
