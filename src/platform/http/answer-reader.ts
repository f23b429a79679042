import type { IncomingHttpHeaders } from 'node:http'
import type { Dispatcher } from 'undici'
import { LIMITS } from '../limits.ts'

/** An answer; of a body longer than `LIMITS.responseBytesMax` only so much. */
export type HttpResponse = { status: number; headers: Record<string, string>; body: string }

type Settle = { resolve(response: HttpResponse): void; reject(error: unknown): void }

/**
 * Takes an answer as it comes in, without the stream and the signal that undici makes for every request. What counts
 * is the status (pipeline §6.6), so a body that is too long is no reason to call again: its rest is left, with the
 * connection it would come over. Settles once.
 */
export class AnswerReader implements Dispatcher.DispatchHandler {
  readonly #settle: Settle
  readonly #timer: NodeJS.Timeout
  #controller: Dispatcher.DispatchController | undefined
  #isOver = false
  #status = 0
  #headers: Record<string, string> = {}
  #chunks: Buffer[] = []
  #bytes = 0

  /** `onTimeout` makes the error of a request that takes longer than `timeoutMs`. */
  constructor(settle: Settle, timeoutMs: number, onTimeout: () => Error) {
    this.#settle = settle
    this.#timer = setTimeout(() => this.#abandon(onTimeout()), timeoutMs)
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller
    // Time was over while the request waited for a connection.
    if (this.#isOver) controller.abort(new Error('nobody waits any more'))
  }

  onResponseStart(
    _controller: Dispatcher.DispatchController,
    status: number,
    headers: IncomingHttpHeaders,
  ): void {
    if (status < 200) return
    this.#status = status
    for (const name in headers) this.#headers[name] = String(headers[name])
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#chunks.push(chunk)
    this.#bytes += chunk.length
    if (this.#bytes <= LIMITS.responseBytesMax) return
    this.#finish()
    controller.abort(new Error('the rest is not read'))
  }

  onResponseEnd(): void {
    this.#finish()
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    this.#abandon(error)
  }

  #finish(): void {
    if (!this.#end()) return
    this.#settle.resolve({ status: this.#status, headers: this.#headers, body: this.#readBody() })
  }

  #abandon(error: Error): void {
    if (!this.#end()) return
    this.#settle.reject(error)
    this.#controller?.abort(error)
  }

  #readBody(): string {
    const [first] = this.#chunks
    if (!first) return ''
    const all = this.#chunks.length === 1 ? first : Buffer.concat(this.#chunks)
    return all.toString('utf8', 0, Math.min(this.#bytes, LIMITS.responseBytesMax))
  }

  /** False when it was over before. */
  #end(): boolean {
    if (this.#isOver) return false
    this.#isOver = true
    clearTimeout(this.#timer)
    return true
  }
}
