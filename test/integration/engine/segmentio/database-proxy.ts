import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

/** A way to the database that can be cut. */
export type DatabaseProxy = {
  url: string
  /** From now on nobody gets through, and nobody who did hears any more. */
  stop(): Promise<void>
  /** Breaks the connection of the next commit once the database has done it, before the answer is heard. */
  cutNextCommit(): void
}

/** Connects as the driver does: by the socket in the folder `host` where the address names one. */
function connectTo(target: string): Socket {
  const { hostname, port, searchParams } = new URL(target)
  const folder = searchParams.get('host')
  return folder === null ? connect(Number(port), hostname) : connect(`${folder}/.s.PGSQL.${port}`)
}

/** Opens a way to the database at `target`. */
export async function startDatabaseProxy(target: string): Promise<DatabaseProxy> {
  const sockets = new Set<Socket>()
  let isCutting = false
  const server = createServer((near) => {
    const far = connectTo(target)
    for (const socket of [near, far]) {
      sockets.add(socket)
      socket.on('error', () => socket.destroy())
      socket.on('close', () => {
        sockets.delete(socket)
        near.destroy()
        far.destroy()
      })
    }
    let isDeaf = false
    near.on('data', (data) => {
      isDeaf ||= isCutting && data.includes('commit\0')
      if (isDeaf) isCutting = false
      far.write(data)
    })
    far.on('data', (data) => {
      if (!isDeaf) near.write(data)
      else if (data.includes('COMMIT\0')) near.destroy()
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))

  const url = new URL(target)
  url.searchParams.delete('host')
  url.host = `127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    url: url.href,
    cutNextCommit: () => {
      isCutting = true
    },
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        for (const socket of sockets) socket.destroy()
      }),
  }
}
