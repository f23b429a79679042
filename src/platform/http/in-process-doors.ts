import type { HttpResponse } from './answer-reader.ts'
import type { HttpRequest } from './client.ts'

/**
 * Takes requests of this process to itself, many at once, without the objects that an HTTP server makes for each.
 * Answers all of them, in their order, each as its route would; a request that is refused fails alone. Names of headers
 * come as the sender wrote them.
 */
export type InProcessDoor = (requests: readonly HttpRequest[]) => Promise<HttpResponse[]>

export type InProcessDoors = {
  /** Takes over what is posted to `paths` as JSON. The routes of the same paths stay, for whoever comes by a socket. */
  open(paths: readonly string[], door: InProcessDoor): void
  /** The door that takes a request; undefined when it goes another way, to us or to somebody else. */
  find(request: HttpRequest): InProcessDoor | undefined
}

/** What is longer goes the way of a route, which knows how much it takes. */
const BODY_CHARS_MAX = 1_000_000

/** The doors of this process, which is reached at `ownOrigin`. */
export function createInProcessDoors(ownOrigin: () => string): InProcessDoors {
  const doors = new Map<string, InProcessDoor>()
  return {
    open(paths, door) {
      for (const path of paths) doors.set(path, door)
    },
    find(request) {
      const { url } = request
      const origin = ownOrigin()
      if (!url.startsWith(origin) || !isPostedJson(request)) return undefined
      return doors.get(url.slice(origin.length))
    },
  }
}

const isPostedJson = ({ method, headers, body }: HttpRequest): boolean =>
  method === 'POST' &&
  body !== undefined &&
  body.length <= BODY_CHARS_MAX &&
  headers['content-type'] === 'application/json'
