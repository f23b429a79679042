/**
 * The commands that talk to a running server over HTTP, as any client would.
 * Start at commands.ts; one file a group of commands beside it.
 */
export {
  type Connection,
  callEngine,
  callManagement,
  callTracking,
  callTrackingFromBrowser,
} from './api.ts'
export { addRemoteCommands, type Connect, type Run } from './commands.ts'
export { CliError, EXIT } from './exit-codes.ts'
export { printFailure } from './output.ts'
