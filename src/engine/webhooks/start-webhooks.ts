import { type Loop, startLoop } from '../../platform/background.ts'
import { LIMITS } from '../../platform/limits.ts'
import type { EngineDeps } from '../context.ts'
import { createWebhookSender } from './create-sender.ts'

/** Starts sending webhooks in the background; to stop waits for what is under way. */
export function startWebhooks(deps: EngineDeps): Loop {
  const sender = createWebhookSender(deps, () => loop.wake())
  const loop = startLoop({
    name: 'webhooks',
    log: deps.log,
    idleMs: LIMITS.idlePollMs,
    run: (signal) => sender.run(signal),
  })
  return {
    wake: () => loop.wake(),
    stop: async () => {
      await loop.stop()
      await sender.finish()
    },
  }
}
