/** The server cannot listen where it was told to; the message says what to change. */
export class ListenError extends Error {
  override readonly name = 'ListenError'
}

/** `error` of a server that was to listen on `host` and `port`, as a sentence where it is one users meet. */
export function toListenError(error: Error, host: string, port: number): Error {
  const code = 'code' in error ? error.code : undefined
  if (code === 'EADDRINUSE')
    return new ListenError(
      `port ${port} is in use: set PORT to another one, or stop what listens there`,
    )
  if (code === 'EACCES')
    return new ListenError(`port ${port} needs more rights: set PORT to 1024 or above`)
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND')
    return new ListenError(`HOST ${host} is not an address of this machine`)
  return error
}
