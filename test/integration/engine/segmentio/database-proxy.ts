import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

/** A way to the database that can be cut. */
export type DatabaseProxy = {
  url: string
  /** From now on nobody gets through, and nobody who did hears any more. */
  stop(): Promise<void>
  /** Breaks the connection of the next commit once the database has done it, before the answer is heard. */
  cutNextCommit(): void
}

/** Opens a way to the database at `target`. */
export async function startDatabaseProxy(target: string): Promise<DatabaseProxy> {
  const sockets = new Set<Socket>()
  let isCutting = false
  const server = createServer((near) => {
    const { hostname, port } = new URL(target)
    const far = connect(Number(port), hostname)
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
    far.on('data', (data) => (isDeaf ? near.destroy() : near.write(data)))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))

  const url = new URL(target)
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
