import type { ForeignCore, ForeignResponse } from './foreign.ts'

/** Stands for `@segment/actions-core` where it is not installed: the same contracts, on the classes of Node. */
export class HTTPError extends Error {
  readonly response: ForeignResponse

  constructor(response: Response) {
    super(response.statusText)
    this.response = response as ForeignResponse
  }
}

export class MultiStatusResponse {
  readonly nodes: unknown[] = []

  getResponseAtIndex(index: number): unknown {
    return this.nodes[index]
  }
}

export const core = {
  Headers,
  Request,
  Response,
  HTTPError,
  MultiStatusResponse,
  resolveAudienceMembership: () => undefined,
} as unknown as ForeignCore
